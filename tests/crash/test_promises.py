"""The crash tests' own eyes: a promise that is broken is seen."""

from typing import Any

import apsw
import pytest

from crash import evidence
from crash.evidence import Event
from crash.load import Fact, Ledger

TALK = "CH" + "0" * 32


def message(number: int, index: int, body: str) -> Event:
    thing: dict[str, Any] = {"sid": f"IM{number}", "index": index, "body": body}
    return "message.added", {**thing, "conversation_sid": TALK}


def ledger(*promised: Event, asked: tuple[str, ...] = ()) -> Ledger:
    made = Ledger()
    made.acknowledged["ann"] = [Fact(kind, thing["sid"]) for kind, thing in promised]
    for body in asked:
        made.under_way[Fact("message.added", body)] += 1
    return made


ONE, TWO = message(1, 0, "one"), message(2, 1, "two")


@pytest.mark.parametrize("asked", [(), ("two",), ("never came",)])
def test_what_was_promised_and_what_may_have_come_are_well(asked: tuple[str, ...]) -> None:
    happened = [ONE, TWO] if asked == ("two",) else [ONE]
    evidence.assert_promises_are_kept(ledger(ONE, asked=asked), happened)


@pytest.mark.parametrize(
    ("happened", "asked", "why"),
    [
        ([ONE], (), "lost"),
        ([ONE, TWO, message(3, 2, "two")], (), "nobody asked"),
        ([ONE, TWO, message(3, 2, "more"), message(4, 3, "more")], ("more",), "nobody asked"),
        ([TWO, ONE], (), "ann"),
    ],
    ids=["lost", "doubled", "doubled without an answer", "out of order"],
)
def test_a_broken_promise_is_seen(happened: list[Event], asked: tuple[str, ...], why: str) -> None:
    with pytest.raises(AssertionError, match=why):
        evidence.assert_promises_are_kept(ledger(ONE, TWO, asked=asked), happened)


@pytest.mark.parametrize("places", [[1, 3], [2, 3], [1, None]], ids=str)
def test_a_feed_with_a_gap_is_seen(places: list[int | None]) -> None:
    rows = apsw.Connection(":memory:")
    rows.execute("CREATE TABLE events (position INTEGER, kind TEXT, payload TEXT)")
    for place in places:
        rows.execute("INSERT INTO events VALUES (?, 'user.added', '{}')", (place,))

    with pytest.raises(AssertionError):
        evidence.fed(rows)
