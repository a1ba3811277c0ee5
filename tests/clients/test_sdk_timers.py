"""Timers that end, as the official chat SDK hears of it and shows it."""

from collections.abc import Iterator

import pytest

import ends
from clients.sdk_runtime import Driver, Refused, World
from harness import Client, Server, account

TIMERS = {"Timers.Inactive": "PT1M", "Timers.Closed": "PT10M"}


@pytest.fixture
def world(driver: Driver, own_server: Server) -> Iterator[World]:
    with Client(own_server.url, account()) as rest:
        yield World(driver, rest)


def test_the_state_changes_before_the_eyes_of_who_is_there(
    world: World, own_database: tuple[str, ...]
) -> None:
    sid = world.conversation("alice", **TIMERS)
    alice = world.chatter("alice")
    alice.watch(conversation=sid)
    for name, state in (("date_inactive", "inactive"), ("date_closed", "closed")):
        date = ends.now()
        ends.moved(own_database[1], name, {sid: date})
        seen = alice.heard("conversationUpdated", state=state)
        assert seen["updated"] == ends.moment(date)
    assert [one["state"] for one in alice.list()] == ["closed"]
    with pytest.raises(Refused) as caught:
        alice.send(conversation=sid, body="Anybody?")
    assert caught.value.shown["code"] == 50377


def test_a_message_of_the_sdk_restarts_the_timers_and_wakes(
    world: World, own_database: tuple[str, ...]
) -> None:
    sid = world.conversation("alice", **TIMERS)
    alice = world.chatter("alice")
    alice.watch(conversation=sid)
    ends.moved(own_database[1], "date_inactive", {sid: ends.now()})
    alice.heard("conversationUpdated", state="inactive")

    before = ends.moment(ends.now())[:19]
    alice.now().send(conversation=sid, body="Awake?")

    alice.heard("conversationUpdated", state="active")
    timers = world.rest.seen(f"/Conversations/{sid}")["timers"]
    assert timers["date_closed"] > timers["date_inactive"] > before
