"""The WebSocket under a socket: uvicorn's own, which also writes at once, and can be broken off."""

from typing import Any, Final, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

# The name of the extension by which an application may break the connection off: ``abort()``.
ABORT: Final = "partywire.abort"
# And the one by which it sends messages without waiting: ``write(messages)``. That returns False
# where it cannot be done, because much waits to be taken, or the connection ends.
WRITE: Final = "partywire.write"

# What uvicorn is told. The protocol has pings of its own; and a compressor for each socket takes
# more memory than all the rest of an idle one.
OPTIONS: Final[dict[str, Any]] = {
    "ws_max_size": 1024 * 1024 + 64 * 1024,
    "ws_ping_interval": None,
    "ws_per_message_deflate": False,
}


class WebSocketConnection(WebSocketsSansIOProtocol):
    """Writes at once, so that telling many takes no task for each of them.

    It can be broken off: whoever does not take what is sent would not take a farewell either.
    """

    def handle_connect(self, event: Request) -> None:
        """Offers the extensions with the handshake."""
        super().handle_connect(event)
        if not self.close_sent:
            extensions = cast("dict[str, Any]", self.scope["extensions"])
            extensions[ABORT] = self.abort
            extensions[WRITE] = self.write

    def write(self, messages: list[bytes]) -> bool:
        """Sends binary messages; what uvicorn's ``send`` would write, if it need not wait."""
        open_ = self.handshake_complete and self.conn.state is State.OPEN
        if not open_ or not self.writable.is_set() or self.transport.is_closing():
            return False
        for data in messages:
            self.conn.send_binary(data)
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

    def abort(self) -> None:
        """Breaks the connection off; what waits to be sent is lost."""
        self.transport.abort()
