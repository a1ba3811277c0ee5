"""Peers: other programs that a user might run instead, asked for the closest equivalent."""
