"""Notifications: what a client is told, field by field."""

import msgspec

from partywire.model.sync import SyncObject
from partywire.wire.socket.sync import names, notifications, places
from partywire.wire.socket.sync.changes import Change
from partywire.wire.socket.sync.contents import ValueData

NOON = 1_767_268_800_123
DOCUMENT = SyncObject("conversation", "CH" + "0" * 31 + "1")
LIST = SyncObject("messages", "CH" + "0" * 31 + "1")
MAP = SyncObject("info", "US" + "0" * 31 + "1")


def test_an_item_that_changed() -> None:
    told = Change(7, NOON, "updated", "friendlyName", ValueData("Ann"))
    assert msgspec.json.decode(notifications.change(MAP, told)) == {
        "event_type": "map_item_updated",
        "event_protocol_version": 4,
        "events": [
            {
                "id": 7,
                "date_created": "2026-01-01T12:00:00.123Z",
                "map_sid": names.sid_of(MAP),
                "map_revision": "7",
                "item_key": "friendlyName",
                "item_data": {"value": "Ann"},
                "item_revision": "7",
                "item_url": places.item(MAP, "friendlyName"),
                "date_expires": None,
            }
        ],
    }


def test_a_replay_says_to_which_request_it_belongs() -> None:
    told = notifications.change(LIST, Change(7, NOON, "removed", 3), 1_790_000_000_000)
    read = msgspec.json.decode(told)
    assert read["correlation_id"] == 1_790_000_000_000
    assert read["event_type"] == "list_item_removed"
    assert read["events"][0]["item_index"] == 3


def test_a_document_that_changed() -> None:
    told = Change(7, NOON, "updated", None, ValueData("as if"))
    (event,) = msgspec.json.decode(notifications.change(DOCUMENT, told))["events"]
    assert event == {
        "id": 7,
        "date_created": "2026-01-01T12:00:00.123Z",
        "document_sid": names.sid_of(DOCUMENT),
        "document_revision": "7",
        "document_data": {"value": "as if"},
    }


def test_an_object_that_is_gone() -> None:
    for thing, kind in ((DOCUMENT, "document"), (LIST, "list"), (MAP, "map")):
        read = msgspec.json.decode(notifications.change(thing, Change(7, NOON, "removed")))
        assert read["event_type"] == f"{kind}_removed"
        assert set(read["events"][0]) == {"id", "date_created", f"{kind}_sid"}


def test_what_becomes_of_a_subscription() -> None:
    about = {"object_sid": names.sid_of(LIST), "object_type": "list"}
    read = msgspec.json.decode(notifications.established(LIST, 9, 5))
    assert (read["event_type"], read["correlation_id"]) == ("subscription_established", 5)
    assert read["events"] == [{**about, "replay_status": "completed", "last_event_id": 9}]
    read = msgspec.json.decode(notifications.canceled(LIST, 5))
    assert (read["event_type"], read["events"]) == ("subscription_canceled", [about])
    read = msgspec.json.decode(notifications.failed("ES1", "list", 404, 20404, "No", 5))
    assert read["event_type"] == "subscription_failed"
    error = {"status": 404, "code": 20404, "message": "No"}
    assert read["events"] == [{"object_sid": "ES1", "object_type": "list", "error": error}]
