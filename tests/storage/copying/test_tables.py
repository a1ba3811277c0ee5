from pathlib import Path

import pytest

from partywire.storage.copying.tables import Table, tables
from storage.copying import databases

THREE = """
CREATE TABLE parents (one TEXT, two BIGINT, "order" TEXT, PRIMARY KEY (two, one));
CREATE TABLE children (sid TEXT PRIMARY KEY, parent TEXT REFERENCES others (sid));
CREATE TABLE others (sid TEXT PRIMARY KEY, number BIGINT NOT NULL);
INSERT INTO others (sid, number) VALUES ('a', 1), ('b', 2);
"""


def schema(folder: Path, text: str) -> Path:
    (folder / "schema.sql").write_text(text)
    return folder


def test_every_table_of_the_schema_is_found_whatever_it_is() -> None:
    found = {table.name: set(table.columns) for table in tables()}

    assert found == {name: {each.name for each in of} for name, of in databases.columns().items()}
    assert len(found) > 15


def test_a_table_comes_behind_those_that_it_refers_to() -> None:
    order = [table.name for table in tables()]
    references = [
        (order.index(name), order.index(column.refers_to[0]))
        for name, of in databases.columns().items()
        for column in of
        if column.refers_to is not None
    ]

    assert len(references) > 10
    assert all(child > parent for child, parent in references)


def test_tables_are_read_from_the_schema_with_keys_and_first_rows(tmp_path: Path) -> None:
    found = {table.name: table for table in tables(schema(tmp_path, THREE))}

    assert list(found).index("others") < list(found).index("children")
    assert found["parents"] == Table(
        name="parents", columns=("one", "two", "order"), key=("two", "one")
    )
    assert found["others"].seeds == (("a", 1), ("b", 2))


def test_a_table_without_a_primary_key_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="table loose has no primary key"):
        tables(schema(tmp_path, "CREATE TABLE loose (a TEXT)"))


def test_tables_that_refer_to_each_other_are_a_mistake(tmp_path: Path) -> None:
    circle = """CREATE TABLE a (id TEXT PRIMARY KEY, b TEXT REFERENCES b (id));
    CREATE TABLE b (id TEXT PRIMARY KEY, a TEXT REFERENCES a (id))"""

    with pytest.raises(ValueError, match="cycle"):
        tables(schema(tmp_path, circle))


def test_statements_go_by_the_key_and_name_every_column() -> None:
    table = Table(name="t", columns=("a", "order", "b"), key=("b", "a"))

    assert table.count() == 'SELECT count(*) FROM "t"'
    assert table.last() == 'SELECT "b", "a" FROM "t" ORDER BY "b" DESC, "a" DESC LIMIT 1'
    assert table.first_rows().split() == (
        [
            "SELECT",
            '"a",',
            '"order",',
            '"b"',
            "FROM",
            '"t"',
            "ORDER",
            "BY",
            '"b",',
            '"a"',
            "LIMIT",
            "$1",
        ]
    )
    assert 'WHERE ("b", "a") > ($2, $3) ORDER BY "b", "a" LIMIT $1' in table.more_rows()
    assert table.insert() == 'INSERT INTO "t" ("a", "order", "b") VALUES ($1, $2, $3)'
    assert table.key_of((1, 2, 3)) == (3, 1)
