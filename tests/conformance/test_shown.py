"""What was sent is what is shown: nothing is accepted and then forgotten."""

import re
from datetime import datetime
from typing import Any

import httpx
import pytest

from conformance.deviations import NOT_BUILT
from conformance.directed import cases, seen_values
from conformance.documented import Documented, Schema
from conformance.forms import NOT_SHOWN
from conformance.worlds import World
from contract.table import ROWS, Row

POSTS = [row for row in ROWS if row.operation.method == "POST"]


def field(parameter: str) -> list[str]:
    """Where an answer shows the parameter: ``AutoCreation.WebhookUrl`` in two steps."""
    words = parameter.split(".")
    return [re.sub(r"(?<!^)(?=[A-Z])", "_", word).lower() for word in words]


def found(answer: Any, parameter: str) -> Any:
    """What the answer shows of the parameter; None where it is not there."""
    for step in field(parameter):
        answer = (answer or {}).get(step)
    return answer


def same(schema: Schema, sent: Any, shown: Any) -> bool:
    """Whether this is what was sent: instants in UTC and whole seconds, words in any case."""
    if shown is None:
        return sent in ("", "null")
    if schema.get("format") == "date-time":
        instants = [datetime.fromisoformat(text).timestamp() for text in (sent, shown)]
        return int(instants[0]) == instants[1]
    return str(shown).lower() == str(sent).lower()


def shown_parameters(told: Documented) -> set[str]:
    """The parameters for which the documented answers have a field."""
    hidden = NOT_SHOWN | {each.name for each in NOT_BUILT if each.place == told.place}
    (success, *_) = told.successes.values()
    assert success.schema is not None
    return {name for name in told.form if field(name)[0] in success.schema["properties"]} - hidden


@pytest.mark.parametrize("row", POSTS, ids=str)
def test_what_a_form_says_is_what_its_answer_shows_and_keeps(
    http: httpx.Client, row: Row, told: Documented, documented: dict[str, Documented]
) -> None:
    expected, compared = shown_parameters(told), set()
    for case in cases(told, seen_values(documented)):
        name = case.shows
        if name in expected and name in case.form:
            world = World(http, row, case.instead)
            sent = world.real(case.form)[name]
            answer = world.request("POST", case.form).json()
            kept = http.get(answer["url"]).json()
            for shown in (found(answer, name), found(kept, name)):
                assert same(told.form[name], sent, shown), (name, sent, shown)
            compared.add(name)
    assert compared == expected


def test_another_value_than_the_one_sent_is_noticed() -> None:
    instant = {"type": "string", "format": "date-time"}
    assert same(instant, "2015-12-16T23:18:37.5+01:00", "2015-12-16T22:18:37Z")
    assert not same(instant, "2015-12-16T22:18:37Z", "2015-12-16T22:18:38Z")
    assert same({}, "DeFault", "default")
    assert not same({}, "muted", "default")
    assert not same({}, "muted", None)
    assert same({}, "null", None)
