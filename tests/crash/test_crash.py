"""A server that is killed at any moment keeps what it promised, and promises nothing twice."""

import asyncio
import contextlib
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crash import evidence
from crash.load import Ledger, working
from crash.nodes import becomes, kill_all
from crash.promises import assert_answers_agree, assert_nothing_is_lost, assert_the_feed_tells_it
from crash.scale import KILLS
from harness import Client, Server, partywire_command, serve_account

pytestmark = pytest.mark.crash

LONGEST_LOAD = 0.6  # seconds until the kill
LEAST = 51  # promises of each life, however slow the machine is


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "partywire.db"


@pytest.fixture
def credentials(file: Path) -> tuple[str, str]:
    return serve_account(file)


@contextlib.contextmanager
def serving(file: Path, *options: str) -> Iterator[Server]:
    """A server that leaves in peace unless the block kills it."""
    server = Server(["serve", "--port", "0", "--database", f"sqlite:///{file}", *options])
    try:
        yield server
        assert server.process.returncode is not None or server.stop() == 0
        assert evidence.complaints(server.stderr()) == []
    finally:
        if server.process.poll() is None:
            kill_all(server)


async def killed_under_load(
    server: Server, credentials: tuple[str, str], ledger: Ledger, name: str, chance: random.Random
) -> None:
    least = promises(ledger) + LEAST
    async with working(server.url, credentials, ledger, name, chance):
        await asyncio.sleep(chance.uniform(0, LONGEST_LOAD))
        await becomes(lambda: promises(ledger) >= least, "it promises nothing")
        kill_all(server)


def promises(ledger: Ledger) -> int:
    return sum(1 for _ in ledger.promised())


def assert_kept(file: Path, ledger: Ledger) -> None:
    with evidence.reading(file) as connection:
        assert_nothing_is_lost(connection, ledger)
        assert_the_feed_tells_it(connection)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_that_is_killed_again_and_again_keeps_its_promises(
    file: Path, credentials: tuple[str, str], workers: int
) -> None:
    chance, ledger = random.Random(), Ledger()
    options = ("--workers", f"{workers}")
    for number in range(KILLS):
        with serving(file, *options) as server:
            asyncio.run(killed_under_load(server, credentials, ledger, f"w{number}", chance))
        if number % 10 == 9 or number < 10:
            assert_kept(file, ledger)

    with serving(file, *options) as server:
        assert_kept(file, ledger)
        with evidence.reading(file) as connection:
            assert_answers_agree(server.url, credentials, connection)
    assert promises(ledger) > KILLS * 50


def test_a_server_that_is_killed_while_it_starts_starts_again(file: Path) -> None:
    """Making the key, the file and the schema: none may be left half done."""
    chance = random.Random()
    for number in range(KILLS // 2):
        fresh = file.with_name(f"{number}.db")
        arguments = ["serve", "--port", "0", "--database", f"sqlite:///{fresh}"]
        process = subprocess.Popen(
            [*partywire_command(), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.1, 0.6))
        process.kill()
        process.wait()

        credentials = serve_account(fresh)
        with serving(fresh) as server, Client(server.url, credentials) as client:
            client.made("/Conversations")
            with evidence.reading(fresh) as connection:
                evidence.assert_sound(connection)
