"""The ``partywire`` command."""
