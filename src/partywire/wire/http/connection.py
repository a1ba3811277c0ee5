"""The HTTP/1.1 connection: uvicorn's own, with bounds, errors in the wire's format, one write."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from partywire import errors
from partywire.wire.http import problems

_MOST_HEAD_BYTES: Final = 64 * 1024


class _Gathering:
    """A transport that sends an answer's head together with its body.

    uvicorn writes them one after the other, and each write is a system call: a fifth of what a
    small answer costs (decisions/0010).
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Writes the data, or keeps it back if it is an answer's head."""
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 100"):
            self._head = data
            return
        self._transport.write(data)

    def flush(self) -> None:
        """Writes what was kept back: an answer without a body."""
        if self._head:
            self.write(b"")

    def is_closing(self) -> bool:
        """Whether the connection is being closed."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Closes the connection after what was written."""
        self.flush()
        self._transport.close()


class HttpConnection(HttpToolsProtocol):
    """Refuses endless headers, and answers what is not HTTP like any other bad request."""

    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts to serve a client."""
        super().connection_made(cast("asyncio.Transport", _Gathering(transport)))

    def data_received(self, data: bytes) -> None:
        """Feeds what arrived to the parser."""
        super().data_received(data)
        parsed = cast("Mapping[str, object] | None", self.scope)
        if parsed is not None and "method" in parsed:
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > _MOST_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response(f"The request line and headers exceed {_MOST_HEAD_BYTES} bytes")

    def on_response_complete(self) -> None:
        """Ends one answer."""
        cast("_Gathering", self.transport).flush()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answers 400 and closes the connection."""
        body = problems.body(errors.BadRequest(msg.rstrip(".")))
        head = (
            b"HTTP/1.1 400 Bad Request\r\n"
            b"content-type: application/json;charset=utf-8\r\n"
            b"content-length: %d\r\n"
            b"connection: close\r\n\r\n" % len(body)
        )
        self.transport.write(head + body)
        self.transport.close()
