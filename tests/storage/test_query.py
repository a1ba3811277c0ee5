import apsw.ext
import asyncpg
import pytest
from msgspec import Struct
from msgspec.structs import fields

from engines import Side
from partywire.model.pages import PageRequest, Position
from partywire.storage.database import Database
from partywire.storage.dialect import ALONE, PATIENT
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
    """SELECT kind AS name, sid AS "index" FROM (SELECT 'x' AS kind, 0 AS sid) AS one
    WHERE $1 = $1""",
    1,
    {"kind": "name", "sid": "index"},
    Entry,
)


class Sqlite:
    """Prepares statements on SQLite."""

    def __init__(self) -> None:
        self._connection = catalogue.with_schema()

    def columns(self, statement: Statement) -> list[str]:
        """The columns of its answer; each of its placeholders is used."""
        found = apsw.ext.query_info(self._connection, statement.numbered)
        assert found.query_remaining is None
        assert None not in found.bindings_names
        return [column for column, *_ in found.description]


class Postgresql:
    """Prepares statements on PostgreSQL, which wants to know every placeholder's type."""

    def __init__(self, side: Side, url: str) -> None:
        self._side, self._url = side, url

    def columns(self, statement: Statement) -> list[str]:
        return self._side.columns(self._url, statement.text)


@pytest.fixture(scope="module")
def prepares(engine: str, request: pytest.FixtureRequest) -> Sqlite | Postgresql:
    """An empty database with the schema."""
    if engine == "sqlite":
        return Sqlite()
    return Postgresql(request.getfixturevalue("side"), request.getfixturevalue("with_schema"))


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


@pytest.mark.parametrize(
    ("engine", "name"),
    catalogue.on_each_engine(lambda _, each: isinstance(each, Query)),
    indirect=["engine"],
)
def test_the_columns_of_the_query_are_the_fields_of_what_a_row_becomes(
    prepares: Sqlite | Postgresql, name: str
) -> None:
    query = STATEMENTS[name]
    assert isinstance(query, Query)

    found = prepares.columns(query)

    if query.into in {str, int}:
        assert len(found) == 1
    else:
        assert found == [field.name for field in fields(query.into)]


@pytest.mark.parametrize(
    ("engine", "name"),
    catalogue.on_each_engine(lambda _, each: not isinstance(each, Query)),
    indirect=["engine"],
)
def test_a_statement_without_rows_returns_none(prepares: Sqlite | Postgresql, name: str) -> None:
    found = prepares.columns(STATEMENTS[name])

    # A lock is taken by a function, and what that returns says nothing.
    assert not found or STATEMENTS[name] in {ALONE, PATIENT}


def test_a_placeholder_that_is_missing_in_between_is_noticed(side: Side, with_schema: str) -> None:
    shifted = Statement("SELECT sid FROM roles WHERE sid = $2")

    with pytest.raises(AssertionError):
        Sqlite().columns(shifted)
    with pytest.raises(asyncpg.PostgresError):
        side.columns(with_schema, shifted.text)


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
        page = await LIST.page(empty, PageRequest(5, position), "x" if position else None)

        assert (page.items, page.previous, page.next) == ([], None, None)


async def test_a_page_of_one_item_leads_nowhere(empty: Database) -> None:
    page = await LIST.page(empty, PageRequest(1), "x")

    assert (page.items, page.previous, page.next) == ([Entry("x", 0)], None, None)
