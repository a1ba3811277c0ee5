"""Errors as the wire writes them."""

import msgspec

from partywire.errors import ApiError


class Problem(msgspec.Struct, frozen=True):
    """The body of every error answer. Source: the API's error responses, "code, message…"."""

    code: int
    message: str
    more_info: str
    status: int


_encoder = msgspec.json.Encoder()


def body(error: ApiError) -> bytes:
    """The error's JSON."""
    return _encoder.encode(Problem(error.code, error.message, error.more_info, error.status))
