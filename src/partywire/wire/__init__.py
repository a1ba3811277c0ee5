"""What comes in: HTTP now, sockets later."""
