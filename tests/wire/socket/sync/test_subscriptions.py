"""Subscriptions: what was missed is replayed, then comes what happens, without a gap."""

import msgspec
import pytest

from delivery.nodes import until
from domain.scenes import NOBODY, talk
from partywire.domain import conversations, messages, participants, user_conversations, users
from partywire.domain.call import Call
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant
from partywire.model.sync import SyncObject
from partywire.model.user_conversations import UserConversationChanges
from partywire.wire.socket.sync import names, subscriptions
from partywire.wire.socket.upstream import Request
from wire.socket.sync.clients import Node, Told, placed
from wire.socket.sync.conftest import Opens

ANSWER = {"max_batch_size": 1000, "ttl_in_s": 86400, "estimated_delivery_in_ms": 10000}


def kinds(told: list[Told]) -> list[str]:
    return [each["event_type"] for each in told]


async def test_a_subscription_is_established(opens: Opens) -> None:
    ann = await opens("ann")
    root = await ann.get("/v3/Maps/ann.channels")
    assert await ann.subscribe({root["sid"]: root["last_event_id"]}) == (202, ANSWER)
    (told,) = ann.told
    (event,) = told["events"]
    assert event.pop("last_event_id") >= root["last_event_id"]
    assert event == {
        "object_sid": root["sid"],
        "object_type": "map",
        "replay_status": "completed",
    }
    told.pop("events")
    assert told == {
        "event_type": "subscription_established",
        "event_protocol_version": 4,
        "correlation_id": 1,
    }


async def test_what_was_missed_comes_before_the_subscription_is_established(
    call: Call, opens: Opens
) -> None:
    room = await talk(call, "ann", messages_posted=1)
    await placed(call)
    ann = await opens("ann")
    listed = await ann.get(f"/v3/Lists/{room.sid}.messages")
    await messages.create(call, room.sid, MessageChanges(body="missed"))
    await placed(call)
    await ann.subscribe({listed["sid"]: listed["last_event_id"]})
    assert kinds(ann.told) == ["list_item_added", "subscription_established"]
    assert ann.told[0]["correlation_id"] == 1
    event = ann.told[0]["events"][0]
    assert event["list_sid"] == listed["sid"]
    assert (event["item_index"], event["item_data"]["text"]) == (1, "missed")
    assert event["id"] > listed["last_event_id"]


async def test_without_a_last_id_nothing_is_replayed_but_what_comes_is_told(
    call: Call, opens: Opens
) -> None:
    room = await talk(call, "ann", messages_posted=2)
    await placed(call)
    ann = await opens("ann")
    listed = await ann.get(f"/v3/Lists/{room.sid}.messages")
    await ann.subscribe({listed["sid"]: None})
    assert ann.types == []
    await messages.create(call, room.sid, MessageChanges(body="live"))
    await until(lambda: bool(ann.types))
    assert ann.types == ["list_item_added"]
    assert "correlation_id" not in ann.told[-1]
    assert ann.told[-1]["events"][0]["item_data"]["text"] == "live"


async def test_what_is_canceled_is_told_no_more(call: Call, opens: Opens) -> None:
    room = await talk(call, "ann")
    ann, ben = await opens("ann"), await opens("ann")
    for socket in (ann, ben):
        listed = await socket.get(f"/v3/Lists/{room.sid}.messages")
        await socket.subscribe({listed["sid"]: None})
    await ann.subscribe({listed["sid"]: None}, "cancel")
    assert kinds(ann.told)[-1] == "subscription_canceled"
    assert ann.told[-1]["correlation_id"] == 2
    await messages.create(call, room.sid, MessageChanges(body="live"))
    await until(lambda: "list_item_added" in ben.types)
    assert "list_item_added" not in ann.types


