import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from engines import Side
from partywire.storage.database import Database, NewerSchema, StorageFailure
from partywire.storage.migrate import PACKAGED, UNFINISHED, migrate, migrations, statements
from partywire.storage.opening import is_postgresql, sqlite_file
from partywire.storage.postgresql import PostgresqlDatabase
from partywire.storage.query import Query, Statement
from partywire.storage.sqlite import SqliteDatabase

VERSIONS = Query("SELECT version FROM schema_version", int)
NOTES = Query("SELECT text || COALESCE('/' || author, '') FROM notes ORDER BY text", str)

STEPS = {
    "0001_notes.sql": "CREATE TABLE notes (text TEXT NOT NULL);",
    "0002_authors.sql": "-- who; wrote it\nALTER TABLE notes ADD COLUMN author TEXT;",
    "0003_order.sql": "CREATE INDEX notes_by_text ON notes (text);\n"
    "UPDATE notes SET author = 'unknown' WHERE author IS NULL;",
}


def program(folder: Path, steps: int) -> Path:
    """A program's package as it was when it knew that many migrations."""
    (folder / "migrations").mkdir(parents=True, exist_ok=True)
    known = list(STEPS.items())[:steps]
    for name, text in known:
        (folder / "migrations" / name).write_text(text)
    (folder / "schema.sql").write_text("".join(text + "\n" for _, text in known))
    return folder


def sqlite_schema(*texts: str) -> dict[str, Any]:
    """What a database holds after these texts: every object, and how SQLite reads it."""
    connection = apsw.Connection(":memory:")
    for text in texts:
        for statement in statements(text):
            connection.execute(statement.numbered)
    found: dict[str, Any] = {
        name: re.sub(r"\s*([(),])\s*|\s+", r"\1 ", text or "").replace(" ", "")
        for name, text in connection.execute("SELECT name, sql FROM sqlite_master")
    }
    for (table,) in list(connection.execute("SELECT name FROM sqlite_master WHERE type='table'")):
        for pragma in ("table_info", "index_list", "foreign_key_list"):
            rows = list(connection.execute(f"PRAGMA {pragma}({table})"))
            found[f"{pragma} {table}"] = sorted(row[1:] for row in rows)
    connection.close()
    return found


