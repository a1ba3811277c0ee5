import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import engines
from engines import Side
from partywire.storage import accounts, conversations, opening, services
from partywire.storage.database import NewerSchema, StorageFailure
from partywire.storage.migrate import migrate, statements
from partywire.storage.opening import is_postgresql, open_database, sqlite_file
from partywire.storage.query import Query
from storage import rows
from tools import postgresql


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
def test_both_names_of_postgresql_are_known(url: str) -> None:
    assert is_postgresql(url)
    assert not is_postgresql("sqlite:///postgresql:.db")


SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ada:{SECRET}@127.0.0.1:1/nowhere",  # nobody listens there
        f"postgresql://ada:{SECRET}@127.0.0.1:port/name",
        f"postgresql://ada:{SECRET}@[127.0.0.1/name",
        f"postgresql://ada:{SECRET}@127.0.0.1:1/name?sslmode={SECRET}",
        f"postgresql:///{SECRET}\0?host=127.0.0.1&port=1",
        f"mysql://ada:{SECRET}@127.0.0.1/name",
    ],
)
async def test_a_url_that_leads_nowhere_fails_and_tells_no_password(url: str) -> None:
    with pytest.raises(StorageFailure) as caught:
        await open_database(url, 4)

    assert SECRET not in str(caught.value)


async def test_who_is_not_let_in_is_told_so_without_the_password(
    side: Side, used_again: str
) -> None:
    stranger = urlsplit(used_again)._replace(netloc=f"nobody:{SECRET}@{place(used_again)}")

    with pytest.raises(StorageFailure, match="nobody") as caught:
        await open_database(stranger.geturl(), 4)

    assert SECRET not in str(caught.value)


async def test_a_wrong_password_is_not_told(guarded: str) -> None:
    right = f"postgresql://guarded:right@{place(guarded)}/postgres"
    await made_and_closed(right)
    wrong = right.replace("right", SECRET)

    with pytest.raises(StorageFailure, match="guarded") as caught:
        await open_database(wrong, 4)

    assert SECRET not in str(caught.value)


def place(url: str) -> str:
    """Host and port."""
    return urlsplit(url).netloc.rpartition("@")[2]


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    """A server that asks the user ``guarded`` for the password ``right``."""
    engines.needed("postgresql")
    with postgresql.cluster() as server:
        server.sql("CREATE ROLE guarded SUPERUSER LOGIN PASSWORD 'right'")
        server.stop()
        rules = "host all guarded all scram-sha-256\nhost all all all trust\n"
        (server._folder / "data" / "pg_hba.conf").write_text(rules)
        server.start()
        yield server.url()


async def test_the_file_and_the_folders_above_it_are_made(tmp_path: Path) -> None:
    file = tmp_path / "some" / "where" / "partywire.db"

    database = await open_database(f"sqlite:///{file}", 4)

    await database.check()
    await database.close()
    assert file.is_file()


async def test_what_was_written_is_there_when_the_database_is_opened_again(
    database_url: str,
) -> None:
    for expected in ([], ["kept"]):
        database = await open_database(database_url, 4)
        found = Query("SELECT unique_name FROM conversations", str)
        assert await database.all(found) == expected
        async with database.transaction() as transaction:
            if not expected:
                await accounts.add(transaction, rows.account())
                await services.add(transaction, rows.service())
                await conversations.add(transaction, rows.conversation(unique_name="kept"))
        await database.close()


async def test_a_folder_that_cannot_be_made_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(StorageFailure, match="taken"):
        await open_database(f"sqlite:///{tmp_path}/taken/partywire.db", 4)


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match=str(tmp_path)):
        await open_database(f"sqlite:///{tmp_path}", 4)


def test_a_file_that_is_no_database_is_refused_and_stays_as_it_is(file: Path) -> None:
    text = b"Dear diary, today I was taken for a database.\n" * 100
    file.write_bytes(text)

    with pytest.raises(StorageFailure, match="not a database"):
        asyncio.run(open_database(f"sqlite:///{file}", 4))

    assert file.read_bytes() == text


async def test_a_newer_database_is_refused_and_let_go(
    bare_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await open_database(bare_url, 4)
    async with database.transaction() as transaction:
        for statement in statements("UPDATE schema_version SET version = 999"):
            await transaction.run(statement)
    await database.close()
    kind = type(database)
    closed = []

    async def close(self: Any) -> None:
        await as_ever(self)
        closed.append(self)

    as_ever = kind.close
    monkeypatch.setattr(kind, "close", close)
    with pytest.raises(NewerSchema, match="999"):
        await open_database(bare_url, 4)

    assert len(closed) == 1


async def test_an_older_database_is_brought_up_when_it_is_opened(
    bare_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "schema.sql").write_text("CREATE TABLE notes (text TEXT)")
    (tmp_path / "migrations" / "0001_notes.sql").write_text("CREATE TABLE notes (text TEXT)")
    monkeypatch.setattr(opening, "migrate", lambda database: migrate(database, tmp_path))
    await made_and_closed(bare_url)
    (tmp_path / "migrations" / "0002_more.sql").write_text("ALTER TABLE notes ADD COLUMN more TEXT")

    database = await open_database(bare_url, 4)

    assert await database.all(Query("SELECT more FROM notes", str)) == []
    assert await database.one(Query("SELECT version FROM schema_version", int)) == 2
    await database.close()


async def made_and_closed(url: str) -> None:
    await (await open_database(url, 4)).close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_refused(file: Path) -> None:
    asyncio.run(made_and_closed(f"sqlite:///{file}"))
    file.chmod(0o400)

    with pytest.raises(StorageFailure):
        asyncio.run(made_and_closed(f"sqlite:///{file}"))
