"""``partywire serve --workers``: several processes that answer as one."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from cli.commands import assert_fails, printed, run
from crash.nodes import children
from crash.test_stopping import Accepted, await_deafness
from engines import ON_SQLITE
from harness import Client, Server, partywire_command
from partywire.cli import serve, workers
from partywire.cli.workers import DidNotStart, Place, Workers

PATIENCE = 30.0
ANSWERED = re.compile(r'partywire_requests_total\{.*status="200",worker="(\d)"\} (\d+)')


def await_that(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Whether the process is there, and not only its exit code."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def options(database_url: str, tmp_path: Path) -> list[str]:
    """Of every command on one database."""
    return ["--database", database_url, "--key-file", str(tmp_path / "key")]


@pytest.fixture
def known(options: list[str]) -> tuple[str, str]:
    """The credentials of an account."""
    made = printed("account", "create", *options)
    return made["TWILIO_ACCOUNT_SID"], made["TWILIO_AUTH_TOKEN"]


@pytest.fixture
def command(options: list[str], known: tuple[str, str]) -> list[str]:
    return ["serve", "--port", "0", "--workers", "2", "--no-access-log", *options]


@pytest.fixture
def server(command: list[str]) -> Iterator[Server]:
    """Two workers and their parent."""
    running = Server(command)
    yield running
    if running.process.poll() is None:
        running.kill()
        await_deafness(running.url)


def status(server: Server, known: tuple[str, str]) -> int:
    """What somebody is answered who comes over a connection of their own."""
    with Client(server.url, known) as client:
        return client.get("/Conversations").status_code


def test_there_is_one_ready_line_and_a_peaceful_end(server: Server, known: tuple[str, str]) -> None:
    pids = children(server.process.pid)
    assert len(pids) == 2
    with Client(server.url, known) as client:
        client.made("/Conversations", {"UniqueName": "general"})
        client.made("/Conversations/general/Messages", {"Body": "hello"})
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(PATIENCE) == 0
    assert server.process.stdout is not None
    assert server.process.stdout.read() == b""
    assert (server.stop(), server.stderr()) == (0, "")
    assert not any(lives(pid) for pid in pids)


def test_what_is_in_flight_is_answered_and_nobody_new_waits(
    server: Server, known: tuple[str, str]
) -> None:
    pids = children(server.process.pid)
    accepted = [Accepted(server.url, known) for _ in range(12)]
    server.process.send_signal(signal.SIGTERM)
    await_deafness(server.url)

    answers = [request.answer() for request in accepted]

    assert [head[:12] for head, _ in answers] == [b"HTTP/1.1 201"] * 12
    assert len({json.loads(body)["sid"] for _, body in answers}) == 12
    assert (server.stop(), server.stderr()) == (0, "")
    assert not any(lives(pid) for pid in pids)


def test_a_worker_that_is_killed_is_replaced_and_the_other_answers_all_along(
    server: Server, known: tuple[str, str]
) -> None:
    known_pids = set(children(server.process.pid))
    for victim in list(known_pids):
        os.kill(victim, signal.SIGKILL)
        await_that(lambda gone=victim: not lives(gone))  # type: ignore[misc]
        answered: list[int] = []
        while len(answered) < 20 or not set(children(server.process.pid)) - known_pids:
            answered.append(status(server, known))
        assert set(answered) == {200}
        known_pids |= set(children(server.process.pid))
    assert server.stop() == 0
    assert server.stderr().count("ended with -9: another one takes its place") == 2


def test_workers_do_not_outlive_their_parent(server: Server, known: tuple[str, str]) -> None:
    pids = children(server.process.pid)
    accepted = Accepted(server.url, known)
    server.kill()
    await_deafness(server.url)

    head, _ = accepted.answer()

    assert head.startswith(b"HTTP/1.1 201 ")
    await_that(lambda: not any(lives(pid) for pid in pids))


def test_each_worker_answers_and_the_metrics_are_those_of_all(
    command: list[str], known: tuple[str, str]
) -> None:
    server = Server([*command, "--metrics-port", "0"])
    try:
        place = re.search(r"Metrics are at (http://\S+/metrics)", server.stderr())
        assert place is not None
        asked = 0

        def counts() -> dict[str, int]:
            text = httpx.get(place[1], trust_env=False).text  # type: ignore[index]
            return {worker: int(count) for worker, count in ANSWERED.findall(text)}

        deadline = time.monotonic() + PATIENCE
        while len(counts()) < 2:
            assert time.monotonic() < deadline
            assert status(server, known) == 200
            asked += 1
        await_that(lambda: sum(counts().values()) == asked)
        assert set(counts()) == {"1", "2"}
    finally:
        server.stop()


@ON_SQLITE
def test_a_terminal_s_ctrl_c_drains_and_leaves_no_traceback(
    command: list[str], known: tuple[str, str]
) -> None:
    process = subprocess.Popen(
        [*partywire_command(), *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().split()[1].decode()
        accepted = [Accepted(url, known) for _ in range(6)]
        os.killpg(process.pid, signal.SIGINT)
        await_deafness(url)
        answers = [request.answer() for request in accepted]
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE)
    assert [head[:12] for head, _ in answers] == [b"HTTP/1.1 201"] * 6
    assert (process.returncode, said) == (0, b"")


@ON_SQLITE
def test_a_second_signal_cuts_short_what_is_in_flight(
    server: Server, known: tuple[str, str]
) -> None:
    accepted = [Accepted(server.url, known) for _ in range(6)]
    server.process.send_signal(signal.SIGTERM)
    await_deafness(server.url)
    assert server.stop() == 0
    for request in accepted:
        with contextlib.suppress(ConnectionError):
            assert request.answer() == (b"", b"")


@ON_SQLITE
def test_a_worker_that_cannot_be_replaced_is_tried_again(
    server: Server, known: tuple[str, str], tmp_path: Path
) -> None:
    before = children(server.process.pid)
    key = (tmp_path / "key").read_bytes()
    (tmp_path / "key").write_bytes(b"not a key")
    os.kill(before[1], signal.SIGKILL)
    await_that(lambda: "did not start: it ended with 78" in server.stderr())
    assert status(server, known) == 200
    (tmp_path / "key").write_bytes(key)
    there: list[int] = []

    def replaced() -> bool:
        there[:] = children(server.process.pid)
        return len(there) == 2 and before[1] not in there

    await_that(replaced)
    os.kill(before[0], signal.SIGKILL)
    await_that(lambda: not lives(before[0]))
    assert status(server, known) == 200
    assert server.stop() == 0


@ON_SQLITE
def test_a_manager_hears_once_that_all_are_ready(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", manager.getsockname())
        manager.settimeout(PATIENCE)
        server = Server(command)
        assert manager.recv(100) == b"READY=1"
        assert server.stop() == 0
        manager.setblocking(False)
        with pytest.raises(BlockingIOError):
            manager.recv(100)


def test_what_is_wrong_with_the_settings_the_parent_says_alone(tmp_path: Path) -> None:
    result = run("serve", "--workers", "2", "--port", "0", "--database", f"sqlite:///{tmp_path}")
    assert_fails(result, 74, "The database cannot be used: ")


@pytest.mark.parametrize(("code", "ours"), [(74, 74), (-9, 70), (0, 70)])
def test_the_exit_code_of_a_worker_that_does_not_start_is_the_parent_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, ours: int
) -> None:
    async def fails(_self: Workers) -> None:
        raise DidNotStart(code)

    monkeypatch.setattr(serve.Workers, "run", fails)
    database = f"sqlite:///{tmp_path}/partywire.db"
    result = run("serve", "--workers", "2", "--port", "0", "--database", database)
    assert_fails(result, ours, f"Error: a worker did not start: it ended with {code}")


async def test_if_one_worker_does_not_start_none_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["partywire", "serve", "--database", f"sqlite:///{tmp_path}"])
    said, before = [], children(os.getpid())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        place = Place(0, listening.fileno(), None, str(tmp_path))
        parent = Workers(3, place, lambda: said.append("ready"), lambda: said.append("left"))
        with pytest.raises(DidNotStart) as caught:
            await asyncio.wait_for(parent.run(), PATIENCE)
    assert caught.value.code == 74
    assert said == ["left"]
    assert "Error: The database cannot be used: " in capfd.readouterr().err
    assert children(os.getpid()) == before


def test_who_is_no_worker_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARTYWIRE_WORKER", raising=False)
    assert workers.ours() is None
    told = '{"number":2,"listening":5,"scraped":null,"folder":"f"}'
    monkeypatch.setenv("PARTYWIRE_WORKER", told)
    assert workers.ours() == Place(2, 5, None, "f")
