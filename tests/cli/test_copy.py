"""``partywire copy``: what it says, how it ends, and a server that goes on from it."""

import contextlib
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.commands import assert_fails, run
from contract.world import World
from engines import Side
from harness import Client, account, dev_server
from partywire.cli import demo
from partywire.cli.copy import copy_command

LINE = re.compile(r"(\w+) +([\d,]+)  ([0-9a-f]{32})")
DEMO = (demo.ACCOUNT_SID, demo.AUTH_TOKEN)


@pytest.fixture
def key(tmp_path: Path) -> str:
    return str(tmp_path / "key")


@pytest.fixture
def postgresql(side: Side, worker: str) -> Iterator[str]:
    """Where an empty PostgreSQL database is."""
    name = f"copied_{worker}"
    yield side.made(name)
    side.dropped(name)


@pytest.fixture
def small(tmp_path: Path) -> str:
    """An SQLite database with an account in it."""
    url = f"sqlite:///{tmp_path}/small.db"
    assert run("account", "create", "--database", url).exit_code == 0
    return url


def rows(output: str) -> dict[str, int]:
    """How many rows each table has, as printed."""
    found = (LINE.fullmatch(line) for line in output.splitlines())
    return {match[1]: int(match[2].replace(",", "")) for match in found if match}


def answers(url: str, world: World, credentials: tuple[str, str]) -> Any:
    """What a server shows of the demo and of a world, whatever its address is."""
    with Client(url, credentials) as other, Client(url, DEMO) as client:
        world.client = other
        seen: list[Any] = [world.snapshot()]
        for person in ("alice", "bob", "carol"):
            path = f"/Users/{person}/Conversations"
            seen.append(client.items(path, "conversations", PageSize=5))
        seen.append(client.seen("/Conversations", PageSize=5))
        for talk in client.items("/Conversations", "conversations"):
            below = f"/Conversations/{talk['sid']}"
            seen.append(client.items(f"{below}/Messages", "messages", PageSize=10))
            seen.append(client.items(f"{below}/Participants", "participants"))
    return json.loads(json.dumps(seen).replace(url, "http://bench"))


def test_a_server_on_the_copy_answers_as_the_one_before_and_goes_on(
    tmp_path: Path, key: str, postgresql: str
) -> None:
    first, last = f"sqlite:///{tmp_path}/first.db", f"sqlite:///{tmp_path}/last.db"
    credentials = account()
    at = ("--key-file", key)
    with dev_server("--demo", "--database", first, *at) as server:
        with Client(server.url, credentials) as client:
            world = World(client, default=True)
        expected = answers(server.url, world, credentials)

    for one, other in ((first, postgresql), (postgresql, last)):
        assert run("copy", "--from", one, "--to", other).exit_code == 0

    unread = {each["unique_name"]: each["unread_messages_count"] for each in expected[1]}
    assert unread["football"] == 42
    assert unread["kitchen"] is None
    for url in (postgresql, last):
        with dev_server("--database", url, *at) as server, Client(server.url, DEMO) as client:
            assert answers(server.url, world, credentials) == expected
            posted = client.made("/Conversations/football/Messages", {"Body": "Moved"})
            assert posted["index"] == 44
            seen = client.seen("/Users/alice/Conversations/football")
            assert seen["unread_messages_count"] == 43


def test_the_proof_is_printed_table_by_table(small: str, tmp_path: Path) -> None:
    done = run("copy", "--from", small, "--to", f"sqlite:///{tmp_path}/copy.db")

    assert done.exit_code == 0, done.output
    counted = rows(done.stdout)
    assert (counted["accounts"], counted["services"], counted["messages"]) == (1, 1, 0)
    *_, equal, about_key = done.stdout.splitlines()
    assert equal == f"equal: {len(counted)} tables, {sum(counted.values())} rows"
    assert f"the same --key-file as before, {tmp_path}/small.db.key unless" in about_key
    assert done.stderr.startswith("copying: 0 of ")
    assert "proving: 0 of " in done.stderr


def test_what_differs_is_shown_from_both_ends_and_the_copy_is_of_no_use(
    small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partywire.cli.waiting import Progress

    file = small.removeprefix("sqlite:///")
    original = Progress.phase

    def meddling(self: Progress, name: str, of: int, done: int) -> None:
        if name == "copying":
            with contextlib.closing(sqlite3.connect(file)) as other, other:
                other.execute("INSERT INTO claims VALUES ('delivery', 'a node', 1)")
        original(self, name, of, done)

    monkeypatch.setattr(Progress, "phase", meddling)
    target = f"sqlite:///{tmp_path}/copy.db"

    done = run("copy", "--from", small, "--to", target)

    assert done.exit_code == 74
    assert "Error: The copy cannot be used (claims): the source was written to" in done.stderr
    assert "Stop whatever writes to it" in done.stderr
    assert re.search(r"claims +1  [0-9a-f]{32}\n  the target +0  [0-9a-f]{32}\n", done.stdout)
    refused = run("account", "list", "--database", target)
    assert refused.exit_code == 78


def test_a_target_that_holds_something_is_refused(small: str, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path}/other.db"
    assert run("account", "create", "--database", other).exit_code == 0

    result = run("copy", "--from", small, "--to", other)

    assert_fails(result, 78, "Nothing is copied: the target is not empty", "accounts")


def test_a_source_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    result = run("copy", "--from", f"sqlite:///{tmp_path}/a.db", "--to", f"sqlite:///{tmp_path}/b")

    assert_fails(result, 74, "a.db is not there")
    assert "again" not in result.stderr
    assert [*tmp_path.iterdir()] == []


def test_who_is_interrupted_by_the_database_is_told_to_go_on(
    small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partywire.storage.copying.sqlite_end import SqliteEnd
    from partywire.storage.database import StorageFailure

    async def full(*_: object) -> None:
        raise StorageFailure("the disk is full")

    command = ("copy", "--from", small, "--to", f"sqlite:///{tmp_path}/copy.db")
    with monkeypatch.context() as patch:
        patch.setattr(SqliteEnd, "append", full)
        result = run(*command)
    assert_fails(result, 74, "the disk is full. Run the same command again: it goes on")

    assert run(*command).exit_code == 0


@pytest.mark.parametrize("url", ["postgresql://u:sesame@127.0.0.1:1/x", "mysql://u:sesame@h/x"])
def test_a_password_is_never_printed(small: str, tmp_path: Path, url: str) -> None:
    for command in (
        ("copy", "--from", small, "--to", url),
        ("copy", "--from", url, "--to", f"sqlite:///{tmp_path}/copy.db"),
    ):
        result = run(*command)
        assert_fails(result, 74)
        assert "sesame" not in result.output


def test_both_ends_must_be_named() -> None:
    for command in (("copy",), ("copy", "--from", "sqlite:///a"), ("copy", "--to", "sqlite:///a")):
        assert_fails(run(*command), 2, "Missing option")
    assert copy_command.help is not None
    assert "goes on where it was" in copy_command.help
