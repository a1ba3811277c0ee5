"""The statements that every request runs go by index: none scans a table, none sorts."""

from collections.abc import Iterator

import apsw
import pytest

from storage import catalogue

STATEMENTS = catalogue.statements()

# Read everything on purpose: the operator's list of accounts, and a table of one row.
WHOLE = {"accounts._ALL", "migrate._VERSION", "migrate._CLEAR_VERSION", "sqlite._PROBE"}
PLANNED = [
    name
    for name, each in STATEMENTS.items()
    if name not in WHOLE and not each.text.startswith(("CREATE", "INSERT INTO"))
]


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


def test_the_statements_of_the_hot_paths_are_looked_at() -> None:
    hot = ("user_conversations._ONE", "user_conversations._LIST", "messages._LISTS")

    assert all(any(name.startswith(each) for name in PLANNED) for each in hot)
    assert {"conversations._TAKE_INDEX", "participants._SID_BY_IDENTITY"} <= set(PLANNED)


@pytest.mark.parametrize("name", PLANNED)
def test_the_statement_goes_by_index(schema: apsw.Connection, name: str) -> None:
    asked = f"EXPLAIN QUERY PLAN {STATEMENTS[name].numbered}"

    steps = [detail for *_, detail in schema.execute(asked, Nulls())]

    assert steps
    for step in steps:
        assert "TEMP B-TREE" not in step, steps
        # What was read up to a limit is counted by walking it: that is no table.
        assert not step.startswith("SCAN") or step == "SCAN counted", steps
