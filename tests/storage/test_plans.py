"""The statements that every request runs go by index: none scans a table, none sorts."""

from collections.abc import Iterator
from typing import Any

import apsw
import pytest

from engines import Side
from partywire.storage.dialect import ALONE, PATIENT, TURN
from partywire.storage.postgresql_pool import connect
from partywire.storage.query import Statement
from storage import catalogue

STATEMENTS = catalogue.statements()

# Read everything on purpose: the operator's list of accounts, and a table of one row.
WHOLE = {
    "accounts._ALL",
    "migrate._VERSION",
    "migrate._CLEAR_VERSION",
    "postgresql._PROBE",
    "sqlite._PROBE",
}
# Asked on a bench only, of what was not found: production pays no index for it.
WHOLE |= {f"whereabouts._QUERIES[{prefix}]" for prefix in ("MB", "BS", "DY", "WH")}
# Puts the few rows that it was given in their order again.
SORTED = {"messages._POST"}
# What was found by index before, up to a limit, is walked: none of these is a table.
FOUND = (
    "counted",
    "CONSTANT ROW",
    "4-ROW VALUES CLAUSE",
    "numbered",
    "oldest",
    "(subquery",
    "receivers",
)
# Walks the oldest events, up to a limit.
OLDEST = {"outbox._PRUNE", "pushes._PRUNE"}
# Holds only what waits to be placed.
WAITING = "events_to_place"


def is_planned(name: str, statement: Statement) -> bool:
    """Whether it looks for rows in a table."""
    if name in WHOLE or statement in {ALONE, PATIENT, TURN}:
        return False
    return not statement.text.startswith(("CREATE", "INSERT INTO"))


PLANNED = catalogue.on_each_engine(is_planned)


class Nulls(dict[str, None]):
    """Stands for as many arguments as a statement asks for."""

    def __missing__(self, _name: str) -> None:
        return None


@pytest.fixture(scope="module")
def schema() -> Iterator[apsw.Connection]:
    connection = catalogue.with_schema()
    # As the server has it: plans must not wait for arguments.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def ours(side: Side) -> Iterator[Side]:
    """Connections as the server makes them."""
    made = Side(connect)
    yield made
    made.close()


def named(engine: str) -> list[str]:
    return [name for each, name in PLANNED if each == engine]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_statements_of_the_hot_paths_are_looked_at(engine: str) -> None:
    hot = ("user_conversations._ONE", "user_conversations._LISTS", "messages._LISTS")

    planned = named(engine)

    assert all(any(name.startswith(each) for name in planned) for each in hot)
    assert {"conversations._TAKE_INDEX", "participants._SID_BY_IDENTITY"} <= set(planned)


@pytest.mark.parametrize("name", named("sqlite"))
def test_sqlite_goes_by_index(schema: apsw.Connection, name: str) -> None:
    asked = f"EXPLAIN QUERY PLAN {STATEMENTS[name].numbered}"

    steps = [detail for *_, detail in schema.execute(asked, Nulls())]

    assert steps
    for step in steps:
        assert "TEMP B-TREE" not in step, steps
        found = step.removeprefix("SCAN ").startswith(FOUND)
        oldest = step in {"SCAN events", "SCAN pushes"} and name in OLDEST
        assert not step.startswith("SCAN") or found or oldest, steps


def steps_of(plan: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each step, after the kind of the one above it."""
    yield above, plan
    for below in plan.get("Plans", ()):
        yield from steps_of(below, plan["Node Type"])


def goes_by_condition(step: dict[str, Any], above: str) -> bool:
    """Whether an index is not just a table in another order."""
    up_to_a_limit = above == "Limit" and "Filter" not in step
    return "Index Cond" in step or up_to_a_limit or step["Index Name"] == WAITING


@pytest.mark.parametrize("name", named("postgresql"))
def test_postgresql_goes_by_index(ours: Side, with_schema: str, name: str) -> None:
    plan = ours.plan(with_schema, STATEMENTS[name].text)

    for above, step in steps_of(plan):
        kind = step["Node Type"]
        assert kind not in {"Seq Scan", "Hash Join", "Merge Join", "Bitmap Heap Scan"}, plan
        assert kind not in {"Sort", "Incremental Sort"} or name in SORTED, plan
        if kind in {"Index Scan", "Index Only Scan"}:
            assert goes_by_condition(step, above), plan


def test_a_scan_and_a_sort_are_noticed_on_postgresql(ours: Side, with_schema: str) -> None:
    by_name = "SELECT sid FROM roles WHERE friendly_name = $1 ORDER BY type"

    steps = list(steps_of(ours.plan(with_schema, by_name)))

    kinds = {step["Node Type"] for _, step in steps}
    assert "Sort" in kinds
    assert "Seq Scan" in kinds or not all(
        goes_by_condition(step, above) for above, step in steps if "Index Name" in step
    )
