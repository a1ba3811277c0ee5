"""Connections: made to the addresses that were looked at, and no longer or larger than is good."""

import asyncio
import contextlib
import random
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from partywire.delivery.connecting import MOST_BYTES
from partywire.delivery.outgoing import Client, NotAllowed, Outgoing, TimedOut, Unreached
from partywire.delivery.targets import Targets
from receivers import Receiver, Reply

LONG = 30.0  # seconds; nothing that goes well takes them


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    made = Client(Targets(["127.0.0.0/8"]))
    yield made
    await made.close()


class Zone:
    """Stands in for the name servers.

    Attributes:
        names: the addresses of each name.
        asked: for which names they were asked.
    """

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {}
        self.asked: list[str] = []

    def getaddrinfo(self, host: str, *_more: Any, **_named: Any) -> list[Any]:
        self.asked.append(host)
        return [(socket.AF_INET, 0, 0, "", (each, 0)) for each in self.names[host]]


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Zone:
    made, genuine = Zone(), socket.getaddrinfo

    def ask(host: Any, *more: Any, **named: Any) -> Any:
        # An address is not asked for.
        is_ours = isinstance(host, str) and host.endswith(".example") and not named.get("flags")
        return (made.getaddrinfo if is_ours else genuine)(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    return made


def at(receiver: Receiver, host: str) -> Outgoing:
    return Outgoing("POST", receiver.url.replace("127.0.0.1", host) + "/")


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def answering(serve: Serve) -> AsyncIterator[Outgoing]:
    """A receiver that answers each connection's first request in its own way."""

    tasks: set[asyncio.Task[None]] = set()
    writers: set[asyncio.StreamWriter] = set()

    async def serving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError):
            await reader.readuntil(b"\r\n\r\n")
            await serve(reader, writer)
        writer.transport.abort()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        tasks.add(asyncio.create_task(serving(reader, writer)))

    server = await asyncio.start_server(accepted, "127.0.0.1", 0)
    try:
        yield Outgoing("POST", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    finally:
        server.close()
        for _ in range(10):  # what was accepted just now comes, and what is aborted goes
            for writer in writers:
                writer.transport.abort()
            for task in tasks:
                task.cancel()
            await asyncio.sleep(0.01)
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_of_several_addresses_only_those_that_may_be_reached_are(
    receiver: Receiver, zone: Zone, client: Client
) -> None:
    zone.names["mixed.example"] = ["10.0.0.1", "169.254.169.254", "127.0.0.1", "::1"]
    assert (await client.send(at(receiver, "mixed.example"), LONG)).status == 200
    assert receiver.received[0].headers["host"].startswith("mixed.example:")


async def test_a_name_that_means_something_else_a_moment_later_changes_nothing(
    receiver: Receiver, zone: Zone, client: Client
) -> None:
    zone.names["moving.example"] = ["127.0.0.1"]
    sending = at(receiver, "moving.example")
    assert (await client.send(sending, LONG)).status == 200
    zone.names["moving.example"] = ["10.0.0.1"]
    assert (await client.send(sending, LONG)).status == 200  # over the connection that is there
    assert zone.asked == ["moving.example"]
    other = Client(Targets(["127.0.0.0/8"]))
    with pytest.raises(NotAllowed, match=r"moving\.example is 10\.0\.0\.1"):
        await other.send(sending, LONG)
    await other.close()
    assert len(receiver.received) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue refuses")
async def test_of_several_addresses_one_may_be_dead(
    receiver: Receiver, zone: Zone, client: Client
) -> None:
    zone.names["half.example"] = ["127.0.0.2", "127.0.0.1"]
    place = ("127.0.0.2", int(receiver.url.rpartition(":")[2]))
    with contextlib.ExitStack() as stack:
        stack.enter_context(socket.create_server(place, backlog=0))
        for _ in range(3):  # nobody takes these: the next are not even answered
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(place)
        assert (await client.send(at(receiver, "half.example"), LONG)).status == 200


async def test_no_proxy_of_the_environment_is_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    client = Client(Targets(["127.0.0.0/8"]))
    assert (await client.send(at(receiver, "127.0.0.1"), LONG)).status == 200
    await client.close()


async def test_who_drips_the_answer_is_not_waited_for(client: Client) -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for each in b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n" + b"x" * 10_000:
            writer.write(bytes([each]))
            await writer.drain()
            await asyncio.sleep(0.005)

    async with answering(drip) as sending:
        with pytest.raises(TimedOut):
            await client.send(sending, 0.3)


@pytest.mark.parametrize(
    "piece",
    [
        b"HTTP/1.1 103 Early Hints\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000,
        b"x" * 100_000,
    ],
)
async def test_headers_without_end_are_read_up_to_a_bound(client: Client, piece: bytes) -> None:
    sent = 0

    async def flood(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        while True:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)

    async with answering(flood) as sending:
        with pytest.raises(Unreached) as caught:
            await client.send(sending, LONG)
        assert not isinstance(caught.value, TimedOut)
    assert sent < MOST_BYTES + 20_000_000  # what the system keeps for a connection, at most


async def test_a_bound_holds_for_one_answer_and_not_for_a_connection(
    receiver: Receiver, client: Client
) -> None:
    for _ in range(2 * MOST_BYTES // 50_000):
        receiver.reply = lambda _: Reply(body=b"x" * 50_000)
        assert len((await client.send(at(receiver, "127.0.0.1"), LONG)).body) == 50_000


async def test_no_connection_is_left_behind_whenever_time_is_up(client: Client) -> None:
    async def late(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.25)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        await writer.drain()

    async with answering(late) as sending:

        async def send() -> None:
            with contextlib.suppress(TimedOut):
                await client.send(sending, random.uniform(0.24, 0.27))

        for _ in range(10):
            await asyncio.gather(*(send() for _ in range(40)))
        assert all(one.is_idle() for one in client._pools.connections)
