"""What is due is found among any number of timers by looking at what is due, and no further."""

import json
from collections.abc import Iterator
from typing import Any

import apsw
import pytest
from msgspec.structs import astuple

from engines import Side
from partywire.model.conversations import Conversation
from partywire.storage import conversations
from partywire.storage.migrate import statements
from partywire.storage.query import Statement
from storage import catalogue, rows

PENDING = 100_000
NOW = 1_000_000
DUE = 3

TO_INACTIVATE, TO_CLOSE = conversations._HOLD_TO_INACTIVATE, conversations._HOLD_TO_CLOSE
NEXT = (conversations._NEXT_INACTIVE, conversations._NEXT_CLOSED)

_MANY = f"""INSERT INTO conversations ({", ".join(Conversation.__struct_fields__)})
    SELECT 'CH' || {{number}}, service_sid, messaging_service_sid, friendly_name, unique_name,
        attributes, state, inactive_timer, closed_timer, {NOW} + {{number}},
        {NOW} + {{number}} * 2, email_address, email_name, created_by, next_message_index,
        messages_deleted, date_active, date_created, date_updated, group_mms
    FROM conversations, {{series}} WHERE sid = '{rows.conversation(1).sid}'"""


def due() -> list[Conversation]:
    dates = {"date_inactive": NOW - 5, "date_closed": NOW - 1}
    return [rows.conversation(number, **dates) for number in range(1, DUE + 1)]


class Counted:
    """How many instructions SQLite's machine takes for a query, and how many rows it answers."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection, self.steps = connection, 0
        connection.set_progress_handler(self._step, 1)

    def _step(self) -> bool:
        self.steps += 1
        return False

    def ask(self, statement: Statement, *arguments: int) -> tuple[int, int]:
        self.steps = 0
        found = list(self._connection.execute(statement.numbered, arguments))
        return self.steps, len(found)


@pytest.fixture
def connection() -> Iterator[apsw.Connection]:
    """The due ones in a database in memory."""
    made = catalogue.with_schema()
    insert = conversations._INSERT.numbered
    made.execute("PRAGMA foreign_keys = OFF")
    for each in due():
        made.execute(insert, astuple(each))
    yield made
    made.close()


def test_sqlite_takes_as_many_steps_with_many_timers_as_with_none_beside(
    connection: apsw.Connection,
) -> None:
    asked: list[tuple[Statement, tuple[int, ...]]] = [
        (TO_INACTIVATE, (NOW, 50)),
        (TO_CLOSE, (NOW, 50)),
        *((each, ()) for each in NEXT),
    ]
    alone = [Counted(connection).ask(each, *arguments) for each, arguments in asked]

    series = f"""(WITH RECURSIVE n(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n
        WHERE number < {PENDING}) SELECT number FROM n) AS s"""
    connection.execute(_MANY.format(number="s.number", series=series))
    connection.execute("ANALYZE")

    among_many = [Counted(connection).ask(each, *arguments) for each, arguments in asked]
    assert [found for _, found in among_many] == [DUE, DUE, 1, 1]
    for (few, _), (many, _) in zip(alone, among_many, strict=True):
        # One entry beyond the last that is due is looked at, where there is one.
        assert many <= few + 5
    scan = Statement("SELECT sid FROM conversations WHERE messages_deleted = $1")
    assert Counted(connection).ask(scan, 7)[0] > PENDING


@pytest.fixture
def many_url(side: Side, worker: str) -> Iterator[str]:
    """A PostgreSQL database with the due ones and many others."""
    name = f"timers_{worker}"
    url = side.made(name)
    side.execute(url, ";".join(each.text for each in statements(catalogue.SCHEMA)))
    side.execute(url, "SET session_replication_role = replica;" + _rows_of(due()))
    series = f"generate_series(1, {PENDING}) AS s"
    many = _MANY.format(number="s", series=series)
    side.execute(url, f"SET session_replication_role = replica; {many}")
    side.execute(url, "ANALYZE conversations")
    yield url
    side.dropped(name)


def _rows_of(made: list[Conversation]) -> str:
    def literal(value: object) -> str:
        if value is None:
            return "NULL"
        return str(value) if isinstance(value, int) else f"'{value}'"

    names = ", ".join(Conversation.__struct_fields__)
    values = (f"({', '.join(literal(value) for value in astuple(each))})" for each in made)
    return f"INSERT INTO conversations ({names}) VALUES {', '.join(values)}"


def looked_at(plan: dict[str, Any]) -> int:
    """The most rows that any step of it has met."""
    met = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return max([met, *(looked_at(each) for each in plan.get("Plans", ()))])


@pytest.mark.parametrize("statement", [TO_INACTIVATE, TO_CLOSE, *NEXT])
def test_postgresql_meets_no_row_that_is_not_due(
    side: Side, many_url: str, statement: Statement
) -> None:
    text = statement.text.replace("$1", str(NOW)).replace("$2", "50")
    explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {text}"

    ((plan,),) = side.rows(many_url, explained)

    assert looked_at(json.loads(plan)[0]["Plan"]) <= DUE
