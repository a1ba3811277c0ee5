"""The WebSocket under a socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from partywire.wire.socket.websocket import ABORT, OPTIONS, WRITE, WebSocketConnection


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


@contextlib.asynccontextmanager
async def serving(app: Any, version: int = 13) -> AsyncIterator[tuple[WebSocketConnection, Paper]]:
    """A connection after its handshake; the application is awaited when the block is over."""
    options: dict[str, Any] = {"lifespan": "off", "log_config": None, **OPTIONS}
    config = uvicorn.Config(app, **options)
    config.load()
    paper = Paper()
    state = ServerState()
    connection = WebSocketConnection(config=config, server_state=state, app_state={})
    connection.connection_made(paper)
    connection.data_received(HANDSHAKE % version)
    yield connection, paper
    await asyncio.gather(*state.tasks)
    connection.connection_lost(None)


async def shaken(version: int) -> tuple[Paper, list[Any]]:
    """What became of a handshake, and the scopes that the application saw."""
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)
        await receive()
        await send({"type": "websocket.accept"})
        scope["extensions"][ABORT]()

    async with serving(app, version) as (_, paper):
        pass
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


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
async def test_what_is_written_at_once_is_what_uvicorn_sends(size: int) -> None:
    written: list[bytes] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        begin = len(paper.written)
        await send({"type": "websocket.send", "bytes": b"x" * size})
        middle = len(paper.written)
        assert scope["extensions"][WRITE]([b"x" * size])
        written.extend((paper.written[begin:middle], paper.written[middle:]))

    async with serving(app) as (_, paper):
        pass
    assert written[0] == written[1]
    assert len(written[0]) > size


async def test_nothing_is_written_at_once_where_it_has_to_wait_or_the_end_has_come() -> None:
    did: list[bool] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        write = scope["extensions"][WRITE]
        await receive()
        did.append(write([b"before the handshake"]))
        await send({"type": "websocket.accept"})
        connection.pause_writing()
        did.append(write([b"while much waits"]))
        connection.resume_writing()
        did.append(write([b"now", b"and this"]))
        await send({"type": "websocket.close", "code": 1000})
        did.append(write([b"after the end"]))
        paper.close()
        did.append(write([b"after the very end"]))

    async with serving(app) as (connection, paper):
        pass
    assert did == [False, False, True, False, False]
    assert paper.written.index(b"now") < paper.written.index(b"and this")
    assert b"while" not in paper.written
