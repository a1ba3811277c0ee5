"""The socket of the official chat SDK: decisions/0034."""
