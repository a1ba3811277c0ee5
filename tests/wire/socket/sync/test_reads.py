"""Reading objects and their items: the shapes, the pages, and who may."""

from typing import Any

import pytest

from domain.scenes import talk
from partywire.domain import messages
from partywire.domain.call import Call
from partywire.domain.messages import fetch as fetch_message
from partywire.model.pages import PageRequest
from wire.socket.sync.clients import Socket, placed
from wire.socket.sync.conftest import Opens

ROOT = "https://cds.us1.twilio.com/v3"
FIELDS = {
    "sid",
    "unique_name",
    "account_sid",
    "service_sid",
    "created_by",
    "url",
    "revision",
    "last_event_id",
    "date_created",
    "date_updated",
    "date_expires",
}


async def test_a_document(call: Call, opens: Opens) -> None:
    room = await talk(call, "ann", messages_posted=1)
    await placed(call)
    ann = await opens("ann")
    shown = await ann.get(f"/v3/Documents/{room.sid}.channel")
    assert set(shown) == FIELDS | {"data"}
    assert shown["sid"] == "ET" + room.sid[2:]
    assert shown["unique_name"] == f"{room.sid}.channel"
    assert shown["url"] == f"{ROOT}/Documents/{shown['sid']}"
    assert shown["service_sid"] == call.service_sid
    assert isinstance(shown["revision"], str)
    assert shown["last_event_id"] > 0
    assert shown["date_created"] == "2026-01-01T12:00:00.000Z"
    assert shown["data"]["lastMessage"] == {"index": 0, "timestamp": "2026-01-01T12:00:00.000Z"}


@pytest.mark.parametrize("by", ["name", "sid", "url"])
async def test_an_object_is_found_by_name_sid_and_url(call: Call, opens: Opens, by: str) -> None:
    room = await talk(call, "ann")
    ann = await opens("ann")
    named = await ann.get(f"/v3/Lists/{room.sid}.messages")
    path = {
        "name": f"/v3/Lists/{named['unique_name']}",
        "sid": f"/v3/Services/{call.service_sid}/Lists/{named['sid']}",
        "url": named["url"].removeprefix("https://cds.us1.twilio.com"),
    }[by]
    found = await ann.get(path)
    assert found["sid"] == named["sid"]
    assert found["links"] == {"items": f"{ROOT}/Lists/{named['sid']}/Items"}


async def test_a_map_with_its_items(call: Call, opens: Opens) -> None:
    ann = await opens("ann")
    shown = await ann.get(f"/v3/Maps/{ann.connection.user_sid}.info", Include="items")
    assert set(shown) == FIELDS | {"links", "items"}
    assert {item["key"]: item["data"] for item in shown["items"]} == {
        "attributes": {"value": "{}"},
        "friendlyName": {"value": None},
    }
    for item in shown["items"]:
        assert item["last_event_id"] == shown["last_event_id"]
        assert item["url"] == f"{shown['links']['items']}/{item['key']}"


@pytest.fixture
async def ann(call: Call, opens: Opens) -> Socket:
    """Somebody in a conversation with the messages 0, 1, 3, 4 and 5, and others who are in it."""
    room = await talk(call, "ann", "ben", "cleo", messages_posted=6)
    found = await messages.page(call, room.sid, "asc", PageRequest(9))
    await messages.delete(call, room.sid, found.items[2].sid)
    for _ in range(2):
        await talk(call, "ann")
    socket = await opens("ann")
    socket.room = room.sid  # type: ignore[attr-defined]
    return socket


