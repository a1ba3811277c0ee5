"""Whatever Schemathesis makes of the specification: no crash, and every answer a documented one."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from conformance.conformity import assert_documented, assert_refusal
from conformance.deviations import NOT_BUILT
from conformance.documented import FORM, Documented
from conformance.forms import BASES
from conformance.worlds import World, unreachable
from contract.table import LISTS, ROWS, WITH_THINGS, Row

VALID, INVALID = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
TAKING = [row for row in ROWS if row in LISTS or row.operation.method == "POST"]
# What the text says of a parameter and its schema does not: without it, hardly a form is valid.
HINTS: dict[str, list[str]] = {
    "Attributes": ["{}", '{"topic": "feedback"}'],
    "Timers.Inactive": ["PT1M", "P1D"],
    "Timers.Closed": ["PT10M", "PT0S"],
    "Permission": ["addParticipant", "editAnyMessage"],
}
STEADY = settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="session")
def schema(official: dict[str, Any]) -> Any:
    """The specification as Schemathesis reads it: with our hints, and credentials left to us."""
    amended = deepcopy(official)
    amended.pop("security", None)
    for item in amended["paths"].values():
        if "requestBody" in item.get("post", {}):
            form = item["post"]["requestBody"]["content"][FORM]["schema"]
            for name in set(HINTS) & set(form["properties"]):
                parameter = form["properties"][name]
                parameter.get("items", parameter)["enum"] = HINTS[name]
    return schemathesis.openapi.from_dict(amended)


def written(value: Any) -> str:
    """The value as a form has it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def pairs(values: Any) -> dict[str, Any]:
    """Names and texts, or lists of texts."""
    return {
        str(name): [written(each) for each in value] if isinstance(value, list) else written(value)
        for name, value in dict(values or {}).items()
    }


class Target:
    """A world to shoot at: a new one after each hit, as a hit may have changed it."""

    def __init__(self, http: httpx.Client, row: Row, told: Documented) -> None:
        self._http, self._row, self._told = http, row, told
        self._world = World(http, row)

    def hit(self, case: Any, base: Mapping[str, Any]) -> httpx.Response:
        """Sends the case, with what it leaves out of the base; makes a new world if it hit."""
        form = {**base, **pairs(case.body if isinstance(case.body, dict) else {})}
        sent = dict(case.headers or {})
        headers = {name: sent[name] for name in self._told.headers if name in sent}
        answer = self._world.request(self._told.method, form, pairs(case.query), headers)
        if self._told.method != "GET" and answer.status_code < 300:
            self._world = World(self._http, self._row)
        return answer


def shot_at(target: Target, strategy: Any, told: Documented, base: Mapping[str, Any]) -> set[int]:
    """Sends every case, to which the answer must be a documented one; returns the statuses."""
    not_built = {each.name for each in NOT_BUILT if each.place == told.place}
    statuses: set[int] = set()

    @STEADY
    @given(strategy)
    def shoot(case: Any) -> None:
        answer = target.hit(case, base)
        statuses.add(answer.status_code)
        if answer.status_code == 501:
            assert not_built & set(case.body)
        else:
            assert_documented(told, answer)

    shoot()
    return statuses


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_valid_requests_have_documented_answers_and_some_succeed(
    http: httpx.Client, row: Row, told: Documented, schema: Any
) -> None:
    strategy = schema[told.template][told.method].as_strategy(generation_mode=VALID)
    statuses = shot_at(Target(http, row, told), strategy, told, BASES.get(told.place, {}))
    assert set(told.successes) & statuses or unreachable(row)


@pytest.mark.parametrize("row", TAKING, ids=str)
def test_invalid_requests_have_documented_answers(
    http: httpx.Client, row: Row, told: Documented, schema: Any
) -> None:
    strategy = schema[told.template][told.method].as_strategy(generation_mode=INVALID)
    assert shot_at(Target(http, row, told), strategy, told, {})


@pytest.mark.parametrize("row", WITH_THINGS, ids=str)
def test_a_path_to_nothing_ends_in_a_404(
    http: httpx.Client, row: Row, told: Documented, schema: Any
) -> None:
    world = World(http, row)
    form = world.real(BASES.get(told.place, {}))

    @STEADY
    @given(schema[told.template][told.method].as_strategy(generation_mode=INVALID))
    def shoot(case: Any) -> None:
        path = told.template.format(**case.path_parameters)
        answer = http.request(told.method, path, data=form, auth=world.credentials)
        assert (answer.status_code, assert_refusal(answer)) == (404, 20404)

    shoot()
