"""What there is to copy, read from the schema itself: no table is named here."""

from graphlib import TopologicalSorter
from importlib.resources.abc import Traversable
from typing import Any, Final

import apsw
from msgspec import Struct

from partywire.storage.migrate import PACKAGED, statements

Row = tuple[Any, ...]

_TABLES: Final = (
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid"
)
_COLUMNS: Final = "SELECT name, pk FROM pragma_table_info(?) ORDER BY cid"
_REFERENCES: Final = 'SELECT DISTINCT "table" FROM pragma_foreign_key_list(?) ORDER BY id'


class Table(Struct, frozen=True, kw_only=True):
    """A table that is copied row by row.

    Attributes:
        name: of the table.
        columns: every column that is stored.
        key: the columns of the primary key.
        seeds: the rows that the schema itself puts into it.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    seeds: tuple[Row, ...] = ()

    def count(self) -> str:
        """A query of how many rows there are."""
        return f"SELECT count(*) FROM {quoted(self.name)}"

    def last(self) -> str:
        """A query of the greatest key."""
        order = ", ".join(f"{quoted(name)} DESC" for name in self.key)
        return f"SELECT {_list(self.key)} FROM {quoted(self.name)} ORDER BY {order} LIMIT 1"

    def first_rows(self) -> str:
        """A query of the first rows in the order of the key; ``$1`` is how many."""
        return self._rows("")

    def more_rows(self) -> str:
        """The same, of those behind the key that ``$2`` and what follows give."""
        bound = ", ".join(f"${number}" for number in range(2, len(self.key) + 2))
        return self._rows(f"WHERE ({_list(self.key)}) > ({bound})")

    def _rows(self, where: str) -> str:
        return (
            f"SELECT {_list(self.columns)} FROM {quoted(self.name)} {where} "
            f"ORDER BY {_list(self.key)} LIMIT $1"
        )

    def insert(self) -> str:
        """A statement that adds one row."""
        values = ", ".join(f"${number}" for number in range(1, len(self.columns) + 1))
        return f"INSERT INTO {quoted(self.name)} ({_list(self.columns)}) VALUES ({values})"

    def key_of(self, row: Row) -> Row:
        """The key of a row of all columns."""
        return tuple(row[self.columns.index(name)] for name in self.key)


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever words it has reserved."""
    return f'"{name}"'


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(map(quoted, names))


def tables(source: Traversable = PACKAGED) -> list[Table]:
    """The tables of the newest schema, each behind those that it refers to.

    Raises:
        ValueError: a table has no primary key, or two refer to each other.
    """
    connection = apsw.Connection(":memory:")
    try:
        for statement in statements((source / "schema.sql").read_text(encoding="utf-8")):
            connection.execute(statement.numbered)
        found = {
            str(name): _table(connection, str(name)) for (name,) in connection.execute(_TABLES)
        }
        references = {
            name: [str(other) for (other,) in connection.execute(_REFERENCES, (name,))]
            for name in found
        }
    finally:
        connection.close()
    return [found[name] for name in TopologicalSorter(references).static_order()]


def _table(connection: apsw.Connection, name: str) -> Table:
    rows = [
        (str(column), int(str(place))) for column, place in connection.execute(_COLUMNS, (name,))
    ]
    columns = tuple(column for column, _ in rows)
    key = tuple(
        column for place, column in sorted((place, column) for column, place in rows) if place
    )
    if not key:
        raise ValueError(f"table {name} has no primary key to copy it by")
    seeds = connection.execute(f"SELECT {_list(columns)} FROM {quoted(name)}").fetchall()
    return Table(name=name, columns=columns, key=key, seeds=tuple(map(tuple, seeds)))
