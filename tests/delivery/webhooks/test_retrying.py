"""What follows from an attempt."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from partywire.delivery.outgoing import Answer
from partywire.delivery.webhooks.attempt import Attempt
from partywire.delivery.webhooks.retrying import (
    Patience,
    Verdict,
    is_trouble,
    longest,
    verdict,
)

NOON = 1_767_268_800_000
HOUR = 60 * 60 * 1000
PATIENCE = Patience(first=1000, longest=900_000, most=24 * HOUR)
LOST = Attempt(NOON, 1, "POST", "http://a/", (), b"", "signed", problem="nobody there")


def answered(status: int, retry_after: str | None = None) -> Attempt:
    headers = () if retry_after is None else (("retry-after", retry_after),)
    return replace(LOST, answer=Answer(status, headers, b""), problem=None)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_what_was_taken_is_delivered(status: int) -> None:
    assert verdict(answered(status), 3, 0, PATIENCE) == Verdict("delivered")


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 410, 422])
def test_what_is_refused_for_good_is_given_up_at_once(status: int) -> None:
    assert verdict(answered(status), 0, 0, PATIENCE) == Verdict("dead")
    assert not is_trouble(answered(status))


@pytest.mark.parametrize(
    "made",
    [
        LOST,
        replace(LOST, timed_out=True),
        *map(answered, (408, 425, 429, 500, 501, 502, 503, 504, 599)),
    ],
)
def test_what_may_go_better_is_tried_again_after_a_pause(made: Attempt) -> None:
    found = verdict(made, 0, 0, PATIENCE)
    assert (found.state, found.is_failure) == ("waiting", True)
    assert 500 <= found.pause <= 1000
    assert is_trouble(made)


def test_where_nothing_can_be_sent_it_is_given_up_at_once() -> None:
    assert verdict(replace(LOST, hopeless=True), 0, 0, PATIENCE) == Verdict("dead")


def test_pauses_grow_up_to_a_bound_and_are_not_all_alike() -> None:
    found = [[verdict(LOST, n, 0, PATIENCE).pause for _ in range(20)] for n in range(200)]
    for earlier, later in pairwise(found[:10]):
        assert max(earlier) <= 2 * min(later)
    assert all(450_000 <= pause <= 900_000 for pause in found[199])
    assert len(set(found[5])) > 1
    assert longest(PATIENCE) == HOUR


def test_what_is_too_old_is_given_up_and_its_lane_rests_all_the_same() -> None:
    assert verdict(LOST, 0, 24 * HOUR - 1, PATIENCE).state == "waiting"
    found = verdict(LOST, 0, 24 * HOUR, PATIENCE)
    assert (found.state, found.is_failure) == ("dead", True)
    assert found.pause >= 500


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ("7", 7000),
        ("3600", HOUR),
        ("999999999999999999", HOUR),
        ("Thu, 01 Jan 2026 12:01:30 GMT", 90_000),
        ("Thu, 01 Jan 2026 12:01:30 -0000", 90_000),
        ("Fri, 02 Jan 2026 12:00:00 GMT", HOUR),
    ],
)
def test_who_asks_to_stay_away_is_heard_up_to_a_bound(asked: str, pause: int) -> None:
    assert verdict(answered(503, asked), 0, 0, PATIENCE).pause == pause


@pytest.mark.parametrize(
    "asked",
    [
        *("", "soon", "-5", "0", "Thu, 01 Jan 2020 12:00:00 GMT", "٣"),
        *("Mon, 99999999999999999999 Jan 2026 00:00:00 GMT", "Mon, 01 Jan 2026 00:00:00 +9999"),
        "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
    ],
)
def test_what_nobody_understands_changes_nothing(asked: str) -> None:
    assert 500 <= verdict(answered(503, asked), 0, 0, PATIENCE).pause <= 1000
