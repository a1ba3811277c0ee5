"""Frozen structs: what the house talks about. No behaviour beyond themselves.

Times are whole milliseconds since 1970-01-01T00:00:00Z; SIDs are strings of 34 characters.
None holds a reference back, so most need no watching by the garbage collector (``gc=False``).
"""
