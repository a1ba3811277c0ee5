"""How a server starts and stops, seen from inside."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from partywire.server import Server, listen, serving_beside, settings
from partywire.wire.http.about import Standing

PATIENCE = 20.0


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """This process goes on after its server has ended, and wants its signals back."""
    before = {wish: signal.getsignal(wish) for wish in (signal.SIGINT, signal.SIGTERM)}
    yield
    for wish, handler in before.items():
        signal.signal(wish, handler)


class Slow:
    """An application with one path that answers when it is allowed to."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.allowed = asyncio.Event()
        self.app = Starlette(routes=[Route("/quick", self.quick), Route("/slow", self.slow)])

    async def quick(self, _request: Request) -> Response:
        return PlainTextResponse("quick")

    async def slow(self, _request: Request) -> Response:
        self.begun.set()
        await self.allowed.wait()
        return PlainTextResponse("slow")


class Running:
    """A server on its way from start to end, and a client that keeps its connection."""

    def __init__(
        self,
        server: Server,
        http: httpx.AsyncClient,
        standing: Standing,
        listening: socket.socket,
    ) -> None:
        self.server, self.http, self.standing = server, http, standing
        self.listening = listening
        self.place: tuple[str, int] = listening.getsockname()
        self.over: asyncio.Task[None] | None = None

    async def ends(self) -> None:
        assert self.over is not None
        await asyncio.wait_for(self.over, PATIENCE)


@asynccontextmanager
async def running(slow: Slow, delay: float = 0.0) -> AsyncIterator[Running]:
    listening, url = listen("127.0.0.1", 0)
    ready = asyncio.Event()
    standing = Standing()
    server = Server(settings(slow.app), ready.set, standing, delay)
    with closing(listening):
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE) as http:
            made = Running(server, http, standing, listening)
            made.over = asyncio.create_task(server.serve([listening]))
            await asyncio.wait_for(ready.wait(), PATIENCE)
            try:
                yield made
            finally:
                slow.allowed.set()
                if not made.over.done():
                    server.handle_exit(signal.SIGTERM, None)
                await made.ends()


async def test_a_server_counts_what_is_open_and_what_is_asked() -> None:
    slow = Slow()
    async with running(slow) as made:
        assert (made.server.connections, made.server.in_flight) == (0, 0)
        asking = asyncio.create_task(made.http.get("/slow"))
        await slow.begun.wait()
        assert (made.server.connections, made.server.in_flight) == (1, 1)
        slow.allowed.set()
        assert (await asking).text == "slow"


async def test_while_it_drains_a_server_answers_and_asks_clients_to_leave() -> None:
    async with running(Slow(), delay=3600) as made:
        before = await made.http.get("/quick")
        assert "connection" not in before.headers
        assert made.standing.draining is False
        made.server.handle_exit(signal.SIGTERM, None)
        assert made.standing.draining is True
        for _ in range(2):
            # The second one comes over a connection that was made during the drain.
            answer = await made.http.get("/quick")
            assert (answer.text, answer.headers["connection"]) == ("quick", "close")
        assert made.over is not None
        assert not made.over.done()


async def test_after_the_delay_nobody_is_let_in_and_who_is_in_gets_an_answer() -> None:
    slow = Slow()
    async with running(slow, delay=0.05) as made:
        asking = asyncio.create_task(made.http.get("/slow"))
        await slow.begun.wait()
        made.server.handle_exit(signal.SIGTERM, None)
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    socket.create_connection(made.place, 5).close()
                except OSError:
                    break
                await asyncio.sleep(0.01)
        assert not asking.done()
        slow.allowed.set()
        assert (await asking).text == "slow"
        await made.ends()


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(int(PATIENCE / 0.01)):
        if holds():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not happen")


async def answer_over(client: socket.socket) -> bytes:
    """What comes over a connection until its end."""
    reader, writer = await asyncio.open_connection(sock=client)
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read()
    writer.close()
    return answer


ASKED = b"GET /quick HTTP/1.1\r\nHost: here\r\n\r\n"


async def test_who_has_just_connected_may_still_ask() -> None:
    async with running(Slow()) as made:
        client = socket.create_connection(made.place, PATIENCE)
        await until(lambda: made.server.connections == 1)
        leaving = asyncio.create_task(made.server.shutdown([made.listening]))
        await asyncio.sleep(0)  # it has begun
        client.sendall(ASKED)
        assert (await answer_over(client)).endswith(b"quick")
        await leaving


async def test_who_was_accepted_by_the_system_only_is_answered() -> None:
    async with running(Slow()) as made:
        # Nothing is awaited from here on: the server cannot have seen them.
        clients = [socket.create_connection(made.place, PATIENCE) for _ in range(5)]
        for client in clients:
            client.sendall(ASKED)
        assert made.server.connections == 0
        leaving = asyncio.create_task(made.server.shutdown([made.listening]))
        answers = await asyncio.gather(*map(answer_over, clients))
        assert all(answer.endswith(b"quick") for answer in answers)
        await leaving


async def test_who_asked_over_a_connection_of_old_is_answered() -> None:
    async with running(Slow()) as made:
        client = socket.create_connection(made.place, PATIENCE)
        client.sendall(ASKED)
        loop = asyncio.get_running_loop()
        first = await asyncio.wait_for(loop.run_in_executor(None, client.recv, 65536), PATIENCE)
        assert first.endswith(b"quick")
        # The server has not read this when it begins to leave.
        client.sendall(ASKED)
        leaving = asyncio.create_task(made.server.shutdown([made.listening]))
        assert (await answer_over(client)).endswith(b"quick")
        await leaving


async def test_a_second_signal_ends_at_once(caplog: pytest.LogCaptureFixture) -> None:
    slow = Slow()
    async with running(slow, delay=3600) as made:
        asking = asyncio.create_task(made.http.get("/slow"))
        await slow.begun.wait()
        made.server.handle_exit(signal.SIGTERM, None)
        made.server.handle_exit(signal.SIGINT, None)
        await made.ends()
        with pytest.raises(httpx.TransportError):
            await asking
    assert "1 requests were cut off" in caplog.text


async def test_a_signal_that_comes_while_things_are_closed_ends_nothing() -> None:
    slow = Slow()
    async with running(slow) as made:
        made.server.handle_exit(signal.SIGTERM, None)
        await made.ends()

    # By default this would end the process.
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)


async def test_a_second_server_lives_as_long_as_the_block() -> None:
    listening, url = listen("127.0.0.1", 0)
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE) as http:
        async with serving_beside(Slow().app, listening):
            async with asyncio.timeout(PATIENCE):
                assert (await http.get("/quick")).text == "quick"
        with pytest.raises(httpx.TransportError):
            await http.get("/quick")


def test_an_address_is_taken_and_named() -> None:
    listening, url = listen("127.0.0.1", 0)
    with closing(listening):
        port = listening.getsockname()[1]
        assert url == f"http://127.0.0.1:{port}"
        with pytest.raises(OSError, match="in use"):
            listen("127.0.0.1", port)
