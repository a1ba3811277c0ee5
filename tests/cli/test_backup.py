"""``partywire backup``: while servers write, and back again."""

import contextlib
import re
import sqlite3
import threading
import time
from pathlib import Path
from typing import Self

import pytest

from cli.commands import assert_fails, run, serving
from harness import Client, serve_account

WRITERS = 4
SECONDS = 30


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


def backup(file: Path, target: Path, *more: str) -> str:
    done = run("backup", "--database", f"sqlite:///{file}", str(target), *more)
    assert done.exit_code == 0, done.output
    return done.stdout


class Load:
    """Writers that post until they are told to stop; takes down what was acknowledged."""

    def __init__(self, url: str, credentials: tuple[str, str]) -> None:
        self.acknowledged: list[tuple[int, str]] = []
        self._url, self._credentials = url, credentials
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(WRITERS)]

    def _write(self, number: int) -> None:
        with Client(self._url, self._credentials) as client:
            count = 0
            while not self._stop.is_set():
                count += 1
                body = f"{number} {count}"
                posted = client.made("/Conversations/talk/Messages", {"Body": body})
                self.acknowledged.append((posted["index"], body))

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(SECONDS)

    def wait_for(self, count: int) -> None:
        """Returns when so many are acknowledged."""
        deadline = time.monotonic() + SECONDS
        while len(self.acknowledged) < count:
            assert time.monotonic() < deadline
            assert all(thread.is_alive() for thread in self._threads)
            time.sleep(0.002)


def messages(file: Path) -> list[tuple[int, str]]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return connection.execute(
            "SELECT message_index, body FROM messages ORDER BY message_index"
        ).fetchall()


def test_under_load_all_that_was_acknowledged_before_is_in_the_backup(
    file: Path, tmp_path: Path
) -> None:
    credentials = serve_account(file)
    with serving(file) as server:
        with Client(server.url, credentials) as client:
            client.made("/Conversations", {"UniqueName": "talk"})
        with Load(server.url, credentials) as load:
            for number in range(5):
                load.wait_for(len(load.acknowledged) + 20)
                before, target = list(load.acknowledged), tmp_path / f"backup{number}.db"

                assert " rows, sound\n" in backup(file, target)

                kept = messages(target)
                assert set(before) <= set(kept)
                assert [index for index, _ in kept] == list(range(len(kept)))
        assert set(load.acknowledged) <= set(messages(file))


def test_a_server_goes_on_from_a_backup(file: Path, tmp_path: Path) -> None:
    credentials = serve_account(file)
    target, key = tmp_path / "backup.db", f"{file}.key"
    with serving(file) as server, Client(server.url, credentials) as client:
        client.made("/Conversations", {"UniqueName": "talk"})
        client.made("/Conversations/talk/Messages", {"Body": "kept"})
        backup(file, target)
        client.made("/Conversations/talk/Messages", {"Body": "too late"})

    with (
        serving(target, "--key-file", key) as server,
        Client(server.url, credentials) as client,
    ):
        found = client.items("/Conversations/talk/Messages", "messages")
        assert [each["body"] for each in found] == ["kept"]
        assert client.made("/Conversations/talk/Messages", {"Body": "more"})["index"] == 1


def test_what_was_made_is_printed(file: Path, tmp_path: Path) -> None:
    serve_account(file)

    said = backup(file, tmp_path / "backup.db").splitlines()

    size = (tmp_path / "backup.db").stat().st_size
    pattern = rf"{tmp_path}/backup.db: {size:,} bytes, \d+ tables, \d+ rows, sound"
    assert re.fullmatch(pattern, said[0])
    assert said[1].startswith("The key is not in it: ")
    assert f"{file}.key unless you named another" in said[1]


def test_a_file_that_is_there_needs_force(file: Path, tmp_path: Path) -> None:
    serve_account(file)
    target = tmp_path / "backup.db"
    backup(file, target)
    target.write_text("dear")

    refused = run("backup", "--database", f"sqlite:///{file}", str(target))
    assert_fails(refused, 78, "Nothing is backed up: ", "is there already", "--force")
    assert target.read_text() == "dear"

    backup(file, target, "--force")
    assert target.read_bytes().startswith(b"SQLite format 3")


def test_a_database_that_is_not_there_is_not_made(file: Path, tmp_path: Path) -> None:
    result = run("backup", "--database", f"sqlite:///{file}", str(tmp_path / "backup.db"))

    assert_fails(result, 78, "chat.db is not there")
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_is_no_database_is_no_traceback(file: Path, tmp_path: Path) -> None:
    file.write_text("To whom it may concern. " * 500)

    result = run("backup", "--database", f"sqlite:///{file}", str(tmp_path / "backup.db"))

    assert_fails(result, 74, "The database cannot be used: NotADB")


def test_postgresql_is_left_to_its_own_means(tmp_path: Path) -> None:
    url = "postgresql://u:sesame@127.0.0.1/chat"

    result = run("backup", "--database", url, str(tmp_path / "backup"))

    assert_fails(result, 78, "pg_dump --format=custom")
    assert "sesame" not in result.output


def test_the_database_may_be_named_by_the_environment(file: Path, tmp_path: Path) -> None:
    serve_account(file)

    named = {"PARTYWIRE_DATABASE": f"sqlite:///{file}"}
    done = run("backup", str(tmp_path / "backup.db"), environment=named)

    assert done.exit_code == 0, done.output
    assert (tmp_path / "backup.db").exists()