@pytest.mark.parametrize(("action", "count"), [("establish", 3), ("cancel", 1)])
async def test_the_answer_goes_before_all_that_follows_from_it(
    opens: Opens, node: Node, action: str, count: int
) -> None:
    ann = await opens("ann")
    mine = await ann.get("/v3/Maps/ann.channels")
    wanted = [{"object_sid": sid} for sid in (mine["sid"], "ET" + NOBODY, "")]
    body = msgspec.json.encode({"action": action, "requests": wanted})
    request = Request("POST", "/v4/Subscriptions", body=body)
    answer = await node.upstream.handle(ann.connection, request)
    assert (answer.status, ann.told) == (202, [])
    await node.upstream.go_on(request, answer)
    await until(lambda: len(ann.told) == count)


@pytest.mark.parametrize("suffix", ["channel", "messages", "roster"])
async def test_objects_of_other_peoples_conversations_are_not_there(
    call: Call, opens: Opens, suffix: str
) -> None:
    room = await talk(call, "ben")
    ann = await opens("ann")
    found = next(
        thing
        for kind in ("document", "list", "map")
        if (thing := names.find(kind, f"{room.sid}.{suffix}", "", "")) is not None  # type: ignore[arg-type]
    )
    status, _ = await ann.subscribe({names.sid_of(found): 0})
    assert status == 202
    (told,) = ann.told
    assert told["event_type"] == "subscription_failed"
    (event,) = told["events"]
    assert event["object_sid"] == names.sid_of(found)
    assert event["error"]["status"] == 404
    await messages.create(call, room.sid, MessageChanges(body="secret"))
    await placed(call)
    assert kinds(ann.told) == ["subscription_failed"]


async def test_what_cannot_be_is_not_there_either(call: Call, opens: Opens) -> None:
    ann = await opens("ann")
    ben = names.sid_of(SyncObject("conversations", (await opens("ben")).connection.user_sid))
    nowhere = ["ET" + NOBODY, "ES0" + NOBODY[1:], "MP2" + NOBODY[1:], "", "MP", ben]
    await ann.subscribe(dict.fromkeys(nowhere))
    assert sorted(each["events"][0]["object_sid"] for each in ann.told) == sorted(nowhere)
    assert set(kinds(ann.told)) == {"subscription_failed"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "establish"},
        {"action": "steal", "requests": []},
        {"action": "establish", "requests": [{}]},
        {"action": "establish", "requests": [{"object_sid": "ES1", "last_event_id": -1}]},
        {"action": "establish", "requests": [{"object_sid": "ES1", "last_event_id": 2**70}]},
        {"action": "establish", "requests": [{"object_sid": "ES1"}] * 1001},
        [],
    ],
)
async def test_what_is_no_request_is_refused(opens: Opens, body: object) -> None:
    ann = await opens("ann")
    status, answer = await ann.ask("POST", "/v4/Subscriptions", body)
    assert (status, answer["status"]) == (400, 400)
    assert ann.told == []


async def test_a_socket_cannot_have_any_number(
    opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "_MOST_OF_A_SOCKET", 1)
    ann = await opens("ann")
    mine = await ann.get("/v3/Maps/ann.channels")
    assert (await ann.subscribe({mine["sid"]: None}))[0] == 202
    assert (await ann.subscribe({mine["sid"]: None}))[0] == 400


async def test_who_is_taken_out_hears_of_it_in_their_map_and_nothing_more_from_there(
    call: Call, opens: Opens
) -> None:
    room = await talk(call, "ann", "ben")
    ann, ben = await opens("ann"), await opens("ben")
    for socket in (ann, ben):
        mine = await socket.get(f"/v3/Maps/{socket.connection.identity}.channels")
        listed = await socket.get(f"/v3/Lists/{room.sid}.messages")
        await socket.subscribe({mine["sid"]: None, listed["sid"]: None})
    await participants.delete(call, room.sid, "ann")
    await messages.create(call, room.sid, MessageChanges(body="without ann"))
    await until(lambda: "list_item_added" in ben.types)
    assert ann.types == ["map_item_removed"]
    assert ann.told[-1]["events"][0]["item_key"] == room.sid
    status, _ = await ann.ask("GET", f"/v3/Lists/{room.sid}.messages")
    assert status == 404


