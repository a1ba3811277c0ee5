"""Files as clients send them up: a raw body with its content type, or a form from a browser."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

from partywire import errors
from partywire.domain.media import Described
from partywire.wire.http import forms
from partywire.wire.http.exchange import Request
from partywire.wire.http.multipart import first_part, is_multipart

# What a form says around its file.
_MOST_AROUND_BYTES: Final = 64 * 1024
_OF_A_FORM: Final = "application/octet-stream"  # where its part does not say what it is


async def received(request: Request, most: int) -> tuple[Described, AsyncIterator[bytes]]:
    """What is said of a file, and its bytes as they come.

    Args:
        request: with ``Category`` and ``Filename`` in its query.
        most: bytes that the file may have; only the header is looked at here.

    Raises:
        MediaTooLarge: the header says that there are more.
        MediaInvalid: it is a form without a part.
        BadRequest: the query cannot be read, or the client went away; also while the bytes come.
    """
    query = forms.parse(request.connection["query_string"])
    kind = request.headers.get(b"content-type", b"")
    is_form = is_multipart(kind)
    declared = int(request.headers.get(b"content-length", b"0"))
    if declared > most + (_MOST_AROUND_BYTES if is_form else 0):
        raise errors.MediaTooLarge(f"The media is larger than {most} bytes")
    pieces: AsyncIterator[bytes] = _body(request)
    content_type, filename = kind.decode("latin-1"), query.get("Filename")
    if is_form:
        part = await first_part(kind, pieces)
        pieces = part.pieces
        content_type = part.content_type or _OF_A_FORM
        filename = filename or part.filename
    return Described(query.get("Category", "media"), content_type, filename), pieces


async def _body(request: Request) -> AsyncGenerator[bytes]:
    """The body as it comes."""
    more = True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise errors.BadRequest("The client went away")
        if body := message.get("body", b""):
            yield body
        more = message.get("more_body", False)
