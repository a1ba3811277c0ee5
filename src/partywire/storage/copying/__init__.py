"""Copies a whole database into another one, of whichever engine."""
