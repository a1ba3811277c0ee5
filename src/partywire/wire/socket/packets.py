r"""Packets: one message of a WebSocket is one of them, and the other way round. No I/O.

::

    TWILSOCK V3.0 <bytes of the header>\r\n
    <header: JSON>\r\n
    <payload: as many bytes as the header says>\r\n

Lengths are bytes of UTF-8. The last line is not there where there is no payload, and the JavaScript
SDK leaves its line end out; both are read. Source: the protocol as clients speak it.
"""

import re
from typing import Any, Final

import msgspec

_FIRST: Final = re.compile(rb"TWILSOCK V3\.0 ([0-9]{1,9})\r\n")
_END: Final = b"\r\n"

JSON: Final = "application/json"

_encode = msgspec.json.Encoder().encode


class BadPacket(Exception):
    """That is not a packet; the message says what is wrong with it."""


class HttpRequest(msgspec.Struct, frozen=True):
    """What a packet asks of whom; what is in a path or a parameter is percent-encoded."""

    method: str
    path: str
    host: str = ""
    params: dict[str, Any] | None = None
    headers: dict[str, Any] | None = None


class Registration(msgspec.Struct, frozen=True):
    """Which notifications a client wants, as it says when it begins."""

    product: str = ""
    type: str = ""
    message_types: list[str] = []


class Header(msgspec.Struct, frozen=True):
    """What a client's packet says of itself; which fields count depends on the method."""

    method: str
    id: str = ""
    payload_size: int = 0
    token: str | None = None
    http_request: HttpRequest | None = None
    registrations: list[Registration] | None = None
    capabilities: list[str] | None = None


class Packet(msgspec.Struct, frozen=True):
    """A client's packet."""

    header: Header
    payload: bytes = b""


_decoder = msgspec.json.Decoder(Header)


def read(data: bytes) -> Packet:
    """The packet that a message of the socket is.

    Raises:
        BadPacket: it is none.
    """
    first = _FIRST.match(data)
    if first is None:
        raise BadPacket("It does not begin as a packet")
    begin = first.end()
    end = begin + int(first[1])
    if data[end : end + 2] != _END:
        raise BadPacket("The header has another length")
    try:
        header = _decoder.decode(data[begin:end])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadPacket(f"The header cannot be read: {error}") from None
    rest = data[end + 2 :]
    payload = rest[: max(0, header.payload_size)]
    if header.payload_size != len(payload) or rest[len(payload) :] not in {b"", _END}:
        raise BadPacket("The payload has another length")
    return Packet(header, payload)


def write(header: dict[str, Any], payload: bytes = b"", kind: str = JSON) -> bytes:
    """A packet as it goes out.

    Args:
        header: all but what is said of the payload.
        payload: JSON, or what ``kind`` says, without a line end in it.
        kind: its type.
    """
    said = {**header, "payload_size": len(payload)}
    if not payload:
        text = _encode(said)
        return b"TWILSOCK V3.0 %d\r\n%b\r\n" % (len(text), text)
    text = _encode({**said, "payload_type": kind})
    return b"TWILSOCK V3.0 %d\r\n%b\r\n%b\r\n" % (len(text), text, payload)
