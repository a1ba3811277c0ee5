"""The WebSocket under a socket: uvicorn's own, which can also be broken off."""

from typing import Any, Final, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

# The name of the extension by which an application may break the connection off: ``abort()``.
ABORT: Final = "partywire.abort"

# What uvicorn is told. The protocol has pings of its own; and a compressor for each socket takes
# more memory than all the rest of an idle one.
OPTIONS: Final[dict[str, Any]] = {
    "ws_max_size": 1024 * 1024 + 64 * 1024,
    "ws_ping_interval": None,
    "ws_per_message_deflate": False,
}


class WebSocketConnection(WebSocketsSansIOProtocol):
    """Can be broken off: whoever does not take what is sent would not take a farewell either."""

    def handle_connect(self, event: Request) -> None:
        """Offers the extension with the handshake."""
        super().handle_connect(event)
        if not self.close_sent:
            extensions = cast("dict[str, Any]", self.scope["extensions"])
            extensions[ABORT] = self.abort

    def abort(self) -> None:
        """Breaks the connection off; what waits to be sent is lost."""
        self.transport.abort()
