"""Partywire speaks the Twilio Conversations v1 wire format."""

__version__ = "0.1.0"
