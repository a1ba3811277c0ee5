"""The PostgreSQL server of the tests and the bench."""

import contextlib
import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from engines import Side, needed
from tools import postgresql


@pytest.fixture
def there() -> None:
    """PostgreSQL is here, and the tests of this module may start it."""
    needed("postgresql")


@pytest.fixture
def side() -> Iterator[Side]:
    made = Side()
    yield made
    made.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that the server's owner may enter too, whoever that is."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
        return True
    return False


def test_a_server_answers_in_a_folder_of_its_own_and_leaves_nothing_behind(
    there: None, side: Side, folder: Path
) -> None:
    with postgresql.cluster(folder) as server:
        [own] = folder.iterdir()
        assert side.rows(server.url(), "SHOW data_directory") == [(str(own / "data"),)]
        assert side.rows(server.url(), "SHOW listen_addresses") == [("127.0.0.1",)]
        assert side.rows(server.url(), "SHOW server_encoding") == [("UTF8",)]
        pid, port = server.pid, server.port

    assert list(folder.iterdir()) == []
    assert not listens(port)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_its_databases_outlive_a_restart(there: None, folder: Path) -> None:
    with postgresql.cluster(folder) as server:
        server.database("chat")
        server.sql("CREATE TABLE kept (a int)", "chat")
        first = server.pid
        server.stop()
        assert not listens(server.port)
        server.stop()  # it has stopped already

        server.start()

        server.sql("INSERT INTO kept VALUES (1)", "chat")
        assert server.pid != first


def test_what_was_committed_outlives_a_crash_where_that_is_asked_for(
    there: None, side: Side, folder: Path
) -> None:
    with postgresql.cluster(folder, settings={}) as server:
        url = server.database("chat")
        server.sql("CREATE TABLE kept (a int)", "chat")
        server.sql("INSERT INTO kept VALUES (1)", "chat")
        server.stop(signal.SIGQUIT)
        server.start()

        assert side.rows(url, "SELECT a FROM kept") == [(1,)]


def test_settings_are_the_server_s(there: None, side: Side, folder: Path) -> None:
    with postgresql.cluster(folder, settings={"deadlock_timeout": "77ms"}) as server:
        assert side.rows(server.url(), "SHOW deadlock_timeout") == [("77ms",)]
        assert side.rows(server.url(), "SHOW fsync") == [("on",)]


def test_two_servers_do_not_disturb_each_other(there: None, side: Side, folder: Path) -> None:
    with postgresql.cluster(folder) as one, postgresql.cluster(folder) as other:
        one.database("chat")
        with pytest.raises(asyncpg.InvalidCatalogNameError):
            side.rows(other.url("chat"), "SELECT 1")


def test_a_server_that_cannot_start_says_why_and_leaves_nothing_behind(
    there: None, folder: Path
) -> None:
    with (
        pytest.raises(postgresql.NotToBeHad, match="no_such_setting"),
        postgresql.cluster(folder, settings={"no_such_setting": "1"}),
    ):
        pytest.fail("it started")

    assert list(folder.iterdir()) == []


def test_without_programs_there_is_none_and_the_reason_says_how_to_get_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    for name in ("_found", "_from_system_packages", "_from_python_package"):
        monkeypatch.setattr(postgresql, name, lambda name=name: tried.append(name))

    with pytest.raises(postgresql.NotToBeHad, match="install one"), postgresql.cluster(folder):
        pytest.fail("it started")

    assert tried == ["_found", "_from_system_packages", "_from_python_package"]
    assert list(folder.iterdir()) == []


def test_programs_are_found_where_the_path_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in postgresql.WANTED:
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert postgresql.binaries() == tmp_path


def test_half_of_the_programs_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "postgres").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert postgresql._found() != tmp_path
