"""The route table: well-formed, and mounted at its two doors."""

import inspect
from typing import Any

import pytest

from contract.table import ROWS, Row
from partywire.wire.http.doors import ACCOUNT_ONLY, DOORS, SERVICE_ONLY, TWIN, routes
from partywire.wire.http.operation import ListOperation, Operation


def test_42_operations_stand_at_both_doors() -> None:
    assert len(TWIN) == 38
    at_both = {(each.method, each.path) for each in ACCOUNT_ONLY} & {
        (each.method, each.path) for each in SERVICE_ONLY
    }
    # One path, but the account's configuration is another thing than a service's.
    assert at_both == {
        (method, path)
        for method in ("GET", "POST")
        for path in ("/Configuration", "/Configuration/Webhooks")
    }
    assert [(door, prefix) for door, prefix, _ in DOORS] == [
        ("account", "/v1"),
        ("service", "/v1/Services/{ChatServiceSid}"),
    ]
    assert DOORS[0][2] == TWIN + ACCOUNT_ONLY
    assert DOORS[1][2] == TWIN + SERVICE_ONLY


def test_no_operation_stands_twice() -> None:
    names = [str(row) for row in ROWS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_operation_is_found_where_it_stands(row: Row) -> None:
    values = [f"value-{number}" for number in range(len(row.things))]
    path, left = "", iter(values)
    for segment in row.template[1:].split("/"):
        path += "/" + (next(left) if segment.startswith("{") else segment)
    found = routes().find(path.encode())
    assert found is not None
    place, parameters = found
    assert place.door == row.door
    assert place.operations[row.operation.method] is row.operation
    assert parameters == values


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_act_takes_what_its_path_and_method_bring(row: Row) -> None:
    operation: Any = row.operation
    below = row.operation.path.count("{")
    brings = {ListOperation: 2, Operation: 1 if operation.method == "POST" else 0}
    wanted = 1 + below + brings[type(operation)]
    assert len(inspect.signature(operation.act).parameters) == wanted


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_forms_belong_to_posts_and_views_to_all_but_deletions(row: Row) -> None:
    operation: Any = row.operation
    if isinstance(operation, Operation):
        assert bool(operation.form.fields) == (operation.method == "POST")
        assert (operation.view is None) == (operation.method == "DELETE")
    else:
        assert operation.most in {5, 50, 100}
