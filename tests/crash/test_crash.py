"""A server that is killed at any moment keeps what it promised, and promises nothing twice."""

import asyncio
import contextlib
import os
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crash import evidence
from crash.load import Ledger, working
from harness import Client, Server, partywire_command, serve_account

pytestmark = pytest.mark.crash

KILLS = int(os.environ.get("PARTYWIRE_KILLS", "10"))
LONGEST_LOAD = 0.6  # seconds until the kill


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "partywire.db"


@pytest.fixture
def credentials(file: Path) -> tuple[str, str]:
    return serve_account(file)


@contextlib.contextmanager
def serving(file: Path) -> Iterator[Server]:
    """A server that leaves in peace unless the block kills it."""
    server = Server(["serve", "--port", "0", "--database", f"sqlite:///{file}"])
    try:
        yield server
        assert server.process.returncode is not None or server.stop() == 0
        assert evidence.complaints(server.stderr()) == []
    finally:
        if server.process.poll() is None:
            server.kill()


async def killed_under_load(
    server: Server, credentials: tuple[str, str], ledger: Ledger, name: str, chance: random.Random
) -> None:
    async with working(server.url, credentials, ledger, name, chance):
        await asyncio.sleep(chance.uniform(0, LONGEST_LOAD))
        server.kill()


def assert_nothing_is_lost(file: Path, ledger: Ledger) -> None:
    with evidence.reading(file) as connection:
        happened = evidence.events(connection)
        evidence.assert_sound(connection)
        evidence.assert_promises_are_kept(ledger, happened)
        evidence.assert_indexes_have_no_gap(connection, happened)
        evidence.assert_tables_are_what_the_outbox_tells(connection, happened)


def assert_answers_agree(server: Server, credentials: tuple[str, str], file: Path) -> None:
    """What clients are shown is what the tables hold, unread counts message by message."""
    with evidence.reading(file) as connection:
        counts = evidence.recounted(connection)
        rows = connection.execute("SELECT conversation_sid, message_index, sid FROM messages")
        messages = sorted(rows)
    with Client(server.url, credentials) as client:
        shown = {
            (user["identity"], each["conversation_sid"]): each["unread_messages_count"]
            for user in client.items("/Users", "users")
            for each in client.items(f"/Users/{user['sid']}/Conversations", "conversations")
        }
        talks = sorted(talk["sid"] for talk in client.items("/Conversations", "conversations"))
        seen = [
            (talk, message["index"], message["sid"])
            for talk in talks
            for message in client.items(f"/Conversations/{talk}/Messages", "messages", PageSize=100)
        ]
    assert shown == counts
    assert seen == messages


def test_a_server_that_is_killed_again_and_again_keeps_its_promises(
    file: Path, credentials: tuple[str, str]
) -> None:
    chance, ledger = random.Random(), Ledger()
    for number in range(KILLS):
        with serving(file) as server:
            asyncio.run(killed_under_load(server, credentials, ledger, f"w{number}", chance))
        if number % 10 == 9 or number < 10:
            assert_nothing_is_lost(file, ledger)

    with serving(file) as server:
        assert_nothing_is_lost(file, ledger)
        assert_answers_agree(server, credentials, file)
    assert sum(1 for _ in ledger.promised()) > KILLS * 50


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
