"""Every documented parameter is accepted, in every form that the specification gives it."""

from typing import Any

import httpx
import pytest

from conformance.conformity import assert_refusal, assert_success
from conformance.deviations import NOT_BUILT
from conformance.directed import Case, cases, seen_values
from conformance.documented import Documented
from conformance.forms import BASES, QUERIES
from conformance.worlds import World, unreachable
from contract.shapes import assert_error
from contract.table import LISTS, ROWS, Row


def sent(http: httpx.Client, row: Row, told: Documented, case: Case) -> httpx.Response:
    """Sends the case to a world of its own."""
    world = World(http, row, case.instead)
    return world.request(told.method, case.form, case.query, case.headers)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_least_that_an_operation_needs_is_enough(
    http: httpx.Client, row: Row, told: Documented
) -> None:
    case = Case("", BASES.get(told.place, {}), QUERIES.get(told.place, {}))
    answer = sent(http, row, told, case)
    if unreachable(row):
        assert (answer.status_code, assert_refusal(answer)) == (404, 20404)
    else:
        assert_success(told, answer)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_documented_parameter_is_accepted(
    http: httpx.Client, row: Row, told: Documented, documented: dict[str, Documented]
) -> None:
    not_built = {each.name for each in NOT_BUILT if each.place == told.place}
    accepted: set[str] = set()
    wrong: list[Any] = []
    for case in cases(told, seen_values(documented)):
        answer = sent(http, row, told, case)
        if case.shows in not_built:
            assert_error(answer, 501, 20501)
            continue
        try:
            assert_success(told, answer)
        except AssertionError as error:
            wrong.append((case, str(error)))
        accepted.add(case.shows)
    assert wrong == [], "\n".join(map(str, wrong))
    assert accepted == told.parameters - not_built - {"PageToken"}


def token(world: World, query: dict[str, Any]) -> str:
    """A token that the world's list gave out; blank where nothing over REST fills the list."""
    answer = world.request("GET", query={**query, "PageSize": 1})
    url = answer.json()["meta"]["next_page_url"]
    return httpx.URL(url).params["PageToken"] if url else ""


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_a_token_that_a_list_gave_out_is_accepted(
    http: httpx.Client, row: Row, told: Documented
) -> None:
    world, query = World(http, row), QUERIES.get(told.place, {})
    can_be_filled = world.fill()
    given = token(world, query)
    assert bool(given) == can_be_filled
    answer = world.request("GET", query={**query, "PageSize": 1, "PageToken": given})
    assert_success(told, answer)
