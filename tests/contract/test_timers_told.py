"""Timers that end on a real server: each field that webhooks are told, and what answers show."""

from collections.abc import Iterator

import pytest

import ends
from contract.rooms import Room, assert_told, conversation
from contract.test_post_events import SAID, TEA, listening, state
from harness import Client, Server, account, assert_refused
from receivers import Receiver

UPDATED, STATE_UPDATED = "onConversationUpdated", "onConversationStateUpdated"
TIMERS = {"Timers.Inactive": "PT1M", "Timers.Closed": "PT10M"}


@pytest.fixture
def client(own_server: Server) -> Iterator[Client]:
    with Client(own_server.url, account()) as made:
        yield made


@pytest.fixture(params=["GET", "POST"])
def room(client: Client, receiver: Receiver, request: pytest.FixtureRequest) -> Room:
    """A room with both timers, which were set by a request that tells nobody."""
    made = listening(client, receiver, request.param)
    client.made(TEA, TIMERS)
    return made


def names(receiver: Receiver) -> list[str]:
    """What came, in order, but for what became of the first message on its way to the phone."""
    came = [dict(received.pairs)["EventType"] for received in receiver.received]
    return [name for name in came if name != "onDeliveryUpdated"]


def assert_timer_told(room: Room, before: str, after: str, date: int, number: int = 1) -> None:
    """The conversation is told as it is now, and its change of state: both with the date."""
    told = room.hears(STATE_UPDATED, number)
    assert told.pop("StateUpdated") == ends.moment(date)
    assert_told(told, room, STATE_UPDATED, state(room, before, after, "TIMER"))
    told = room.hears(UPDATED, number)
    assert_told(told, room, UPDATED, conversation(room, State=after))
    assert told["DateUpdated"] == ends.moment(date)
    assert told["DateCreated"].startswith(room.tea["date_created"].removesuffix("Z"))


def test_it_becomes_inactive_and_then_closed(room: Room, own_database: tuple[str, ...]) -> None:
    sid, became_inactive = room.tea["sid"], ends.now()
    ends.moved(own_database[1], "date_inactive", {sid: became_inactive})
    assert_timer_told(room, "active", "inactive", became_inactive)
    shown = room.client.seen(TEA)
    assert (shown["state"], list(shown["timers"])) == ("inactive", ["date_closed"])
    assert shown["date_updated"] == ends.moment(became_inactive)[:19] + "Z"

    became_closed = ends.now()
    ends.moved(own_database[1], "date_closed", {sid: became_closed})
    assert_timer_told(room, "inactive", "closed", became_closed, 2)
    shown = room.client.seen(TEA)
    assert (shown["state"], shown["timers"]) == ("closed", {})
    assert names(room.receiver) == [UPDATED, STATE_UPDATED] * 2
    assert_refused(room.client.post(SAID, {"Body": "late"}), 400, 50377)


def test_it_is_closed_without_having_been_inactive(
    client: Client, receiver: Receiver, own_database: tuple[str, ...]
) -> None:
    room = listening(client, receiver)
    client.made(TEA, {"Timers.Closed": "PT10M"})
    date = ends.now()
    ends.moved(own_database[1], "date_closed", {room.tea["sid"]: date})
    assert_timer_told(room, "active", "closed", date)
    assert names(receiver) == [UPDATED, STATE_UPDATED]


def test_a_message_after_the_timer_is_told_after_it(
    room: Room, own_database: tuple[str, ...]
) -> None:
    date = ends.now()
    ends.moved(own_database[1], "date_inactive", {room.tea["sid"]: date})
    room.does("POST", SAID, {"Body": "Awake?"})
    room.hears("onMessageAdded")
    assert names(room.receiver) == [*[UPDATED, STATE_UPDATED] * 2, "onMessageAdded"]
    told = room.hears(STATE_UPDATED, 2)
    del told["StateUpdated"]
    assert_told(told, room, STATE_UPDATED, state(room, "inactive", "active", "EVENT"))
    shown = room.client.seen(TEA)
    assert (shown["state"], len(shown["timers"])) == ("active", 2)


def test_a_conversation_s_own_webhook_hears_its_timer(
    client: Client, receiver: Receiver, own_database: tuple[str, ...]
) -> None:
    room = Room(client, receiver)
    client.made(TEA, TIMERS)
    own = {"Target": "webhook", "Configuration.Url": receiver.url}
    filters = {"Configuration.Filters": STATE_UPDATED, "Configuration.Method": "POST"}
    client.made(f"{TEA}/Webhooks", {**own, **filters})
    date = ends.now()
    ends.moved(own_database[1], "date_inactive", {room.tea["sid"]: date})
    told = room.hears(STATE_UPDATED)
    assert told.pop("StateUpdated") == ends.moment(date)
    assert_told(told, room, STATE_UPDATED, state(room, "active", "inactive", "TIMER"))
    assert names(receiver) == [STATE_UPDATED]
