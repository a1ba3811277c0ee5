"""Sync, derived from the rows and the feed: decisions/0036."""
