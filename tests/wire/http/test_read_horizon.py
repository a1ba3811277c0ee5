"""The read horizon: index and timestamp, set through a user conversation or a participant."""

import re
from typing import Any

import pytest

from harness import Client, assert_refused
from partywire.clock import FrozenClock
from wire.http.bench import Bench
from wire.http.chat import chat, mark, seen

GREATEST = 2**63 - 1
LATER = "2026-03-04T05:06:07Z"


def participant(client: Client, sid: str) -> Any:
    """Ada as a participant."""
    return client.seen(f"/Conversations/{sid}/Participants/ada")


def horizon(client: Client, sid: str) -> tuple[Any, Any]:
    """Index and timestamp, which both resources must agree on."""
    shown = participant(client, sid)
    index = shown["last_read_message_index"]
    assert seen(client, sid)["last_read_message_index"] == index
    return index, shown["last_read_timestamp"]


# Each rule holds at both places where a horizon is set.
@pytest.fixture(params=["user conversation", "participant"])
def place(request: pytest.FixtureRequest) -> str:
    path = {
        "user conversation": "/Users/ada/Conversations/{}",
        "participant": "/Conversations/{}/Participants/ada",
    }
    return path[request.param]


def test_nothing_was_read_at_first(client: Client) -> None:
    assert horizon(client, chat(client, messages=1)) == (None, None)


def test_an_index_alone_was_read_now(client: Client, place: str) -> None:
    sid = chat(client, messages=2)
    answer = client.made(place.format(sid), {"LastReadMessageIndex": "1"})
    assert answer["last_read_message_index"] == 1
    index, timestamp = horizon(client, sid)
    assert index == 1
    assert timestamp >= answer["date_created"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", timestamp)


def test_index_and_timestamp_together_are_stored_as_sent(client: Client, place: str) -> None:
    sid = chat(client, messages=2)
    form = {"LastReadMessageIndex": "1", "LastReadTimestamp": LATER}
    client.made(place.format(sid), form)
    assert horizon(client, sid) == (1, LATER)


def test_a_timestamp_alone_does_not_move_the_index(client: Client, place: str) -> None:
    sid = chat(client, messages=2)
    client.made(place.format(sid), {"LastReadTimestamp": LATER})
    assert horizon(client, sid) == (None, LATER)
    assert seen(client, sid)["unread_messages_count"] is None
    mark(client, sid, LastReadMessageIndex=0)
    client.made(place.format(sid), {"LastReadTimestamp": LATER})
    assert horizon(client, sid) == (0, LATER)


@pytest.mark.parametrize("null", ["", "null", "NULL"])
def test_a_null_index_returns_to_never_read(client: Client, place: str, null: str) -> None:
    sid = chat(client, messages=2)
    mark(client, sid, LastReadMessageIndex=1, LastReadTimestamp=LATER)
    answer = client.made(place.format(sid), {"LastReadMessageIndex": null})
    assert answer["last_read_message_index"] is None
    assert horizon(client, sid) == (None, None)
    assert seen(client, sid)["unread_messages_count"] is None


def test_a_null_index_clears_a_timestamp_sent_with_it(client: Client, place: str) -> None:
    sid = chat(client, messages=2)
    form = {"LastReadMessageIndex": "", "LastReadTimestamp": LATER}
    client.made(place.format(sid), form)
    assert horizon(client, sid) == (None, None)


def test_a_blank_timestamp_counts_as_not_sent(client: Client, place: str) -> None:
    sid = chat(client, messages=2)
    mark(client, sid, LastReadMessageIndex=1, LastReadTimestamp=LATER)
    client.made(place.format(sid), {"LastReadTimestamp": ""})
    assert horizon(client, sid) == (1, LATER)


@pytest.mark.parametrize(
    "wrong", ["-1", "1.5", "1e3", "x", " 1", "1\n", "0x1", "\u0661", str(GREATEST + 1), "9" * 400]
)
def test_an_index_is_a_whole_number_of_0_or_more(client: Client, place: str, wrong: str) -> None:
    sid = chat(client, messages=2)
    mark(client, sid, LastReadMessageIndex=0, LastReadTimestamp=LATER)
    answer = client.post(place.format(sid), {"LastReadMessageIndex": wrong})
    assert_refused(answer, 400, 50421)
    assert horizon(client, sid) == (0, LATER)


def test_an_index_far_beyond_the_end_is_stored_as_sent(client: Client, place: str) -> None:
    sid = chat(client, messages=2)
    client.made(place.format(sid), {"LastReadMessageIndex": str(GREATEST)})
    assert horizon(client, sid)[0] == GREATEST
    assert seen(client, sid)["unread_messages_count"] == 0


@pytest.mark.parametrize("wrong", ["yesterday", "1234567890", "2026-13-01T00:00:00Z", "null"])
def test_a_timestamp_is_a_date_and_time(client: Client, place: str, wrong: str) -> None:
    sid = chat(client)
    answer = client.post(place.format(sid), {"LastReadTimestamp": wrong})
    assert_refused(answer, 400, 50405)


@pytest.mark.parametrize(
    "sent", ["2026-03-04T05:06:07.999Z", "2026-03-04T07:06:07+02:00", "2026-03-04T05:06:07"]
)
def test_a_timestamp_may_have_a_fraction_and_an_offset(
    client: Client, place: str, sent: str
) -> None:
    sid = chat(client)
    client.made(place.format(sid), {"LastReadTimestamp": sent})
    assert horizon(client, sid) == (None, LATER)


def test_the_last_moment_of_all_does_no_harm(client: Client, place: str) -> None:
    sid = chat(client)
    client.made(place.format(sid), {"LastReadTimestamp": "9999-12-31T23:59:59.999999Z"})
    assert horizon(client, sid) == (None, "9999-12-31T23:59:59Z")


async def moved(bench: Bench, sid: str, path: str, form: dict[str, str]) -> tuple[str, str]:
    """Changes something a minute later; returns both dates of update."""
    assert isinstance(bench.clock, FrozenClock)
    bench.clock.advance(60_000)
    await bench.made(path, form)
    whole = await bench.seen(f"/Conversations/{sid}")
    person = await bench.seen(f"/Conversations/{sid}/Participants/ada")
    return whole["date_updated"], person["date_updated"]


@pytest.mark.parametrize(
    "form",
    [{"LastReadMessageIndex": "0"}, {"LastReadMessageIndex": ""}, {"NotificationLevel": "muted"}],
)
async def test_reading_and_muting_update_the_participant_not_the_conversation(
    bench: Bench, form: dict[str, str]
) -> None:
    sid = (await bench.made("/Conversations"))["sid"]
    await bench.made(f"/Conversations/{sid}/Participants", {"Identity": "ada"})
    path = f"/Users/ada/Conversations/{sid}"
    dates = await moved(bench, sid, path, form)
    assert dates == ("2026-01-01T12:00:00Z", "2026-01-01T12:01:00Z")
    assert await moved(bench, sid, path, {}) == dates


async def test_the_time_of_reading_is_the_time_of_the_request(bench: Bench) -> None:
    sid = (await bench.made("/Conversations"))["sid"]
    await bench.made(f"/Conversations/{sid}/Participants", {"Identity": "ada"})
    path = f"/Users/ada/Conversations/{sid}"
    await moved(bench, sid, path, {"LastReadMessageIndex": "3", "LastReadTimestamp": LATER})
    await moved(bench, sid, path, {"LastReadMessageIndex": "3"})
    person = await bench.seen(f"/Conversations/{sid}/Participants/ada")
    assert person["last_read_timestamp"] == "2026-01-01T12:02:00Z"
