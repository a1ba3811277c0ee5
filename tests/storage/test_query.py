from collections.abc import Iterator

import apsw
import apsw.ext
import pytest
from msgspec import Struct
from msgspec.structs import fields

from partywire.model.pages import PageRequest, Position
from partywire.storage.database import Database
from partywire.storage.query import (
    Listing,
    Query,
    Statement,
    assignments,
    columns,
    insert,
)
from storage import catalogue

STATEMENTS = catalogue.statements()


class Entry(Struct, frozen=True):
    name: str
    index: int


LIST = Listing(
    "SELECT kind AS name, sid AS \"index\" FROM (SELECT 'x' AS kind, 0 AS sid) WHERE $1 = $1",
    1,
    {"kind": "name", "sid": "index"},
    Entry,
)


@pytest.fixture(scope="module")
def schema() -> Iterator[apsw.Connection]:
    """An empty database with the schema."""
    connection = catalogue.with_schema()
    yield connection
    connection.close()


def test_the_walk_finds_the_statements_of_every_module() -> None:
    homes = {name.partition(".")[0] for name in STATEMENTS}

    assert homes >= {
        "accounts",
        "conversations",
        "messages",
        "migrate",
        "outbox",
        "participants",
        "roles",
        "services",
        "sqlite",
        "user_conversations",
        "users",
        "whereabouts",
    }
    assert "messages._LISTS[desc].before" in STATEMENTS
    assert "whereabouts._QUERIES[CH]" in STATEMENTS


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_statement_prepares_on_sqlite_with_every_placeholder_used(
    schema: apsw.Connection, name: str
) -> None:
    statement = STATEMENTS[name]

    found = apsw.ext.query_info(schema, statement.numbered)

    assert found.query_remaining is None
    # A number that is missing in between would shift the arguments on PostgreSQL.
    assert None not in found.bindings_names


@pytest.mark.parametrize(
    "name", [name for name, each in STATEMENTS.items() if isinstance(each, Query)]
)
def test_the_columns_of_the_query_are_the_fields_of_what_a_row_becomes(
    schema: apsw.Connection, name: str
) -> None:
    query = STATEMENTS[name]
    assert isinstance(query, Query)

    found = [column for column, *_ in apsw.ext.query_info(schema, query.numbered).description]

    if query.into in {str, int}:
        assert len(found) == 1
    else:
        assert found == [field.name for field in fields(query.into)]


@pytest.mark.parametrize(
    "name", [name for name, each in STATEMENTS.items() if not isinstance(each, Query)]
)
def test_a_statement_without_rows_returns_none(schema: apsw.Connection, name: str) -> None:
    assert not apsw.ext.query_info(schema, STATEMENTS[name].numbered).description


def test_white_space_shrinks_and_placeholders_are_numbered() -> None:
    statement = Statement("UPDATE t\n   SET a = $2\n WHERE b = $1 AND c = $10")

    assert statement.text == "UPDATE t SET a = $2 WHERE b = $1 AND c = $10"
    assert statement.numbered == "UPDATE t SET a = ?2 WHERE b = ?1 AND c = ?10"


def test_a_struct_becomes_columns_and_an_insert() -> None:
    assert columns(Entry) == 'name, message_index AS "index"'
    assert columns(Entry, "t") == 't.name, t.message_index AS "index"'
    assert insert("t", Entry) == "INSERT INTO t (name, message_index) VALUES ($1, $2)"
    assert assignments(("a", "b"), 3) == "a = $3, b = $4"


async def test_a_list_without_items_has_no_neighbours(empty: Database) -> None:
    for position in (None, Position("after", ("x", 0)), Position("before", ("x", 0))):
        page = await LIST.page(empty, PageRequest(5, position), position is not None or None)

        assert (page.items, page.previous, page.next) == ([], None, None)


async def test_a_page_of_one_item_leads_nowhere(empty: Database) -> None:
    page = await LIST.page(empty, PageRequest(1), 1)

    assert (page.items, page.previous, page.next) == ([Entry("x", 0)], None, None)
