"""What the specification rules out is refused, and what it only just allows is not."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from conformance.conformity import assert_refusal, assert_success
from conformance.deviations import NOT_BUILT, WIDER
from conformance.directed import Case
from conformance.documented import Documented, Schema, longest
from conformance.forms import BASES, QUERIES, SPECIAL
from conformance.worlds import World
from contract.table import LISTS, ROWS, Row

POSTS = [row for row in ROWS if row.operation.method == "POST"]


def ruled_out(schema: Schema) -> list[str]:
    """Values that the schema does not allow."""
    schema = schema.get("items", schema)
    if "enum" in schema:
        return ["nonsense", schema["enum"][0] + "x"]
    if "pattern" in schema:
        prefix = schema["pattern"][1:3]
        return [prefix, prefix + "g" * 32, prefix + "0" * 31, prefix + "0" * 33, "XX" + "0" * 32]
    least = schema.get("minimum", 0)
    return {
        "boolean": ["perhaps", "2"],
        "integer": ["many", "1.5", "0x1", str(least - 1)],
        "date-time": ["yesterday", "2015-13-16T22:18:37Z", "2015-02-30T00:00:00Z"],
        "uri": ["not a url"],
    }.get(schema.get("format") if schema["type"] == "string" else schema["type"], [])


def wrong_cases(told: Documented) -> Iterator[Case]:
    """Requests that are right but for one value."""
    base, query = BASES.get(told.place, {}), QUERIES.get(told.place, {})
    not_built = {each.name for each in NOT_BUILT if each.place == told.place}
    for name in set(told.form) - not_built:
        form, instead = SPECIAL.get((told.place, name), [(base, {})])[0]
        for value in ruled_out(told.form[name]):
            yield Case(name, {**form, name: value}, instead=instead)
    for name, schema in told.query.items():
        for value in ruled_out(schema):
            yield Case(name, query={**query, name: value})
    for name, schema in told.headers.items():
        for value in ruled_out(schema):
            yield Case(name, base, query, {name: value})


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_value_that_the_schema_rules_out_is_refused(
    http: httpx.Client, row: Row, told: Documented
) -> None:
    wrong: list[Any] = []
    for case in wrong_cases(told):
        world = World(http, row, case.instead)
        answer = world.request(told.method, case.form, case.query, case.headers)
        try:
            assert_refusal(answer)
            assert answer.status_code in {400, 404}
        except AssertionError as error:
            wrong.append((case, str(error)))
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.parametrize("row", POSTS, ids=str)
def test_a_required_parameter_that_is_missing_or_blank_is_refused(
    http: httpx.Client, row: Row, told: Documented
) -> None:
    base = BASES.get(told.place, {})
    assert told.required <= set(base)
    for name in told.required:
        without = {key: value for key, value in base.items() if key != name}
        for form in (without, {**without, name: ""}):
            answer = World(http, row).request("POST", form)
            assert (name, assert_refusal(answer), answer.status_code)[::2] == (name, 400)


@pytest.mark.parametrize("row", POSTS, ids=str)
def test_a_text_may_be_as_long_as_is_said_and_no_longer(
    http: httpx.Client, row: Row, told: Documented
) -> None:
    base = BASES.get(told.place, {})
    wider = {each.name: each.holds for each in WIDER if each.place == told.place}
    for name, schema in told.form.items():
        most = wider.get(name) or longest(schema)
        if most is None:
            continue
        form, instead = SPECIAL.get((told.place, name), [(base, {})])[0]
        if name not in form or instead == {}:
            fits = World(http, row, instead).request("POST", {**form, name: "x" * most})
            assert_success(told, fits)
        answer = World(http, row, instead).request("POST", {**form, name: "x" * (most + 1)})
        assert (name, answer.status_code) == (name, 400)
        assert_refusal(answer)


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_a_page_size_beyond_the_documented_most_is_taken_as_the_most(
    http: httpx.Client, row: Row, told: Documented
) -> None:
    most = told.query["PageSize"]["maximum"]
    query = {**QUERIES.get(told.place, {}), "PageSize": most + 1}
    answer = World(http, row).request("GET", query=query)
    assert_success(told, answer)
    assert answer.json()["meta"]["page_size"] == most


@pytest.mark.parametrize("row", POSTS, ids=str)
def test_of_a_repeated_parameter_the_last_counts_unless_it_is_a_list(
    http: httpx.Client, row: Row, told: Documented
) -> None:
    base = BASES.get(told.place, {})
    for name, schema in told.form.items():
        if "enum" not in schema or (told.place, name) in SPECIAL:
            continue
        answer = World(http, row).request("POST", {**base, name: [schema["enum"][-1], "nonsense"]})
        assert (name, answer.status_code) == (name, 400)
