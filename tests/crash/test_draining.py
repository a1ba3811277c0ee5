"""A server that drains is left by its clients without one of them noticing."""

import asyncio
import contextlib
import json
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from crash import evidence
from crash.test_stopping import Accepted, await_deafness
from harness import Server, serve_account

CLIENTS = 8
ENOUGH = 200  # answers before the signal


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "partywire.db"


@pytest.fixture
def credentials(file: Path) -> tuple[str, str]:
    return serve_account(file)


def started(file: Path, *arguments: str) -> Iterator[Server]:
    running = Server(["serve", "--port", "0", "--database", f"sqlite:///{file}", *arguments])
    yield running
    if running.process.poll() is None:
        running.kill()


@pytest.fixture
def patient(file: Path, credentials: tuple[str, str]) -> Iterator[Server]:
    """A server that stays open for a while after it was asked to stop."""
    yield from started(file, "--drain-delay", "2")


@pytest.fixture
def server(file: Path, credentials: tuple[str, str]) -> Iterator[Server]:
    yield from started(file)


class Balancer:
    """Clients that post, over connections they keep, for as long as the server says it is ready."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.ready = True
        self.answers: list[httpx.Response] = []
        self.after_the_signal: Counter[str] = Counter()  # values of the Connection header
        self.signalled = False

    async def client(self) -> None:
        while self.ready:
            answer = await self.http.post("/v1/Conversations", data={"FriendlyName": "drained"})
            self.answers.append(answer)
            if self.signalled:
                self.after_the_signal[answer.headers.get("connection", "")] += 1

    async def probe(self, server: Server) -> None:
        while len(self.answers) < ENOUGH:
            assert (await self.http.get("/readyz")).status_code == 200
        server.process.send_signal(signal.SIGTERM)
        self.signalled = True
        while (answer := await self.http.get("/readyz")).status_code == 200:
            pass
        assert answer.json() == {"status": "draining"}
        # A balancer notices later than the server.
        noticed = len(self.answers) + ENOUGH // 4
        while len(self.answers) < noticed:
            await self.http.get("/healthz")
        self.ready = False


def ended(server: Server) -> int:
    """The exit code of a server that has been asked to stop."""
    server.process.wait(60)
    return server.stop()  # it is gone: nothing is sent any more


async def drained(server: Server, credentials: tuple[str, str]) -> Balancer:
    async with httpx.AsyncClient(
        base_url=server.url, auth=credentials, timeout=60, trust_env=False
    ) as http:
        balancer = Balancer(http)
        clients = [asyncio.create_task(balancer.client()) for _ in range(CLIENTS)]
        await balancer.probe(server)
        await asyncio.gather(*clients)
        return balancer


def test_who_leaves_a_server_that_drains_has_lost_nothing(
    patient: Server, credentials: tuple[str, str], file: Path
) -> None:
    balancer = asyncio.run(drained(patient, credentials))

    # Nobody met an error: not even those who asked after the signal.
    assert {answer.status_code for answer in balancer.answers} == {201}
    assert balancer.after_the_signal["close"] > 0
    assert ended(patient) == 0
    made = {answer.json()["sid"] for answer in balancer.answers}
    with evidence.reading(file) as connection:
        assert {sid for (sid,) in connection.execute("SELECT sid FROM conversations")} == made


def test_what_was_answered_stands_in_the_log_when_the_server_is_gone(
    patient: Server, credentials: tuple[str, str]
) -> None:
    balancer = asyncio.run(drained(patient, credentials))

    assert ended(patient) == 0
    lines = [json.loads(line) for line in patient.stderr().splitlines()]
    posts = {line["request"] for line in lines if line["method"] == "POST"}
    assert posts == {answer.headers["twilio-request-id"] for answer in balancer.answers}


def test_a_second_signal_does_not_wait_for_who_never_ends(
    server: Server, credentials: tuple[str, str], file: Path
) -> None:
    # Its body never comes: the server would wait for half a minute.
    with contextlib.closing(Accepted(server.url, credentials)._socket):
        server.process.send_signal(signal.SIGTERM)
        await_deafness(server.url)
        assert server.stop(signal.SIGINT) == 0

    assert "1 requests were cut off by a second signal" in server.stderr()
    with evidence.reading(file) as connection:
        evidence.assert_sound(connection)
