"""An answer in one piece, and how long a connection may be idle."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from partywire.wire.http.connection import WHOLE, HttpConnection
from wire.http.test_connection import GET, Paper, settled

DEFAULT = [(b"date", b"now"), (b"x-server", b"a")]


async def whole_or_parts(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers in one piece where it may, the same in parts otherwise."""
    while (await receive()).get("more_body"):
        pass
    body = b"long" * 5000 if b"long" in scope["query_string"] else b"ok"
    head = b"x-own: 1\r\ncontent-length: %d\r\n" % len(body)
    in_parts = b"parts" in scope["query_string"]
    if not in_parts and scope["extensions"][WHOLE](200, head, body):
        return
    headers = [(b"x-own", b"1"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def paper() -> Paper:
    return Paper()


@pytest.fixture
async def make(paper: Paper) -> AsyncIterator[Callable[..., HttpConnection]]:
    made: list[HttpConnection] = []

    def connection(**settings: Any) -> HttpConnection:
        config = uvicorn.Config(
            whole_or_parts, lifespan="off", log_config=None, access_log=False, **settings
        )
        config.load()
        state = ServerState()
        state.default_headers = list(DEFAULT)
        made.append(HttpConnection(config=config, server_state=state, app_state={}))
        made[-1].connection_made(paper)
        return made[-1]

    yield connection
    for each in made:
        each.connection_lost(None)


@pytest.mark.parametrize("size", [b"short", b"long"])
async def test_one_piece_is_the_same_bytes_as_two(
    make: Callable[..., HttpConnection], paper: Paper, size: bytes
) -> None:
    connection = make()
    connection.data_received(GET.replace(b"/", b"/?parts+" + size, 1) + b"\r\n")
    await settled(paper, 2)
    connection.data_received(GET.replace(b"/", b"/?" + size, 1) + b"\r\n")
    await settled(paper, 3)

    assert paper.writes[2] == paper.writes[0] + paper.writes[1]
    assert paper.writes[2].startswith(b"HTTP/1.1 200 OK\r\ndate: now\r\nx-server: a\r\nx-own: 1")


async def test_requests_that_come_together_are_answered_in_turn_and_once(
    make: Callable[..., HttpConnection], paper: Paper
) -> None:
    connection = make()
    connection.data_received((GET + b"\r\n") * 3)
    await settled(paper, 3)

    assert [written[-2:] for written in paper.writes] == [b"ok"] * 3


@pytest.mark.parametrize(
    "head",
    [
        b"HEAD / HTTP/1.1\r\nHost: bench\r\n\r\n",
        b"GET / HTTP/1.0\r\nHost: bench\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n",
    ],
)
async def test_who_must_be_told_more_is_answered_by_uvicorn(
    make: Callable[..., HttpConnection], paper: Paper, head: bytes
) -> None:
    connection = make()
    connection.data_received(head)
    await settled(paper, 1)

    assert paper.writes[0].endswith(b"\r\n\r\n")
    assert paper.closed == (not head.startswith(b"HEAD"))


async def test_a_server_on_its_way_out_says_so(
    make: Callable[..., HttpConnection], paper: Paper
) -> None:
    connection = make()
    connection.server_state.default_headers = [*DEFAULT, (b"connection", b"close")]
    connection.data_received(GET + b"\r\n")
    await settled(paper, 2)

    assert b"connection: close\r\n" in paper.writes[0]
    assert paper.closed


async def test_headers_that_are_made_anew_are_taken_at_once(
    make: Callable[..., HttpConnection], paper: Paper
) -> None:
    connection = make()
    connection.data_received(GET + b"\r\n")
    await settled(paper, 1)
    connection.server_state.default_headers = [(b"date", b"later")]
    connection.data_received(GET + b"\r\n")
    await settled(paper, 2)

    assert b"date: later\r\n" in paper.writes[1]


async def closed(paper: Paper) -> None:
    for _ in range(2000):
        if paper.closed:
            return
        await asyncio.sleep(0.01)
    pytest.fail("it stays open")


async def test_an_idle_connection_is_closed(
    make: Callable[..., HttpConnection], paper: Paper
) -> None:
    connection = make(timeout_keep_alive=1)
    connection.data_received(GET + b"\r\n")
    await settled(paper, 1)

    await closed(paper)


async def test_a_connection_that_is_used_stays_open_until_it_is_idle_for_long_enough(
    make: Callable[..., HttpConnection], paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = make(timeout_keep_alive=5)
    connection.data_received(GET + b"\r\n")
    await settled(paper, 1)
    began = connection.loop.time()
    now = began + 4
    monkeypatch.setattr(connection, "loop", Clock(connection.loop, lambda: now))
    connection.data_received(GET + b"\r\n")
    await settled(paper, 2)

    now = began + 6  # when the first timer rings
    connection.timeout_keep_alive_handler()
    assert not paper.closed
    now = began + 9.5
    connection.timeout_keep_alive_handler()
    assert paper.closed


async def test_a_connection_whose_request_is_under_way_is_not_idle(
    make: Callable[..., HttpConnection], paper: Paper
) -> None:
    connection = make(timeout_keep_alive=5)
    connection.data_received(GET + b"\r\n")
    await settled(paper, 1)
    connection.data_received(b"POST / HTTP/1.1\r\nHost: bench\r\nContent-Length: 1\r\n\r\n")

    connection.timeout_keep_alive_handler()
    assert not paper.closed
    connection.data_received(b"a")
    await settled(paper, 2)
    assert connection.timeout_keep_alive_task is not None


class Clock:
    """A loop whose time the test says."""

    def __init__(self, loop: asyncio.AbstractEventLoop, time: Callable[[], float]) -> None:
        self._loop = loop
        self.time = time

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)
