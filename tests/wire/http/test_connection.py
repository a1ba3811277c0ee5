"""The HTTP/1.1 connection, on a transport that only writes down."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from partywire.wire.http.connection import HttpConnection


class Paper(asyncio.Transport):
    """A transport that writes down what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        """Nothing is read from here anyway."""

    def resume_reading(self) -> None:
        """Nothing is read from here anyway."""


async def small(_scope: Any, receive: Any, send: Any) -> None:
    """An application that reads everything and answers two bytes."""
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
async def paper() -> Paper:
    return Paper()


@pytest.fixture
async def connection(paper: Paper) -> AsyncIterator[HttpConnection]:
    config = uvicorn.Config(small, lifespan="off", log_config=None, access_log=False)
    config.load()
    made = HttpConnection(config=config, server_state=ServerState(), app_state={})
    made.connection_made(paper)
    yield made
    made.connection_lost(None)


async def settled(paper: Paper, count: int) -> None:
    """Lets the application run until so many writes are there."""
    for _ in range(1000):
        if len(paper.writes) >= count:
            return
        await asyncio.sleep(0)
    pytest.fail(f"only {paper.writes}")


def refusal(paper: Paper) -> Any:
    """The JSON of the only answer, a 400 that closes the connection."""
    (written,) = paper.writes
    head, _, body = written.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"connection: close" in head
    assert b"content-length: %d" % len(body) in head
    assert paper.closed
    shown = json.loads(body)
    assert (shown["status"], shown["code"]) == (400, 20001)
    return shown


GET = b"GET / HTTP/1.1\r\nHost: bench\r\n"


async def test_an_answer_to_head_is_sent_without_its_body(
    connection: HttpConnection, paper: Paper
) -> None:
    connection.data_received(b"HEAD / HTTP/1.1\r\nHost: bench\r\n\r\n")
    await settled(paper, 1)
    assert paper.writes[0].endswith(b"\r\n\r\n")


async def test_requests_that_come_together_are_answered_in_turn(
    connection: HttpConnection, paper: Paper
) -> None:
    connection.data_received((GET + b"\r\n") * 3)
    await settled(paper, 6)
    assert paper.writes[1::2] == [b"ok"] * 3


async def test_a_head_may_come_in_small_pieces(connection: HttpConnection, paper: Paper) -> None:
    for byte in GET + b"\r\n":
        connection.data_received(bytes([byte]))
    await settled(paper, 2)
    assert paper.writes[-1] == b"ok"


async def test_a_client_that_waits_for_100_gets_it_at_once(
    connection: HttpConnection, paper: Paper
) -> None:
    lines = b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    connection.data_received(b"POST / HTTP/1.1\r\nHost: bench\r\n" + lines)
    await settled(paper, 1)
    assert paper.writes == [b"HTTP/1.1 100 Continue\r\n\r\n"]
    connection.data_received(b"ab")
    await settled(paper, 3)
    assert paper.writes[-1] == b"ok"


async def test_what_is_not_http_is_refused(connection: HttpConnection, paper: Paper) -> None:
    connection.data_received(b"nonsense\r\n\r\n")
    assert refusal(paper)["message"]


async def test_headers_without_end_are_refused(connection: HttpConnection, paper: Paper) -> None:
    connection.data_received(GET)
    for _ in range(70):
        if not paper.closed:
            connection.data_received(b"X-Long: " + b"x" * 1000 + b"\r\n")
    assert "65536" in refusal(paper)["message"]


async def test_a_long_body_is_not_taken_for_headers(
    connection: HttpConnection, paper: Paper
) -> None:
    connection.data_received(b"POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 200000\r\n\r\n")
    for _ in range(200):
        connection.data_received(b"x" * 1000)
    await settled(paper, 2)
    assert paper.writes[-1] == b"ok"


async def test_each_request_has_the_whole_bound_for_its_head(
    connection: HttpConnection, paper: Paper
) -> None:
    head = GET + b"X-Long: " + b"x" * 40_000 + b"\r\n\r\n"
    for number in range(1, 4):
        connection.data_received(head)
        await settled(paper, 2 * number)
    assert not paper.closed


HANDSHAKE = (
    b"Host: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Reachable(Paper):
    """Paper that leads on to the protocol that has it now."""

    def __init__(self) -> None:
        super().__init__()
        self.protocol: Any = None

    def set_protocol(self, protocol: Any) -> None:
        self.protocol = protocol

    def get_protocol(self) -> Any:
        return self.protocol

    def get_extra_info(self, _name: str, default: Any = None) -> Any:
        return default


@pytest.mark.parametrize("size", [1, 7, 40, 1000])
@pytest.mark.parametrize("target", [b"/v3/wsconnect", b"/v3/wsconnect?x=1"])
async def test_the_socket_s_path_is_upgraded_however_the_head_is_cut(
    size: int, target: bytes
) -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["type"], scope["path"]))
        await receive()
        await send({"type": "websocket.accept"})
        seen.append(await receive())

    config = uvicorn.Config(app, lifespan="off", log_config=None, ws="websockets-sansio")
    config.load()
    paper, state = Reachable(), ServerState()
    paper.protocol = HttpConnection(config=config, server_state=state, app_state={})
    paper.protocol.connection_made(paper)
    sent = b"GET " + target + b" HTTP/1.1\r\n" + HANDSHAKE
    for begin in range(0, len(sent), size):
        paper.protocol.data_received(sent[begin : begin + size])
    await settled(paper, 1)
    paper.protocol.data_received(b"\x82\x81\0\0\0\0x")  # masked with zeros: one byte
    await asyncio.gather(*state.tasks)
    assert seen[0] == ("websocket", "/v3/wsconnect")
    assert seen[1]["bytes"] == b"x"
    assert paper.writes[0].startswith(b"HTTP/1.1 101")
    paper.protocol.connection_lost(None)


async def test_a_wish_for_another_protocol_comes_before_any_request(
    connection: HttpConnection, paper: Paper
) -> None:
    connection.data_received(b"nonsense upgrade: websocket\r\n\r\n")
    assert refusal(paper)["message"]
