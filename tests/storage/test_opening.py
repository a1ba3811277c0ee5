import asyncio
import os
from pathlib import Path

import pytest

from partywire.storage import opening
from partywire.storage.database import NewerSchema, StorageFailure
from partywire.storage.migrate import migrate, statements
from partywire.storage.opening import open_database, sqlite_file
from partywire.storage.query import Query


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///partywire.db", "partywire.db"),
        ("sqlite:///a/b.db", "a/b.db"),
        ("sqlite:////var/lib/partywire.db", "/var/lib/partywire.db"),
    ],
)
def test_a_url_names_a_file(url: str, file: str) -> None:
    assert sqlite_file(url) == Path(file)


@pytest.mark.parametrize(
    "url", ["", "sqlite:", "sqlite://", "sqlite:///", "partywire.db", "mysql:///x", "/tmp/x.db"]
)
def test_what_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(StorageFailure, match="is not a database URL"):
        sqlite_file(url)


@pytest.mark.parametrize("url", ["postgresql://host/name", "postgres://host/name"])
async def test_an_engine_that_is_not_there_yet_is_refused_by_its_name(url: str) -> None:
    with pytest.raises(StorageFailure, match="PostgreSQL is not supported yet"):
        await open_database(url)


async def test_the_file_and_the_folders_above_it_are_made(tmp_path: Path) -> None:
    file = tmp_path / "some" / "where" / "partywire.db"

    database = await open_database(f"sqlite:///{file}")

    await database.check()
    await database.close()
    assert file.is_file()


async def test_what_was_written_is_there_when_the_database_is_opened_again(file: Path) -> None:
    url = f"sqlite:///{file}"
    for expected in ([], ["kept"]):
        database = await open_database(url)
        found = Query("SELECT unique_name FROM conversations", str)
        assert await database.all(found) == expected
        async with database.transaction() as transaction:
            for statement in statements(
                """INSERT OR IGNORE INTO accounts
                    (id, sid, token, default_service_sid, date_created)
                VALUES ('a', 'a', '', '', 1);
                INSERT OR IGNORE INTO services VALUES ('s', 'a', '', '', '', '', 1, 1, 0);
                INSERT OR IGNORE INTO conversations (sid, service_sid, messaging_service_sid,
                    unique_name, attributes, state, created_by, next_message_index,
                    messages_deleted, date_active, date_created, date_updated)
                VALUES ('c', 's', '', 'kept', '', '', '', 0, 0, 0, 0, 0)"""
            ):
                await transaction.run(statement)
        await database.close()


async def test_a_folder_that_cannot_be_made_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(StorageFailure, match="taken"):
        await open_database(f"sqlite:///{tmp_path}/taken/partywire.db")


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match=str(tmp_path)):
        await open_database(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_refused_and_stays_as_it_is(file: Path) -> None:
    text = b"Dear diary, today I was taken for a database.\n" * 100
    file.write_bytes(text)

    with pytest.raises(StorageFailure, match="not a database"):
        asyncio.run(open_database(f"sqlite:///{file}"))

    assert file.read_bytes() == text


async def test_a_newer_database_is_refused_and_let_go(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{file}"
    database = await open_database(url)
    async with database.transaction() as transaction:
        for statement in statements("UPDATE schema_version SET version = 999"):
            await transaction.run(statement)
    await database.close()
    closed = []

    class Watched(opening.SqliteDatabase):
        async def close(self) -> None:
            await super().close()
            closed.append(self)

    monkeypatch.setattr(opening, "SqliteDatabase", Watched)
    with pytest.raises(NewerSchema, match="999"):
        await open_database(url)

    assert len(closed) == 1


async def test_an_older_database_is_brought_up_when_it_is_opened(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "schema.sql").write_text("CREATE TABLE notes (text TEXT)")
    (tmp_path / "migrations" / "0001_notes.sql").write_text("CREATE TABLE notes (text TEXT)")
    monkeypatch.setattr(opening, "migrate", lambda database: migrate(database, tmp_path))
    await made_and_closed(f"sqlite:///{file}")
    (tmp_path / "migrations" / "0002_more.sql").write_text("ALTER TABLE notes ADD COLUMN more TEXT")

    database = await open_database(f"sqlite:///{file}")

    assert await database.all(Query("SELECT more FROM notes", str)) == []
    assert await database.one(Query("SELECT version FROM schema_version", int)) == 2
    await database.close()


async def made_and_closed(url: str) -> None:
    await (await open_database(url)).close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_refused(file: Path) -> None:
    asyncio.run(made_and_closed(f"sqlite:///{file}"))
    file.chmod(0o400)

    with pytest.raises(StorageFailure):
        asyncio.run(made_and_closed(f"sqlite:///{file}"))
