"""Keys begin with the conversation: nothing is lost on the way there, and all keys do so."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from partywire.storage.database import Database
from partywire.storage.migrate import PACKAGED, migrate, migrations, statements
from partywire.storage.opening import is_postgresql, sqlite_file
from partywire.storage.postgresql import PostgresqlDatabase
from partywire.storage.query import Query, Statement
from partywire.storage.sqlite import SqliteDatabase
from storage import catalogue

SCALING = Path(__file__).parents[2] / "docs" / "scaling.md"

BEFORE = 2  # the schema's version when every key was a lone SID
EACH = 3  # rows of each table


def earlier_program(folder: Path) -> Path:
    """The program's package as it was at that version."""
    known = migrations(PACKAGED)[:BEFORE]
    (folder / "migrations").mkdir()
    for number, text in enumerate(known, 1):
        (folder / "migrations" / f"{number:04d}_step.sql").write_text(text)
    (folder / "schema.sql").write_text("".join(known))
    return folder


class Schema:
    """What SQLite says of a schema's tables."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._ask = connection.execute
        listed = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
        self.tables = [name for (name,) in self._ask(listed) if name != "schema_version"]

    def columns(self, table: str) -> dict[str, str]:
        """Types by name."""
        return {row[1]: row[2] for row in self._ask(f"PRAGMA table_info({table})")}

    def unique(self, table: str) -> Iterator[tuple[str, set[str]]]:
        """Names of its unique indices and of its key, each with the columns."""
        key = {row[1] for row in self._ask(f"PRAGMA table_info({table})") if row[5]}
        yield f"{table}_pkey", key
        for _, name, unique, origin, _ in list(self._ask(f"PRAGMA index_list({table})")):
            if unique and origin != "pk":
                yield name, {row[2] for row in self._ask(f"PRAGMA index_info({name})")}

    def references(self, table: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The tables that it refers to, each with its own columns and theirs."""
        found: dict[int, tuple[str, dict[str, str]]] = {}
        for number, _, parent, own, theirs, *_ in self._ask(f"PRAGMA foreign_key_list({table})"):
            found.setdefault(number, (parent, {}))[1][own] = theirs
        yield from found.values()


@pytest.fixture
def earlier() -> Iterator[Schema]:
    connection = apsw.Connection(":memory:")
    for text in migrations(PACKAGED)[:BEFORE]:
        for statement in statements(text):
            connection.execute(statement.numbered)
    yield Schema(connection)
    connection.close()


@pytest.fixture
def schema() -> Iterator[Schema]:
    connection = catalogue.with_schema()
    yield Schema(connection)
    connection.close()


@pytest.fixture
async def database(bare_url: str) -> AsyncIterator[Database]:
    """A database that has not even a schema."""
    if is_postgresql(bare_url):
        made: Database = PostgresqlDatabase(bare_url, 2)
    else:
        made = SqliteDatabase(sqlite_file(bare_url))
    yield made
    await made.close()


def row(schema: Schema, table: str, number: int) -> dict[str, Any]:
    """A row that belongs to the rows of the same number in the tables that it refers to."""
    parents = {own: parent for parent, pairs in schema.references(table) for own in pairs}
    parents |= {"sid": table, "id": table, "conversation_sid": "conversations"}
    return {
        column: number if kind == "BIGINT" else f"{parents.get(column, column)}{number}"
        for column, kind in schema.columns(table).items()
    }


def as_text(schema: Schema, table: str) -> Query[str]:
    """Every row's values in one string, in the order of the columns at that time."""
    values = (f"COALESCE(CAST({name} AS TEXT), '-')" for name in schema.columns(table))
    return Query(f"SELECT {' || '.join(values)} AS row FROM {table}", str)


async def test_an_earlier_database_keeps_every_row_of_every_table(
    database: Database, earlier: Schema, tmp_path: Path
) -> None:
    await migrate(database, earlier_program(tmp_path))
    async with database.transaction() as transaction:
        for table in earlier.tables:
            for number in range(EACH):
                made = row(earlier, table, number)
                holders = ", ".join(f"${place}" for place in range(1, len(made) + 1))
                into = f"INSERT INTO {table} ({', '.join(made)}) VALUES ({holders})"
                await transaction.run(Statement(into), *made.values())
    contents = {table: as_text(earlier, table) for table in earlier.tables}
    before = {table: set(await database.all(query)) for table, query in contents.items()}

    assert await migrate(database) == BEFORE

    assert {len(found) for found in before.values()} == {EACH}
    assert {t: set(await database.all(query)) for t, query in contents.items()} == before


def rows_of(section: str) -> Iterator[list[str]]:
    """The cells of a table's rows in a section of docs/scaling.md."""
    text = SCALING.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    for line in text.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture
def spread() -> dict[str, tuple[str, str]]:
    """What each distributed table's rows lie by, and the group of tables that lie together."""
    return {
        table: (names(by)[0], group)
        for tables, by, group in rows_of("Where rows lie")
        for table in names(tables)
        if names(by)
    }


@pytest.fixture
def given_up() -> set[str]:
    """What the document says that a distributed engine cannot keep."""
    return {name for what, *_ in rows_of("What changes") for name in names(what)}


def test_the_document_says_of_each_table_where_its_rows_lie(schema: Schema) -> None:
    told = [table for tables, *_ in rows_of("Where rows lie") for table in names(tables)]

    assert sorted(told) == sorted(schema.tables)


def test_unique_indices_hold_what_rows_lie_by_unless_the_document_gives_them_up(
    schema: Schema, spread: dict[str, tuple[str, str]], given_up: set[str]
) -> None:
    astray = {
        name
        for table, (by, _) in spread.items()
        for name, key in schema.unique(table)
        if by not in key
    }

    assert astray == {name for name in given_up if "→" not in name}


def test_references_stay_on_one_machine_unless_the_document_gives_them_up(
    schema: Schema, spread: dict[str, tuple[str, str]], given_up: set[str]
) -> None:
    astray = set()
    for table in schema.tables:
        for parent, pairs in schema.references(table):
            own, theirs = spread.get(table), spread.get(parent)
            # What is copied to every machine can be referred to from everywhere.
            if theirs is None:
                continue
            together = own is not None and own[1] == theirs[1] and pairs.get(own[0]) == theirs[0]
            if not together:
                astray.add(f"{table} → {parent}")

    assert astray == {name for name in given_up if "→" in name}
