"""Lists of conversations: their order and filters, and dates of update."""

import pytest

from harness import Client, assert_refused
from wire.http.bench import Bench
from wire.http.chat import close, conversation, say


def listed(client: Client, **query: str) -> list[str]:
    """The SIDs of the listed conversations."""
    found = client.items("/Conversations", "conversations", **query)
    return [one["sid"] for one in found]


async def test_the_latest_message_activity_comes_first(bench: Bench) -> None:
    sids = []
    for _ in range(3):
        sids.append((await bench.made("/Conversations"))["sid"])
        bench.clock.advance(1000)
    first, second, third = sids
    await bench.made(f"/Conversations/{second}/Messages", {"Body": "hello"})
    bench.clock.advance(1000)
    await bench.made(f"/Conversations/{first}", {"FriendlyName": "no message"})
    page = await bench.seen("/Conversations")
    assert [one["sid"] for one in page["conversations"]] == [second, third, first]


def test_a_conversation_from_the_past_comes_after_newer_ones(client: Client) -> None:
    new = conversation(client)
    old = conversation(client, DateCreated="2015-01-01T00:00:00Z")
    assert listed(client) == [new, old]


def test_with_dates_the_latest_creation_comes_first(client: Client) -> None:
    dates = ("2020-01-02T00:00:00Z", "2020-01-03T00:00:00Z", "2020-01-01T00:00:00Z")
    second, third, first = (conversation(client, DateCreated=date) for date in dates)
    say(client, first)
    assert listed(client, StartDate="2020-01-01T00:00:00Z") == [third, second, first]


def test_both_ends_of_a_period_belong_to_it(client: Client) -> None:
    days = [f"2020-01-0{day}T12:00:00Z" for day in range(1, 6)]
    sids = [conversation(client, DateCreated=day) for day in days]
    latest = conversation(client)
    assert listed(client, StartDate=days[1], EndDate=days[3]) == [sids[3], sids[2], sids[1]]
    assert listed(client, EndDate=days[1]) == [sids[1], sids[0]]
    assert listed(client, StartDate=days[4]) == [latest, sids[4]]
    assert listed(client, StartDate=days[3], EndDate=days[1]) == []


async def test_the_last_second_of_a_period_belongs_to_it(bench: Bench) -> None:
    # Clients see whole seconds: what shows the end of the period as its date is inside.
    bench.clock.advance(500)
    made = await bench.made("/Conversations")
    page = await bench.seen("/Conversations", EndDate=made["date_created"])
    assert [one["sid"] for one in page["conversations"]] == [made["sid"]]


def test_a_state_filters_the_list(client: Client) -> None:
    active, sleeping, shut = (conversation(client) for _ in range(3))
    client.made(f"/Conversations/{sleeping}", {"State": "inactive"})
    close(client, shut)
    assert listed(client, State="active") == [active]
    assert listed(client, State="Inactive") == [sleeping]
    assert listed(client, State="closed") == [shut]
    assert set(listed(client)) == {active, sleeping, shut}


def test_filters_narrow_each_other(client: Client) -> None:
    old = "2020-01-01T00:00:00Z"
    wanted = conversation(client, DateCreated=old, State="inactive")
    conversation(client, DateCreated=old)
    conversation(client, State="inactive")
    assert listed(client, State="inactive", EndDate=old) == [wanted]


@pytest.mark.parametrize("name", ["StartDate", "EndDate"])
def test_a_malformed_date_is_refused(client: Client, name: str) -> None:
    answer = client.get("/Conversations", **{name: "someday"})
    assert_refused(answer, 400, 20001)
    assert name in answer.json()["message"]


def test_an_unknown_state_is_refused(client: Client) -> None:
    answer = client.get("/Conversations", State="open")
    assert answer.status_code == 400


async def test_a_change_updates_the_date_and_reading_does_not(bench: Bench) -> None:
    made = await bench.made("/Conversations")
    path = f"/Conversations/{made['sid']}"
    bench.clock.advance(60_000)
    assert await bench.seen(path) == made
    changed = await bench.made(path, {"FriendlyName": "Tea"})
    assert changed["date_created"] == "2026-01-01T12:00:00Z"
    assert changed["date_updated"] == "2026-01-01T12:01:00Z"
    bench.clock.advance(60_000)
    assert await bench.made(path) == changed
