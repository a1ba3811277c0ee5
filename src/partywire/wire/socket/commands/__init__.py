"""The commands of the chat SDK, on the same use-cases as REST."""
