"""The WebSocket under a socket."""

import asyncio
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from partywire.wire.socket.websocket import ABORT, OPTIONS, WebSocketConnection


class Paper(asyncio.Transport):
    """A transport that writes down what is done to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written, self.ends = b"", ""

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return bool(self.ends)

    def close(self) -> None:
        self.ends += "c"

    def abort(self) -> None:
        self.ends += "a"


HANDSHAKE = (
    b"GET /v3/wsconnect HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: %d\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
)


async def shaken(version: int) -> tuple[Paper, list[Any]]:
    """What became of a handshake, and the scopes that the application saw."""
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)
        await receive()
        await send({"type": "websocket.accept"})
        scope["extensions"][ABORT]()

    options: dict[str, Any] = {"lifespan": "off", "log_config": None, **OPTIONS}
    config = uvicorn.Config(app, **options)
    config.load()
    paper = Paper()
    state = ServerState()
    connection = WebSocketConnection(config=config, server_state=state, app_state={})
    connection.connection_made(paper)
    connection.data_received(HANDSHAKE % version)
    await asyncio.gather(*state.tasks)
    connection.connection_lost(None)
    return paper, seen


async def test_an_application_may_break_the_connection_off() -> None:
    paper, seen = await shaken(13)
    assert paper.written.startswith(b"HTTP/1.1 101")
    assert paper.ends.startswith("a")
    assert len(seen) == 1


async def test_nothing_is_compressed() -> None:
    paper, _ = await shaken(13)
    assert b"permessage-deflate" not in paper.written


async def test_a_handshake_of_another_version_reaches_no_application() -> None:
    paper, seen = await shaken(8)
    assert paper.written.startswith(b"HTTP/1.1 400")
    assert seen == []