async def page(socket: Socket, **query: object) -> tuple[list[Any], bool, bool]:
    room: str = socket.room  # type: ignore[attr-defined]
    shown = await socket.get(f"/v3/Lists/{room}.messages/Items", HideExpired="true", **query)
    meta = shown["meta"]
    return (
        [item["index"] for item in shown["items"]],
        bool(meta["previous_token"]),
        bool(meta["next_token"]),
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ([0, 1, 3, 4, 5], False, False)),
        ({"PageSize": 2}, ([0, 1], False, True)),
        ({"PageSize": 2, "From": 1}, ([1, 3], True, True)),
        ({"PageSize": 2, "From": 2}, ([3, 4], True, True)),
        ({"From": 0}, ([0, 1, 3, 4, 5], False, False)),
        ({"From": 9}, ([], True, False)),
        ({"Order": "desc", "PageSize": 2}, ([5, 4], False, True)),
        ({"Order": "desc", "From": 3}, ([3, 1, 0], True, False)),
        ({"Order": "desc", "From": 10**30, "PageSize": 1}, ([5], False, True)),
        ({"Index": 3}, ([3], True, True)),
        ({"Index": 0}, ([0], False, True)),
        ({"Index": 2}, ([], True, True)),
        ({"Index": 9}, ([], True, False)),
        ({"PageSize": 0}, ([0], False, True)),
        ({"PageSize": 1000}, ([0, 1, 3, 4, 5], False, False)),
    ],
)
async def test_pages_of_a_list(ann: Socket, query: dict[str, Any], expected: object) -> None:
    assert await page(ann, **query) == expected


@pytest.mark.parametrize("suffix", ["roster", "channels", "info"])
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_pages_of_a_map_meet(ann: Socket, suffix: str, order: str) -> None:
    owner = {
        "roster": ann.room,  # type: ignore[attr-defined]
        "channels": "ann",
        "info": ann.connection.user_sid,
    }[suffix]
    path = f"/v3/Maps/{owner}.{suffix}/Items"
    whole = (await ann.get(path, Order=order))["items"]
    keys = [item["key"] for item in whole]
    assert keys == sorted(keys, reverse=order == "desc")
    for place, key in enumerate(keys):
        shown = await ann.get(path, Order=order, From=key, PageSize=1)
        assert [item["key"] for item in shown["items"]] == [key]
        assert bool(shown["meta"]["previous_token"]) == (place > 0)
        assert bool(shown["meta"]["next_token"]) == (key != keys[-1])
        only = await ann.get(path, Key=key)
        assert [item["key"] for item in only["items"]] == [key]
    assert (await ann.get(path, Key="nobody"))["items"] == []


@pytest.mark.parametrize(
    "query",
    [{"From": "x"}, {"PageSize": "x"}, {"Order": "up"}, {"PageToken": "x"}, {"Index": ""}],
)
async def test_what_is_no_page_is_refused(ann: Socket, query: dict[str, Any]) -> None:
    room: str = ann.room  # type: ignore[attr-defined]
    status, body = await ann.ask("GET", f"/v3/Lists/{room}.messages/Items", **query)
    assert (status, body["status"]) == (400, 400)


async def test_what_others_have_is_not_there(call: Call, opens: Opens) -> None:
    room = await talk(call, "ben")
    eve = await opens("eve")
    for path in (
        f"Documents/{room.sid}.channel",
        f"Documents/ET{room.sid[2:]}",
        f"Lists/{room.sid}.messages",
        f"Lists/{room.sid}.messages/Items",
        f"Maps/{room.sid}.roster",
        f"Maps/{room.sid}.roster/Items",
        f"Maps/MP1{room.sid[3:]}/Items",
        "Maps/ben.channels",
        "Maps/ben.channels/Items",
        f"Maps/MP3{(await opens('ben')).connection.user_sid[3:]}",
        "Maps/nobody.info",
    ):
        status, body = await eve.ask("GET", f"/v3/{path}")
        assert (status, body["code"]) == (404, 20404), path


async def test_a_read_is_never_said_to_be_newer_than_it_is(call: Call, opens: Opens) -> None:
    room = await talk(call, "ann", messages_posted=1)
    await placed(call)
    ann = await opens("ann")
    before = await ann.get(f"/v3/Documents/{room.sid}.channel")
    (said,) = (await messages.page(call, room.sid, "asc", PageRequest(1))).items
    await messages.delete(call, room.sid, (await fetch_message(call, room.sid, said.sid)).sid)
    await placed(call)
    after = await ann.get(f"/v3/Documents/{room.sid}.channel")
    assert after["last_event_id"] > before["last_event_id"]
    assert after["data"]["lastMessage"] is None
