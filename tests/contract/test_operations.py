"""The route table against the official contract's list of operations."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.table import ROWS, Row
from contract.world import World
from harness import Client, Server, account, assert_refused

GOLDEN = Path(__file__).with_name("operations.txt").read_text().splitlines()
TEMPLATES = {line.partition(" ")[2] for line in GOLDEN}


def test_the_list_holds_the_103_operations_of_the_contract() -> None:
    assert len(GOLDEN) == len(set(GOLDEN)) == 103


def test_the_table_holds_every_documented_operation_and_no_other() -> None:
    assert sorted(map(str, ROWS)) == sorted(GOLDEN)


def anything(row: Row, world: World) -> str:
    """The row's path, with things of the right shape where the world has none."""
    made_up = dict.fromkeys(row.things, "XX" + "0" * 32)
    return row.path({**made_up, **world.sids})


@pytest.fixture(scope="module")
def anybody(server: Server) -> Iterator[Client]:
    with Client(server.url, account()) as made:
        yield made


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_operation_is_there_and_is_said_to_be_there(anybody: Client, row: Row) -> None:
    client, world = anybody, World(anybody, default=False)
    answer = client.http.request(row.operation.method, row.path(world.sids))
    assert answer.status_code < 500
    assert f"| `{row}` |" in client.http.get("/_partywire/fidelity").text


def methods_missing() -> list[tuple[str, str]]:
    """Every method that the contract does not have at a path it has."""
    known = set(GOLDEN)
    methods = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND")
    pairs = ((method, path) for path in sorted(TEMPLATES) for method in methods)
    return [(method, path) for method, path in pairs if f"{method} {path}" not in known]


def test_methods_that_the_contract_does_not_have_are_not_allowed(client: Client) -> None:
    world = World(client, default=False)
    rows = {row.template: row for row in ROWS}
    for method, template in methods_missing():
        answer = client.http.request(method, anything(rows[template], world))
        assert answer.status_code == 405, (method, template)
        if method != "HEAD":
            assert_refused(answer, 405, 20004)
