"""The HTTP/1.1 connection: uvicorn's own, with bounds, and errors in the wire's format."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from partywire import errors
from partywire.wire.http import problems

_MOST_HEAD_BYTES: Final = 64 * 1024
_LONG_BYTES: Final = 8 * 1024  # copying so much into one piece costs more than writing two
_UPGRADE: Final = re.compile(rb"\r\nupgrade:", re.IGNORECASE)
_WEBSOCKET: Final = re.compile(rb"\r\nupgrade:[ \t]*websocket[ \t]*\r\n", re.IGNORECASE)
# The one path below which something else than HTTP is spoken.
SOCKET_PATH: Final = b"/v3/wsconnect"


# The name of the extension by which an application may answer in one piece.
WHOLE: Final = "partywire.whole"
Whole = Callable[[int, bytes, bytes], bool]


class HttpConnection(HttpToolsProtocol):
    """Refuses endless headers, and answers what is not HTTP like any other bad request.

    Nothing is upgraded to but the socket of the chat SDK, at its path: who asks for anything else
    (Java's own client, for HTTP/2) is served as they are.

    An application that has its whole answer may hand it over in one piece, by the ASGI extension
    ``WHOLE``: ``whole(status, head, body)``, the head being lines that each end in CRLF and need
    no checking. It returns False where that cannot be done; then the application sends as usual.
    """

    url = b""
    _is_left = False
    _head_bytes = 0
    _idle_since: float | None = None
    _common: tuple[object, bytes] = (None, b"")

    def on_headers_complete(self) -> None:
        """Offers the extension with the request."""
        super().on_headers_complete()
        scope = cast("dict[str, Any]", self.scope)
        scope["extensions"] = {WHOLE: partial(self._answer_whole, self.cycle)}

    def _answer_whole(
        self, cycle: RequestResponseCycle, status: int, head: bytes, body: bytes
    ) -> bool:
        """As uvicorn's two sends would, in one go and without looking at each header."""
        if (
            cycle.response_started
            or cycle.disconnected
            or not cycle.keep_alive
            or cycle.flow.write_paused
            or cycle.scope["method"] == "HEAD"
        ):
            return False
        defaults = cycle.default_headers
        if self._common[0] is not defaults:
            if any(name == b"connection" for name, _ in defaults):
                return False  # the server is on its way out: uvicorn knows how to say so
            lines = b"".join(b"%b: %b\r\n" % each for each in defaults)
            self._common = (defaults, lines)
        cycle.waiting_for_100_continue = False
        cycle.chunked_encoding = False
        cycle.response_started = cycle.response_complete = True
        head = b"%b%b%b\r\n" % (STATUS_LINE[status], self._common[1], head)
        if len(body) < _LONG_BYTES:
            self.transport.write(head + body)
        else:
            self.transport.writelines([head, body])
        cycle.message_event.set()
        cycle.on_response()
        return True

    def on_response_complete(self) -> None:
        """As uvicorn's, but with one timer for a connection's life and not one for each pause."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again_in(self.timeout_keep_alive)

    def _look_again_in(self, seconds: float) -> None:
        look = self.timeout_keep_alive_handler
        self.timeout_keep_alive_task = self.loop.call_later(seconds, look)

    def timeout_keep_alive_handler(self) -> None:
        """Closes a connection that has been idle for too long; looks again later otherwise."""
        self.timeout_keep_alive_task = None
        if self._idle_since is None or self.transport.is_closing():
            return  # when the request under way is answered, there is a timer again
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._look_again_in(left)
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Takes the timer along."""
        timer = self.timeout_keep_alive_task
        if timer is not None:
            timer.cancel()
        super().connection_lost(exc)

    def _unset_keepalive_if_required(self) -> None:
        self._idle_since = None

    def data_received(self, data: bytes) -> None:
        """Feeds what arrived to the parser, without a wish to upgrade.

        The parser would take such a request's body for what comes after the upgrade.
        """
        if (b"pgrade:" in data or b"PGRADE:" in data) and not self._in_body():
            head, end, rest = data.partition(b"\r\n\r\n")
            if not self._is_for_the_socket(head + b"\r\n"):
                head = _UPGRADE.sub(b"\r\nx-grade:", head)
            super().data_received(head + end)
            data = rest
        if self._is_left or self.transport.is_closing():
            return  # no client sends anything before it knows that it may
        super().data_received(data)
        parsed = cast("Mapping[str, object] | None", self.scope)
        if parsed is not None and "method" in parsed:
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > _MOST_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response(f"The request line and headers exceed {_MOST_HEAD_BYTES} bytes")

    def _is_for_the_socket(self, head: bytes) -> bool:
        """Whether the head, or what came of it just now, asks for the socket."""
        first, _, _ = head.partition(b"\r\n")
        target = first.split(b" ")[1:2] if first.endswith(b" HTTP/1.1") else [self.url]
        return _is_socket(target) and _WEBSOCKET.search(head) is not None

    def handle_websocket_upgrade(self) -> None:
        """Leaves the transport to the protocol of WebSockets."""
        self._is_left = True
        super().handle_websocket_upgrade()

    def _should_upgrade(self) -> bool:
        return _is_socket([self.url]) and super()._should_upgrade()

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


def _is_socket(target: list[bytes]) -> bool:
    return any(one.partition(b"?")[0] == SOCKET_PATH for one in target)
