"""A server that is asked to stop answers what it accepted, and then leaves in peace."""

import asyncio
import base64
import contextlib
import json
import random
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crash import evidence
from crash.load import Ledger, working
from harness import Client, Server, serve_account

BODY = b"FriendlyName=accepted"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "partywire.db"


@pytest.fixture
def credentials(file: Path) -> tuple[str, str]:
    return serve_account(file)


@pytest.fixture
def server(file: Path, credentials: tuple[str, str]) -> Iterator[Server]:
    running = Server(["serve", "--port", "0", "--database", f"sqlite:///{file}"])
    yield running
    if running.process.poll() is None:
        running.kill()


class Accepted:
    """A request that the server has begun to read: it has asked for the body."""

    def __init__(self, url: str, credentials: tuple[str, str]) -> None:
        place = urlsplit(url)
        assert place.hostname
        assert place.port
        self._socket = socket.create_connection((place.hostname, place.port), 30)
        head = (
            "POST /v1/Conversations HTTP/1.1\r\nHost: bench\r\nExpect: 100-continue\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(BODY)}\r\n"
            f"Authorization: Basic {base64.b64encode(':'.join(credentials).encode()).decode()}"
        )
        self._socket.sendall(head.encode() + b"\r\n\r\n")
        assert self._socket.recv(1000).startswith(b"HTTP/1.1 100 ")

    def answer(self) -> tuple[bytes, bytes]:
        """Sends the body; returns the answer's head and body, read to the connection's end."""
        self._socket.sendall(BODY)
        answer = b"".join(iter(lambda: self._socket.recv(65536), b""))
        self._socket.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        return head, body


def await_deafness(url: str) -> None:
    """Returns once the server takes no new connections, by which it has heard of its end."""
    place = urlsplit(url)
    with contextlib.suppress(ConnectionError):
        while True:
            socket.create_connection((place.hostname or "", place.port or 0), 30).close()


def test_requests_that_were_accepted_before_the_signal_are_answered_after_it(
    server: Server, credentials: tuple[str, str], file: Path
) -> None:
    accepted = [Accepted(server.url, credentials) for _ in range(16)]
    server.process.send_signal(signal.SIGTERM)
    await_deafness(server.url)

    answers = [request.answer() for request in accepted]

    for head, body in answers:
        assert head.startswith(b"HTTP/1.1 201 ")
        assert json.loads(body)["friendly_name"] == "accepted"
    assert server.stop() == 0
    assert evidence.complaints(server.stderr()) == []
    with evidence.reading(file) as connection:
        made = {sid for (sid,) in connection.execute("SELECT sid FROM conversations")}
    assert made == {json.loads(body)["sid"] for _, body in answers}


def test_connections_that_wait_for_nothing_do_not_hold_the_server_up(
    server: Server, credentials: tuple[str, str]
) -> None:
    with Client(server.url, credentials) as client:
        client.seen("/Conversations")
        # The client keeps its connection, and would keep it for longer than the server waits.
        assert server.stop() == 0


async def stopped_under_load(
    server: Server, credentials: tuple[str, str], ledger: Ledger, chance: random.Random
) -> None:
    async with working(server.url, credentials, ledger, "w", chance):
        await asyncio.sleep(chance.uniform(0.1, 0.4))
        server.process.send_signal(signal.SIGTERM)


def test_nothing_is_done_under_load_without_an_answer_to_who_asked(
    server: Server, credentials: tuple[str, str], file: Path
) -> None:
    ledger = Ledger()

    asyncio.run(stopped_under_load(server, credentials, ledger, random.Random()))

    assert server.stop() == 0
    assert evidence.complaints(server.stderr()) == []
    # What got no answer was never begun: nobody may be left to wonder.
    ledger.under_way.clear()
    with evidence.reading(file) as connection:
        happened = evidence.events(connection)
        evidence.assert_sound(connection)
        evidence.assert_promises_are_kept(ledger, happened)
        evidence.assert_tables_are_what_the_outbox_tells(connection, happened)


def test_a_server_that_stopped_leaves_one_file_that_holds_everything(
    server: Server, credentials: tuple[str, str], file: Path
) -> None:
    with Client(server.url, credentials) as client:
        talk = client.made("/Conversations")["sid"]
    assert server.stop() == 0

    assert not file.with_name(f"{file.name}-wal").exists()
    with evidence.reading(file) as connection:
        assert [sid for (sid,) in connection.execute("SELECT sid FROM conversations")] == [talk]
