"""Webhooks: who is told of what happens, and how the telling leaves the house."""
