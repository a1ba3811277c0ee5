"""Request heads taken apart and put together again, and the answers the proxy gives itself."""

import http
import json
from dataclasses import dataclass
from typing import Final

# Clients match this line literally: the PHP library takes any other reason phrase for an answer
# of the server.
ESTABLISHED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"

_HOP_BY_HOP: Final = {"connection", "keep-alive", "proxy-connection", "proxy-authorization"}
# They frame the body, which is passed on verbatim, whatever a Connection field says of them.
_FRAMING: Final = {"content-length", "transfer-encoding"}


@dataclass(frozen=True)
class RequestHead:
    """The request line and the fields.

    Attributes:
        method: as sent, in capitals with every known client.
        target: ``host:port``, an absolute URL, or a path.
        version: ``HTTP/1.0`` or ``HTTP/1.1``.
        fields: names and values in order, as sent.
    """

    method: str
    target: str
    version: str
    fields: tuple[tuple[str, str], ...]


def parse_head(head: bytes) -> RequestHead:
    r"""Takes a request head apart.

    Args:
        head: everything up to and including the empty line, in CRLF lines.

    Raises:
        ValueError: it is no head of an HTTP/1 request.
    """
    request_line, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    words = request_line.split(" ")
    if len(words) != 3 or not all(words) or not words[2].startswith("HTTP/1."):
        raise ValueError(f"not an HTTP/1 request line: {request_line[:200]!r}")
    return RequestHead(words[0], words[1], words[2], tuple(_field(line) for line in lines))


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise ValueError(f"not a header field: {name[:200]!r}")
    return name, value.strip()


def forwarded_head(
    request: RequestHead, target: str, authority: str, proxy_authorization: str | None = None
) -> bytes:
    """The head under which a request is sent on, for one exchange only.

    The connection is not kept: the next request of the client may be for another host, and where
    this one ends only its framing tells.

    Args:
        request: the request as the client sent it.
        target: the target to send: a path, or a URL for another proxy.
        authority: value of the ``Host`` field.
        proxy_authorization: credentials for another proxy.
    """
    nominated = {
        token.strip().lower()
        for name, value in request.fields
        if name.lower() in {"connection", "proxy-connection"}
        for token in value.split(",")
    }
    dropped = (nominated - _FRAMING) | _HOP_BY_HOP | {"host"}
    fields = [("Host", authority), ("Connection", "close")]
    fields += [field for field in request.fields if field[0].lower() not in dropped]
    if proxy_authorization is not None:
        fields.append(("Proxy-Authorization", proxy_authorization))
    lines = [f"{request.method} {target} {request.version}"]
    lines += [f"{name}: {value}" for name, value in fields]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def connect_head(authority: str, proxy_authorization: str | None = None) -> bytes:
    """The request for a tunnel, for another proxy.

    Args:
        authority: ``host:port``.
        proxy_authorization: credentials for the proxy.
    """
    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
    if proxy_authorization is not None:
        lines.append(f"Proxy-Authorization: {proxy_authorization}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def text_answer(status: int, message: str) -> bytes:
    """A whole answer for a person to read."""
    return _answer(status, "text/plain; charset=utf-8", f"{message}\n".encode())


def error_answer(status: int, code: int, message: str) -> bytes:
    """A whole answer in the wire's own error format, which the client libraries turn into theirs.

    Args:
        status: HTTP status.
        code: code of the error dictionary.
        message: what the client's exception will say.
    """
    body = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return _answer(status, "application/json;charset=utf-8", json.dumps(body).encode())


def _answer(status: int, content_type: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\n"
        f"Content-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body
