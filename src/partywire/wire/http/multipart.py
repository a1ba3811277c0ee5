"""The first part of a ``multipart/form-data`` body, as it comes. Source: RFC 7578, RFC 2046.

Browsers send a form's file so. What else a form may hold is not looked at.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from email.message import Message
from typing import Final

from msgspec import Struct

from partywire.errors import MediaInvalid

_MOST_HEAD_BYTES: Final = 16 * 1024
_MOST_BOUNDARY_CHARACTERS: Final = 70
_LINE: Final = b"\r\n"
# How browsers write what would end the name or the line.
_ESCAPES: Final = {"%22": '"', "%0D": "\r", "%0A": "\n"}


class Part(Struct):
    """One part of a body.

    Attributes:
        content_type: what it says of itself; None if that is nothing.
        filename: likewise.
        pieces: its content.
    """

    content_type: str | None
    filename: str | None
    pieces: AsyncIterator[bytes]


def is_multipart(content_type: bytes) -> bool:
    """Whether the body is a form's with files."""
    return content_type.partition(b";")[0].strip().lower() == b"multipart/form-data"


async def first_part(content_type: bytes, body: AsyncIterator[bytes]) -> Part:
    """The first part; its content is read as it is asked for.

    Args:
        content_type: value of the request's header, which names the boundary.
        body: the whole body, in pieces.

    Raises:
        MediaInvalid: it is not such a body; also while the content is read.
    """
    delimiter = _LINE + b"--" + _boundary(content_type)
    # The first delimiter has no line before it.
    source = _Source(body, _LINE)
    await source.until(delimiter)
    if (await source.until(_LINE)).strip(b" \t"):
        raise MediaInvalid("The form has no parts")
    # A part without headers begins with an empty line.
    source.unread(_LINE)
    head = _head(await source.until(_LINE + _LINE))
    filename = head.get_filename()
    return Part(head.get("content-type"), _plain(filename), source.pieces_until(delimiter))


def _boundary(content_type: bytes) -> bytes:
    message = Message()
    message["content-type"] = content_type.decode("latin-1")
    boundary = message.get_boundary()
    if not boundary or len(boundary) > _MOST_BOUNDARY_CHARACTERS:
        raise MediaInvalid("The form names no boundary")
    return boundary.encode("latin-1", "replace")


def _head(lines: bytes) -> Message:
    try:
        text = lines.decode()
    except UnicodeDecodeError:
        text = lines.decode("latin-1")
    message = Message()
    for line in text.split("\r\n"):
        name, colon, value = line.partition(":")
        if colon and name.strip() and name.strip().lower() not in message:
            message[name.strip().lower()] = value.strip()
    return message


def _plain(filename: str | None) -> str | None:
    if filename is not None:
        for escape, character in _ESCAPES.items():
            filename = filename.replace(escape, character)
    return filename


class _Source:
    """A body that is read up to what is looked for.

    Args:
        body: in pieces.
        begun: what stands before it.
    """

    def __init__(self, body: AsyncIterator[bytes], begun: bytes) -> None:
        self._body = body
        self._held = bytearray(begun)

    def unread(self, data: bytes) -> None:
        """Puts something back."""
        self._held[:0] = data

    async def _more(self) -> None:
        try:
            self._held += await anext(self._body)
        except StopAsyncIteration:
            raise MediaInvalid("The form ends before its first part does") from None

    def _take(self, count: int) -> bytes:
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    async def until(self, mark: bytes) -> bytes:
        """What stands before the mark, which is passed."""
        while (place := self._held.find(mark)) < 0:
            if len(self._held) > _MOST_HEAD_BYTES:
                raise MediaInvalid("What stands before the form's first part is too long")
            await self._more()
        before = self._take(place)
        self._take(len(mark))
        return before

    async def pieces_until(self, mark: bytes) -> AsyncGenerator[bytes]:
        """The same, in pieces."""
        while (place := self._held.find(mark)) < 0:
            # The mark may have begun at the end of what is held.
            if sure := self._take(max(0, len(self._held) - len(mark) + 1)):
                yield sure
            await self._more()
        if place:
            yield self._take(place)
