"""Databases with rows in every table, whichever tables there are, and what they hold."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from engines import Side
from partywire.storage.opening import open_database
from storage import catalogue

Place = Callable[[str], str]  # of an engine; where a database is that nothing else uses
Contents = dict[str, list[dict[str, Any]]]


class Column(NamedTuple):
    """A column, and the column of another table that it refers to."""

    name: str
    type: str
    required: bool
    refers_to: tuple[str, str] | None


def columns() -> dict[str, list[Column]]:
    """Every table but the one of the schema's version, in the order in which they are made."""
    connection = catalogue.with_schema()
    named = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    names = [name for (name,) in connection.execute(named) if name != "schema_version"]
    found = {}
    for name in names:
        refers = {
            row[3]: (row[2], row[4])
            for row in connection.execute(f"PRAGMA foreign_key_list({name})")
        }
        found[name] = [
            Column(column, kind, bool(required or key), refers.get(column))
            for _, column, kind, required, _, key in connection.execute(
                f"PRAGMA table_info({name})"
            )
        ]
    connection.close()
    return found


def _value(table: str, column: Column, number: int, made: dict[str, list[dict[str, Any]]]) -> Any:
    if column.refers_to is not None:
        other, key = column.refers_to
        return made[other][number][key]
    if not column.required and number % 3 == 0:
        return None
    if column.type == "TEXT":
        return f"{table}.{column.name} {number:06} 'ü' \"\\ 🎈\n"
    return number + 1


def rows(count: int) -> dict[str, list[dict[str, Any]]]:
    """As many rows for each table, each row referring to those of its number."""
    made: dict[str, list[dict[str, Any]]] = {}
    for table, of in columns().items():
        made[table] = []
        for number in range(count):
            row = {column.name: _value(table, column, number, made) for column in of}
            made[table].append(row)
    return made


async def fresh(url: str) -> str:
    """Makes a database without rows; returns its URL."""
    await (await open_database(url, 2)).close()
    return url


async def filled(file: Path, count: int) -> str:
    """Makes an SQLite database with as many rows in each table; returns its URL."""
    url = await fresh(f"sqlite:///{file}")
    connection = apsw.Connection(str(file))
    with connection:
        for table, of in rows(count).items():
            # What the schema itself put there makes room.
            connection.execute(f"DELETE FROM {table}")
            for row in of:
                places = ", ".join("?" * len(row))
                connection.execute(
                    f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", list(row.values())
                )
    connection.close()
    return url


def changed(url: str, side: Side, statement: str) -> None:
    """Lets somebody else run a statement."""
    if url.startswith("sqlite"):
        connection = apsw.Connection(url.removeprefix("sqlite:///"))
        connection.execute(statement)
        connection.close()
    else:
        side.execute(url, statement)


def answered(url: str, side: Side, query: str) -> list[tuple[Any, ...]]:
    """What a query answers, read past the program."""
    if not url.startswith("sqlite"):
        return side.rows(url, query)
    connection = apsw.Connection(url.removeprefix("sqlite:///"))
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def table_names(url: str, side: Side) -> set[str]:
    """The tables that a database has."""
    if not url.startswith("sqlite"):
        return set(side.tables(url))
    query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    return {name for (name,) in answered(url, side, query)}


def contents(url: str, side: Side) -> Contents:
    """Every row of every table."""
    found: Contents = {}
    for table, of in columns().items():
        names = [column.name for column in of]
        listed = answered(url, side, f"SELECT {', '.join(names)} FROM {table}")
        found[table] = sorted((dict(zip(names, row, strict=True)) for row in listed), key=str)
    version = answered(url, side, "SELECT version FROM schema_version")
    found["schema_version"] = [{"version": number} for (number,) in version]
    return found
