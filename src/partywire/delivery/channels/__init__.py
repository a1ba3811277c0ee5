"""How messages get to participants by address, and what carries them there."""
