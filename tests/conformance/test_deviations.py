"""The list of deviations holds: the specification still says so, and we still do otherwise."""

from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest

from conformance import deviations
from conformance.conformity import assert_refusal
from conformance.deviations import Null, Parameter, Shape, Wider, Word
from conformance.documented import Documented, longest
from conformance.forms import BASES
from conformance.worlds import World
from contract.table import ROWS, Row

AT = {str(row): row for row in ROWS}


def doors(documented: dict[str, Documented], place: str) -> list[Documented]:
    """The operations that stand at this place."""
    found = [told for told in documented.values() if told.place == place]
    assert found, f"nothing is documented at {place}"
    return found


def row_of(told: Documented) -> Row:
    """The operation's row in our table."""
    return AT[f"{told.method} {told.template}"]


def posted(http: httpx.Client, told: Documented, name: str, value: str) -> httpx.Response:
    """Sends the least form with this value in it."""
    return World(http, row_of(told)).request("POST", {**BASES.get(told.place, {}), name: value})


def each(entries: Sequence[Any]) -> Callable[..., Any]:
    """Runs the test for every entry; fine with none."""
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: f"{entry[0]} {entry[1]}")


@each(deviations.SAMPLED_ONLY)
def test_a_sampled_parameter_is_in_a_sample_and_not_documented(
    documented: dict[str, Documented], entry: Parameter
) -> None:
    for told in doors(documented, entry.place):
        assert entry.name not in told.form
        assert any(entry.name in sample for sample in told.samples.values())


@each(deviations.NOT_BUILT)
def test_what_is_not_built_is_documented(
    documented: dict[str, Documented], entry: Parameter
) -> None:
    assert all(entry.name in told.form for told in doors(documented, entry.place))


@each(deviations.REFUSED_WORDS)
def test_a_refused_word_is_documented_and_refused(
    http: httpx.Client, documented: dict[str, Documented], entry: Word
) -> None:
    for told in doors(documented, entry.place):
        assert entry.word in told.form[entry.name]["enum"]
        assert assert_refusal(posted(http, told, entry.name, entry.word)) == entry.code


@each(deviations.WIDER)
def test_a_wider_limit_is_documented_to_be_narrower(
    documented: dict[str, Documented], entry: Wider
) -> None:
    for told in doors(documented, entry.place):
        assert longest(told.form[entry.name]) == entry.documented < entry.holds


@each(deviations.NULL_THOUGH_NOT_NULLABLE)
def test_a_field_is_null_although_its_schema_does_not_say_so(
    http: httpx.Client, documented: dict[str, Documented], entry: Null
) -> None:
    for operation in entry.operations:
        told = documented[operation]
        schema = told.successes[200].schema
        assert schema is not None
        assert "nullable" not in schema["properties"][entry.field]
        answer = World(http, row_of(told)).request(told.method)
        assert answer.json()[entry.field] is None


@each(deviations.SHAPES)
def test_a_sample_of_another_shape_is_there(
    documented: dict[str, Documented], entry: Shape
) -> None:
    assert any(entry.name in told.samples for told in doors(documented, entry.place))


def test_every_entry_says_why() -> None:
    lists = [value for value in vars(deviations).values() if isinstance(value, list)]
    entries = [entry for value in lists for entry in value if isinstance(entry, tuple)]
    assert len(entries) > 10
    assert all(entry.why.endswith(".") for entry in entries)
