"""Rules and use-cases: ordinary functions that read from top to bottom.

Each takes a ``Call`` first. None knows HTTP, none holds SQL.
"""