async def test_who_joins_again_sees_what_happens_again(call: Call, opens: Opens) -> None:
    room = await talk(call, "ann")
    ann = await opens("ann")
    mine = await ann.get("/v3/Maps/ann.channels")
    await ann.subscribe({mine["sid"]: None})
    await participants.delete(call, room.sid, "ann")
    await participants.create(call, room.sid, NewParticipant(identity="ann"))
    await until(lambda: len(ann.types) == 2)
    assert ann.types == ["map_item_removed", "map_item_added"]
    listed = await ann.get(f"/v3/Lists/{room.sid}.messages")
    await ann.subscribe({listed["sid"]: listed["last_event_id"]})
    await messages.create(call, room.sid, MessageChanges(body="hello again"))
    await until(lambda: "list_item_added" in ann.types)


async def test_a_conversation_that_is_deleted_leaves_the_maps_of_who_was_in_it(
    call: Call, opens: Opens
) -> None:
    room = await talk(call, "ann", "ben")
    await talk(call, "eve")
    sockets = {name: await opens(name) for name in ("ann", "ben", "eve")}
    for name, socket in sockets.items():
        mine = await socket.get(f"/v3/Maps/{name}.channels")
        await socket.subscribe({mine["sid"]: None})
    document = await sockets["ann"].get(f"/v3/Documents/{room.sid}.channel")
    await sockets["ann"].subscribe({document["sid"]: None})
    await conversations.delete(call, room.sid)
    await until(lambda: bool(sockets["ann"].types and sockets["ben"].types))
    # The SDK would say it twice if it were told twice.
    assert sockets["ann"].types == ["map_item_removed"]
    assert sockets["ben"].types == ["map_item_removed"]
    assert sockets["eve"].types == []


async def test_who_has_no_map_of_conversations_is_told_that_the_object_is_gone(
    call: Call, opens: Opens
) -> None:
    room = await talk(call, "ann")
    ann = await opens("ann")
    document = await ann.get(f"/v3/Documents/{room.sid}.channel")
    await ann.subscribe({document["sid"]: None})
    await conversations.delete(call, room.sid)
    await until(lambda: bool(ann.types))
    assert ann.types == ["document_removed"]


async def test_who_comes_back_learns_what_they_left_and_what_is_gone(
    call: Call, opens: Opens
) -> None:
    left, gone, kept = [await talk(call, "ann") for _ in range(3)]
    await placed(call)
    ann = await opens("ann")
    mine = await ann.get("/v3/Maps/ann.channels")
    document = await ann.get(f"/v3/Documents/{gone.sid}.channel")
    await participants.delete(call, left.sid, "ann")
    await conversations.delete(call, gone.sid)
    joined = await talk(call, "ann")
    await user_conversations.update(
        call, "ann", kept.sid, UserConversationChanges(notification_level="muted")
    )
    await placed(call)
    await ann.subscribe({sid["sid"]: sid["last_event_id"] for sid in (mine, document)})
    told = {
        event.get("item_key"): (each["event_type"], event)
        for each in ann.told
        for event in each["events"]
        if "item_key" in event
    }
    assert {key: kind for key, (kind, _) in told.items()} == {
        left.sid: "map_item_removed",
        gone.sid: "map_item_removed",
        joined.sid: "map_item_added",
        kept.sid: "map_item_updated",
    }
    assert told[kept.sid][1]["item_data"]["notificationLevel"] == "muted"
    assert "subscription_failed" in kinds(ann.told)


async def test_others_properties_are_told(call: Call, opens: Opens) -> None:
    ann, ben = await opens("ann"), await opens("ben")
    info = await ann.get(f"/v3/Maps/{ben.connection.user_sid}.info", Include="items")
    await ann.subscribe({info["sid"]: info["last_event_id"]})
    ann.told.clear()
    await users.update(call, "ben", users.UserChanges(friendly_name="Ben"))
    await until(lambda: len(ann.types) >= 2)
    changed = {each["events"][0]["item_key"]: each["events"][0]["item_data"] for each in ann.told}
    assert changed["friendlyName"] == {"value": "Ben"}
    await users.delete(call, "ben")
    await until(lambda: ann.types[-1] == "map_removed")
