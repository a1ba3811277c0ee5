"""The HTTP/1.1 connection: uvicorn's own, with bounds, and errors in the wire's format."""

import re
from collections.abc import Mapping
from typing import Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from partywire import errors
from partywire.wire.http import problems

_MOST_HEAD_BYTES: Final = 64 * 1024
_UPGRADE: Final = re.compile(rb"\r\nupgrade:", re.IGNORECASE)


class HttpConnection(HttpToolsProtocol):
    """Refuses endless headers, and answers what is not HTTP like any other bad request.

    Nothing is upgraded to: who asks for it (Java's own client, for HTTP/2) is served as they are.
    """

    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Feeds what arrived to the parser, without a wish to upgrade.

        The parser would take such a request's body for what comes after the upgrade.
        """
        if (b"pgrade:" in data or b"PGRADE:" in data) and not self._in_body():
            head, end, rest = data.partition(b"\r\n\r\n")
            super().data_received(_UPGRADE.sub(b"\r\nx-grade:", head) + end)
            data = rest
        super().data_received(data)
        parsed = cast("Mapping[str, object] | None", self.scope)
        if parsed is not None and "method" in parsed:
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > _MOST_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response(f"The request line and headers exceed {_MOST_HEAD_BYTES} bytes")

    def _in_body(self) -> bool:
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and cycle.more_body

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
