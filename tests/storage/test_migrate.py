import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import apsw
import pytest

from partywire.storage.database import NewerSchema, StorageFailure
from partywire.storage.migrate import PACKAGED, migrate, migrations, statements
from partywire.storage.query import Query
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


def schema(*texts: str) -> dict[str, Any]:
    """What a database holds after these texts: every object, and how SQLite reads it."""
    connection = apsw.Connection(":memory:")
    for text in texts:
        for statement in statements(text):
            connection.execute(statement.text)
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


def test_the_schema_is_the_sum_of_the_migrations() -> None:
    whole = (PACKAGED / "schema.sql").read_text(encoding="utf-8")

    assert schema(whole) == schema(*migrations(PACKAGED))
    assert "table_info user_conversations" not in schema(whole)
    assert schema(whole)["table_info messages"]


async def test_a_fresh_database_gets_the_schema_at_once(file: Path) -> None:
    database = SqliteDatabase(file)

    assert await migrate(database) == 0
    newest = await database.one(VERSIONS)
    assert newest == len(migrations(PACKAGED))
    assert await migrate(database) == newest

    await database.close()


@pytest.mark.parametrize("before", [1, 2])
async def test_an_older_database_takes_the_steps_that_it_has_not_seen(
    file: Path, tmp_path: Path, before: int
) -> None:
    database = SqliteDatabase(file)
    await migrate(database, program(tmp_path / "old", before))
    async with database.transaction() as transaction:
        for statement in statements("INSERT INTO notes (text) VALUES ('kept')"):
            await transaction.run(statement)

    assert await migrate(database, program(tmp_path / "new", 3)) == before

    assert await database.all(VERSIONS) == [3]
    assert await database.all(NOTES) == ["kept/unknown"]
    await database.close()


async def test_a_newer_database_is_refused_and_stays_as_it_is(file: Path, tmp_path: Path) -> None:
    database = SqliteDatabase(file)
    await migrate(database, program(tmp_path / "new", 3))

    with pytest.raises(NewerSchema, match="schema 3, this program knows 2"):
        await migrate(database, program(tmp_path / "old", 2))

    assert await database.all(VERSIONS) == [3]
    await database.close()


async def test_a_step_that_fails_leaves_the_database_as_it_was(file: Path, tmp_path: Path) -> None:
    database = SqliteDatabase(file)
    await migrate(database, program(tmp_path / "old", 2))
    broken = program(tmp_path / "new", 3)
    (broken / "migrations" / "0003_order.sql").write_text(
        "CREATE TABLE more (a TEXT);\nINSERT INTO nowhere VALUES (1);"
    )

    with pytest.raises(StorageFailure):
        await migrate(database, broken)

    assert await database.all(VERSIONS) == [2]
    assert await database.all(Query("SELECT name FROM sqlite_master WHERE name='more'", str)) == []
    assert await migrate(database, program(tmp_path / "mended", 3)) == 2
    await database.close()


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

    assert [statement.text for statement in found] == ["CREATE TABLE a (b TEXT)", "DROP TABLE a"]


STARTER = """
import asyncio, sys
from pathlib import Path
from partywire.storage.migrate import migrate
from partywire.storage.sqlite import SqliteDatabase

async def main():
    database = SqliteDatabase(Path(sys.argv[1]))
    print(await migrate(database, Path(sys.argv[2])))
    await database.close()

print("here", flush=True)
sys.stdin.readline()
asyncio.run(main())
"""


def start_at_once(file: Path, source: Path, count: int) -> list[int]:
    """What version each of several processes found; all open the database at the same moment."""
    command = [sys.executable, "-c", STARTER, str(file), str(source)]
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
def test_processes_that_start_at_once_migrate_once(tmp_path: Path, attempt: int) -> None:
    file = tmp_path / "partywire.db"

    assert start_at_once(file, program(tmp_path / "old", 2), 4) == [0, 2, 2, 2]
    assert start_at_once(file, program(tmp_path / "new", 3), 4) == [2, 3, 3, 3]
