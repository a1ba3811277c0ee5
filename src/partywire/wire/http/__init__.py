"""The REST API: forms in, use-cases called, views out."""
