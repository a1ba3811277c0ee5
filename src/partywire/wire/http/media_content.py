"""The bytes of media as an answer: whole or in part, never all of them in memory."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from typing import Final
from urllib.parse import quote

from msgspec import Struct
from starlette.types import Receive, Send

from partywire import errors
from partywire.domain import media as domain
from partywire.domain.call import Resources
from partywire.model.media import Media
from partywire.wire.http import ranges
from partywire.wire.http.exchange import Headers

# What browsers show; everything else they are to save.
_SHOWN: Final = ("image/", "audio/", "video/")
_SHOWN_TOO: Final = frozenset({"application/pdf", "text/plain"})
_SAFE: Final = "!#$&+-.^_`|~"
# Whatever was sent up, it does nothing in the name of this server.
_GUARDS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)

_log = logging.getLogger("partywire")


class Content(Struct, frozen=True):
    """An answer without a body in memory.

    Attributes:
        status: 200, 206 or 304.
        headers: all of its own.
        pieces: the body; None for none.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    pieces: AsyncGenerator[bytes] | None = None


def disposition(content_type: str, filename: str | None) -> str:
    """Whether browsers show it or save it, and under which name. Source: RFC 6266."""
    kind = content_type.partition(";")[0].strip().lower()
    shown = kind.startswith(_SHOWN) or kind in _SHOWN_TOO
    way = "inline" if shown else "attachment"
    if filename is None:
        return way
    plain = filename.encode("ascii", "replace").decode()
    plain = plain.replace("\\", "_").replace('"', "_").replace("%", "_")
    if plain == filename:
        return f'{way}; filename="{plain}"'
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe=_SAFE)}"


def _is_known(header: bytes | None, tag: bytes) -> bool:
    """Whether ``If-None-Match`` says that the client has it."""
    if header is None:
        return False
    tags = [each.strip().removeprefix(b"W/") for each in header.split(b",")]
    return tag in tags or tags == [b"*"]


def _range(headers: Headers, tag: bytes, size: int) -> tuple[int, int] | None:
    condition = headers.get(b"if-range")
    if condition is not None and condition.strip() != tag:
        return None
    return ranges.asked(headers.get(b"range"), size)


def content(
    resources: Resources, media: Media, headers: Headers, seconds: int | None, *, head: bool
) -> Content:
    """The answer to a request for a file's content.

    Args:
        resources: the server's.
        media: the file, which never changes.
        headers: of the request.
        seconds: for how long it may be kept without asking; None if never.
        head: whether only the headers are asked for.

    Raises:
        RangeNotSatisfiable: no byte of the range is there.
    """
    size, tag = media.size or 0, b'"%b"' % media.sid.encode()
    kept = "no-cache" if seconds is None else f"max-age={seconds}, immutable"
    common = [(b"etag", tag), (b"cache-control", f"private, {kept}".encode()), *_GUARDS]
    if _is_known(headers.get(b"if-none-match"), tag):
        return Content(304, common)
    common += [
        (b"content-type", media.content_type.encode("latin-1")),
        (b"content-disposition", disposition(media.content_type, media.filename).encode()),
        (b"accept-ranges", b"bytes"),
    ]
    asked = None if head else _range(headers, tag, size)
    start, stop = asked or (0, size)
    common.append((b"content-length", b"%d" % (stop - start)))
    if asked is not None:
        common.append((b"content-range", b"bytes %d-%d/%d" % (start, stop - 1, size)))
    pieces = None if head else domain.content(resources, media, start, stop)
    return Content(200 if asked is None else 206, common, pieces)


async def send_content(send: Send, receive: Receive, answer: Content) -> None:
    """Sends it, as fast as the client takes it and as long as it is there.

    Raises:
        MediaNotFound: the store has lost it. Nothing was sent then.
        Unavailable: the store cannot tell now. Nothing was sent then.
    """
    first = b"" if answer.pieces is None else await anext(answer.pieces, b"")
    start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
    await send(start)
    if answer.pieces is None:
        await send({"type": "http.response.body", "body": b""})
        return
    await _send_all(send, receive, first, answer.pieces)


async def _send_all(
    send: Send, receive: Receive, first: bytes, pieces: AsyncGenerator[bytes]
) -> None:
    leaving = asyncio.create_task(_left(receive))
    try:
        await send({"type": "http.response.body", "body": first, "more_body": True})
        async for piece in pieces:
            if leaving.done():
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    except errors.ApiError as error:
        # The length was said: whoever waits for the rest sees that the connection ends before it.
        _log.error("the content of a file was cut off: %s", error)
    finally:
        leaving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await leaving
        await pieces.aclose()


async def _left(receive: Receive) -> None:
    """Returns when the client is gone, or has its answer."""
    while (await receive())["type"] != "http.disconnect":
        pass
