"""What all structs of the model have in common, checked one struct at a time."""

import contextlib
import sqlite3
from importlib.resources import files

import pytest
from msgspec import UNSET, Struct
from msgspec.structs import fields

from partywire.model.changes import Changes

# The bare word is reserved in SQL, so the column is called otherwise.
_RENAMED = {"message_index": "index"}


def columns(table: str) -> list[str]:
    """The table's columns, by the names that structs give them."""
    schema = (files("partywire.storage") / "schema.sql").read_text(encoding="utf-8")
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema)
        rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
        return [_RENAMED.get(name, name) for (name,) in rows]


def assert_row_of(struct: type[Struct], table: str) -> None:
    """The struct is a row of the table, column by column, and cannot be changed."""
    assert columns(table) == list(struct.__struct_fields__)
    assert_frozen(struct)


def assert_frozen(struct: type[Struct]) -> None:
    """Nobody who holds such a struct can change it."""
    thing = struct(*[None] * len(struct.__struct_fields__))
    for name in struct.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(thing, name, 1)


def assert_changes_of(changes: type[Changes], struct: type[Struct]) -> None:
    """Every field is one of the struct's, and not given unless it is."""
    assert set(changes.__struct_fields__) <= set(struct.__struct_fields__)
    assert all(field.default is UNSET for field in fields(changes))
    assert changes().given() == {}
