"""The specification's own samples: requests are accepted, answers have our answers' keys."""

from typing import Any

import httpx
import pytest

from conformance.conformity import answered, assert_success, flaws
from conformance.deviations import NOT_BUILT, SHAPES
from conformance.documented import Documented
from conformance.forms import BEFORE, QUERIES, UNREACHABLE
from conformance.worlds import World
from contract.shapes import assert_error
from contract.table import LISTS, ROWS, Row

EMPTY = tuple(UNREACHABLE)
POSTS = [row for row in ROWS if row.operation.method == "POST"]
GETS = [row for row in ROWS if row.operation.method == "GET"]
REACHED = [row for row in GETS if not row.template.removesuffix("/{Sid}").endswith(EMPTY)]
PAGE = {"PageSize", "Page"}

Difference = tuple[str, list[str] | None, list[str] | None]


def keys(value: Any) -> list[str] | None:
    """The keys of an object, sorted; None of anything else."""
    return sorted(value) if isinstance(value, dict) else None


def differences(sample: Any, shown: Any, path: str = "") -> list[Difference]:
    """Where the keys differ: path, the sample's keys, ours."""
    if keys(sample) != keys(shown):
        return [(path, keys(sample), keys(shown))]
    if not isinstance(sample, dict):
        return []
    found: list[Difference] = []
    for name in sorted(sample):
        found += differences(sample[name], shown[name], f"{path}.{name}".lstrip("."))
    return found


def named(told: Documented, name: str) -> list[Difference]:
    """The differences that are named for this sample."""
    return sorted(each[2:5] for each in SHAPES if (each.place, each.name) == (told.place, name))


def assert_sample(
    http: httpx.Client, row: Row, told: Documented, name: str, form: dict[str, Any]
) -> None:
    """The sample request has the sample answer, but for what is named."""
    not_built = {each.name for each in NOT_BUILT if each.place == told.place}
    world = World(http, row, BEFORE.get((told.place, name)))
    answer = world.request("POST", form)
    if not_built & set(form):
        assert_error(answer, 501, 20501)
        return
    assert_success(told, answer)
    assert name in told.successes[answer.status_code].samples
    found = differences(told.samples_of_answers[name], answer.json())
    assert sorted(found) == named(told, name), name


@pytest.mark.parametrize("row", POSTS, ids=str)
def test_a_sample_request_is_accepted_and_answered_with_the_keys_of_its_sample(
    http: httpx.Client, row: Row, told: Documented
) -> None:
    assert told.samples
    assert set(told.samples) == set(told.samples_of_answers)
    for name, form in told.samples.items():
        assert_sample(http, row, told, name, form)


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_a_sample_query_is_accepted_and_named_in_the_urls_of_its_pages(
    http: httpx.Client, row: Row, told: Documented
) -> None:
    assert set(told.query_samples) <= set(told.samples_of_answers)
    for query in told.query_samples.values():
        world = World(http, row)
        answer = world.request("GET", query=query)
        assert_success(told, answer)
        shown = dict(httpx.URL(answer.json()["meta"]["url"]).params)
        assert shown == {**query, **{key: shown[key] for key in PAGE}}


@pytest.mark.parametrize("row", REACHED, ids=str)
def test_what_is_read_has_the_keys_and_links_of_its_samples(
    http: httpx.Client, row: Row, told: Documented
) -> None:
    assert told.samples_of_answers
    world = World(http, row)
    if row in LISTS:
        world.fill()
    answer = world.request("GET", query=QUERIES.get(told.place))
    assert_success(told, answer)
    (shown,) = top(answer.json())[:1]
    for sample in told.samples_of_answers.values():
        for sampled in top(sample):
            assert keys(sampled) == keys(shown)
            assert keys(sampled.get("links")) == keys(shown.get("links"))


def top(answer: Any) -> list[Any]:
    """The things in an answer: those of a page, or the only one."""
    found: list[Any] = answer[answer["meta"]["key"]] if "meta" in answer else [answer]
    return found


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_sample_answer_has_the_documented_shape(row: Row, told: Documented) -> None:
    for status, success in told.successes.items():
        schema = answered(told, status)
        for name, sample in success.samples.items():
            assert schema is not None
            assert flaws(schema, sample) == [], name
