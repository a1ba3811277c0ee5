import threading
from pathlib import Path

import apsw
import pytest

from partywire.storage.database import Duplicate, StorageFailure
from partywire.storage.query import Query, Statement
from partywire.storage.sqlite_connection import Statements, connect, failure
from storage.things import Things


async def test_foreign_keys_are_enforced_and_commits_are_flushed_on_every_connection(
    file: Path,
) -> None:
    connection = connect(file)

    def pragma(name: str) -> object:
        return connection.execute(f"PRAGMA {name}").get

    assert pragma("foreign_keys") == 1
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2
    connection.close()


def test_a_folder_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match="nowhere"):
        connect(tmp_path / "nowhere" / "partywire.db")


def test_a_new_file_that_another_process_is_just_making_is_waited_for(file: Path) -> None:
    other = apsw.Connection(str(file))
    other.execute("BEGIN IMMEDIATE; CREATE TABLE things (name TEXT)")
    letting_go = threading.Timer(0.2, other.execute, ("COMMIT",))
    letting_go.start()

    try:
        connect(file).close()
    finally:
        letting_go.join()
        other.close()


@pytest.mark.parametrize("query", ["SELECT nothing", "SELECT name FROM nowhere", "NOT SQL"])
async def test_a_query_that_cannot_run_is_a_failure(things: Things, query: str) -> None:
    for read in (things.database.one, things.database.all):
        with pytest.raises(StorageFailure):
            await read(Query(query, str))


async def test_a_taken_key_is_a_duplicate_and_any_other_error_a_failure(file: Path) -> None:
    connection = connect(file)
    connection.execute("CREATE TABLE a (id TEXT PRIMARY KEY, name TEXT NOT NULL)")
    statements = Statements(connection)
    await statements.run(Statement("INSERT INTO a VALUES ($1, $2)"), "1", "one")

    with pytest.raises(Duplicate):
        await statements.run(Statement("INSERT INTO a VALUES ($1, $2)"), "1", "other")
    with pytest.raises(StorageFailure):
        await statements.run(Statement("INSERT INTO a VALUES ($1, $2)"), "2", None)

    assert await statements.all(Query("SELECT name FROM a", str)) == ["one"]
    connection.close()


def test_a_failure_names_its_cause_for_the_operator() -> None:
    told = failure(apsw.FullError("database or disk is full"))

    assert isinstance(told, StorageFailure)
    assert str(told) == "FullError: database or disk is full"
    assert "full" not in told.message