# Columns in their order, and whatever else makes up a table.
POSTGRESQL_SCHEMA = {
    "columns": """SELECT table_name, ordinal_position::int, column_name, data_type, is_nullable,
        column_default, collation_name FROM information_schema.columns
        WHERE table_schema = 'public'""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
}


def postgresql_schema(side: Side, name: str, *texts: str) -> dict[str, Any]:
    """The same, as PostgreSQL reads it."""
    url = side.made(name)
    for text in texts:
        side.execute(url, ";".join(statement.text for statement in statements(text)))
    found = {
        what: sorted(side.rows(url, query), key=str) for what, query in POSTGRESQL_SCHEMA.items()
    }
    side.dropped(name)
    return found


def test_the_schema_is_the_sum_of_the_migrations_on_sqlite() -> None:
    whole = (PACKAGED / "schema.sql").read_text(encoding="utf-8")

    assert sqlite_schema(whole) == sqlite_schema(*migrations(PACKAGED))
    assert "table_info user_conversations" not in sqlite_schema(whole)
    assert sqlite_schema(whole)["table_info messages"]


def test_the_schema_is_the_sum_of_the_migrations_on_postgresql(side: Side, worker: str) -> None:
    whole = (PACKAGED / "schema.sql").read_text(encoding="utf-8")

    at_once = postgresql_schema(side, f"at_once_{worker}", whole)

    assert at_once == postgresql_schema(side, f"by_steps_{worker}", *migrations(PACKAGED))
    assert all(at_once.values())


def test_text_is_compared_by_its_bytes_on_postgresql_too(side: Side, worker: str) -> None:
    whole = (PACKAGED / "schema.sql").read_text(encoding="utf-8")

    columns = postgresql_schema(side, f"bytes_{worker}", whole)["columns"]

    assert {collation for *_, kind, _, _, collation in columns if kind == "text"} == {"C"}


@pytest.fixture
async def database(bare_url: str) -> AsyncIterator[Database]:
    """A database that has not even a schema."""
    if is_postgresql(bare_url):
        made: Database = PostgresqlDatabase(bare_url, 2)
    else:
        made = SqliteDatabase(sqlite_file(bare_url))
    yield made
    await made.close()


async def test_a_fresh_database_gets_the_schema_at_once(database: Database) -> None:
    assert await migrate(database) == 0
    newest = await database.one(VERSIONS)
    assert newest == len(migrations(PACKAGED))
    assert await migrate(database) == newest


@pytest.mark.parametrize("before", [1, 2])
async def test_an_older_database_takes_the_steps_that_it_has_not_seen(
    database: Database, tmp_path: Path, before: int
) -> None:
    await migrate(database, program(tmp_path / "old", before))
    async with database.transaction() as transaction:
        for statement in statements("INSERT INTO notes (text) VALUES ('kept')"):
            await transaction.run(statement)

    assert await migrate(database, program(tmp_path / "new", 3)) == before

    assert await database.all(VERSIONS) == [3]
    assert await database.all(NOTES) == ["kept/unknown"]


async def test_a_newer_database_is_refused_and_stays_as_it_is(
    database: Database, tmp_path: Path
) -> None:
    await migrate(database, program(tmp_path / "new", 3))

    with pytest.raises(NewerSchema, match="schema 3, this program knows 2"):
        await migrate(database, program(tmp_path / "old", 2))

    assert await database.all(VERSIONS) == [3]


async def test_a_step_that_fails_leaves_the_database_as_it_was(
    database: Database, tmp_path: Path
) -> None:
    await migrate(database, program(tmp_path / "old", 2))
    broken = program(tmp_path / "new", 3)
    (broken / "migrations" / "0003_order.sql").write_text(
        "CREATE TABLE more (a TEXT);\nINSERT INTO nowhere VALUES (1);"
    )

    with pytest.raises(StorageFailure):
        await migrate(database, broken)

    assert await database.all(VERSIONS) == [2]
    with pytest.raises(StorageFailure, match="more"):
        await database.all(Query("SELECT a FROM more", str))
    assert await migrate(database, program(tmp_path / "mended", 3)) == 2


@pytest.mark.parametrize("names", [("0002_b",), ("0001_a", "0003_c"), ("0001_a", "0001_b"), ("a",)])
def test_migrations_are_numbered_without_a_gap(tmp_path: Path, names: tuple[str, ...]) -> None:
    (tmp_path / "migrations").mkdir()
    for name in names:
        (tmp_path / "migrations" / f"{name}.sql").touch()

    with pytest.raises(ValueError, match="is missing"):
        migrations(tmp_path)


def test_only_sql_files_are_migrations(tmp_path: Path) -> None:
    program(tmp_path, 2)
    (tmp_path / "migrations" / "README.md").write_text("not one")

    assert migrations(tmp_path) == list(STEPS.values())[:2]


def test_comments_and_blank_statements_are_left_out() -> None:
    found = statements(
        "-- first; not this\nCREATE TABLE a (b TEXT); ; -- nor; this\n\nDROP TABLE a"
    )

    assert [each.numbered for each in found] == ["CREATE TABLE a (b TEXT)", "DROP TABLE a"]


STARTER = """
import asyncio, sys
from pathlib import Path
from partywire.storage import opening
from partywire.storage.migrate import migrate

found = []

async def migrated(database):
    found.append(await migrate(database, Path(sys.argv[2])))

async def main():
    opening.migrate = migrated
    await (await opening.open_database(sys.argv[1], 1)).close()
    print(found[0])

print("here", flush=True)
sys.stdin.readline()
asyncio.run(main())
"""


def start_at_once(url: str, source: Path, count: int) -> list[int]:
    """What version each of several processes found; all open the database at the same moment."""
    command = [sys.executable, "-c", STARTER, url, str(source)]
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    started = [subprocess.Popen(command, text=True, **pipes) for _ in range(count)]
    for process in started:
        assert process.stdout.readline() == "here\n"
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0] * count, answers
    return sorted(json.loads(said) for said, _ in answers)


@pytest.mark.parametrize("attempt", range(3))
def test_processes_that_start_at_once_migrate_once(
    bare_url: str, tmp_path: Path, attempt: int
) -> None:
    assert start_at_once(bare_url, program(tmp_path / "old", 2), 4) == [0, 2, 2, 2]
    assert start_at_once(bare_url, program(tmp_path / "new", 3), 4) == [2, 3, 3, 3]


async def test_a_database_into_which_a_copy_is_under_way_is_refused(database: Database) -> None:
    await migrate(database)
    unfinished = Statement(f"UPDATE schema_version SET version = version + {UNFINISHED}")
    async with database.transaction() as transaction:
        await transaction.run(unfinished)

    with pytest.raises(NewerSchema, match="run the same partywire copy again"):
        await migrate(database)
