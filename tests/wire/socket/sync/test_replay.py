"""Replay: what a client has missed, from the events or from the state where they are gone."""

from typing import Any

import pytest

from domain.scenes import talk
from partywire.domain import (
    conversations,
    messages,
    participants,
    sync,
    user_conversations,
    users,
)
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.sync import Content, SyncObject
from partywire.model.user_conversations import UserConversationChanges
from partywire.model.users import UserChanges
from partywire.storage import outbox
from partywire.wire.socket.sync import replay as module
from partywire.wire.socket.sync.replay import replay
from storage import rows

Told = list[tuple[str, Any]]


async def position(call: Call) -> int:
    """Of the last event, once all have their places."""
    while await outbox.is_to_place(call.database):
        async with call.database.transaction() as transaction:
            await outbox.place(transaction)
    return await sync.position(call.resources)


async def missed(call: Call, after: int, until: int, *things: SyncObject) -> Told:
    """How and of which item something is told, in order."""
    copies = dict.fromkeys(things, after)
    return [
        (change.how, change.key)
        async for _, portion in replay(call, copies, until)
        for change in portion
    ]


async def user_sid(call: Call, identity: str) -> str:
    return (await users.fetch(call, identity)).sid


async def test_who_is_not_behind_is_told_nothing(call: Call) -> None:
    room = await talk(call, "ann")
    last = await position(call)
    assert await missed(call, last, last, SyncObject("messages", room.sid)) == []
    assert await missed(call, last + 9, last, SyncObject("conversation", room.sid)) == []


@pytest.mark.parametrize("portion", [1, 2, 500])
async def test_messages_that_came_changed_and_went(
    call: Call, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr(module, "_PAGE", portion)
    room = await talk(call, "ann", messages_posted=3)
    after = await position(call)
    first, second, _ = (await messages.page(call, room.sid, "asc", PageRequest(3))).items
    await messages.update(call, room.sid, first.sid, MessageChanges(body="edited"))
    await messages.delete(call, room.sid, second.sid)
    await messages.create(call, room.sid, MessageChanges(body="new"))
    until = await position(call)
    told = await missed(call, after, until, SyncObject("messages", room.sid))
    assert told == [("updated", 0), ("removed", 1), ("added", 3)]
    # What happened later is told live.
    assert await missed(call, after, until - 1, SyncObject("messages", room.sid)) == told[:2]


@pytest.mark.parametrize("portion", [1, 2, 3, 500])
async def test_conversations_that_came_changed_and_went(
    call: Call, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr(module, "_PAGE", portion)
    muted, left, gone = [await talk(call, "ann") for _ in range(3)]
    after, ann = await position(call), await user_sid(call, "ann")
    changes = UserConversationChanges(notification_level="muted")
    await user_conversations.update(call, "ann", muted.sid, changes)
    await conversations.delete(call, gone.sid)
    first = await talk(call, "ann")
    await participants.delete(call, left.sid, "ann")
    second = await talk(call, "ann")
    until = await position(call)
    told = await missed(call, after, until, SyncObject("conversations", ann))
    assert told == [
        ("updated", muted.sid),
        ("removed", gone.sid),
        ("added", first.sid),
        ("removed", left.sid),
        ("added", second.sid),
    ]
    # What happened later is told live.
    told_before = await missed(call, after, until - 1, SyncObject("conversations", ann))
    assert told_before == told[:4]


async def test_each_object_of_a_conversation_has_its_own_past(call: Call) -> None:
    room = await talk(call, "ann")
    after = await position(call)
    await messages.create(call, room.sid, MessageChanges(body="one"))
    between = await position(call)
    await messages.create(call, room.sid, MessageChanges(body="two"))
    until = await position(call)
    listed, document = SyncObject("messages", room.sid), SyncObject("conversation", room.sid)
    found = [
        (thing, [(change.id, change.how, change.key) for change in portion])
        async for thing, portion in replay(call, {listed: between, document: after}, until)
    ]
    assert sorted(found, key=str) == sorted(
        [(listed, [(until, "added", 1)]), (document, [(until, "updated", None)])], key=str
    )


async def test_what_does_not_change_an_object_is_not_told(call: Call) -> None:
    room = await talk(call, "ann", messages_posted=1)
    after = await position(call)
    (said,) = (await messages.page(call, room.sid, "asc", PageRequest(1))).items
    await messages.update(call, room.sid, said.sid, MessageChanges(body="edited"))
    until = await position(call)
    for content in ("conversation", "roster"):
        assert await missed(call, after, until, SyncObject(content, room.sid)) == []  # type: ignore[arg-type]


async def test_properties_are_told_as_they_are(call: Call) -> None:
    await talk(call, "ann")
    after, ann = await position(call), await user_sid(call, "ann")
    await users.update(call, "ann", UserChanges(friendly_name="Ann"))
    until, thing = await position(call), SyncObject("info", ann)
    told = await missed(call, after, until, thing)
    assert told == [("updated", "attributes"), ("updated", "friendlyName")]
    await users.delete(call, "ann")
    assert await missed(call, after, until, thing) == []


async def forget(call: Call) -> int:
    """Prunes all events but the newest, whose position is returned."""
    last = await position(call)
    async with call.database.transaction() as transaction:
        await rows.everybody_has_read(transaction)
        await outbox.prune(transaction, call.now + 1, 10**6)
    return last


@pytest.mark.parametrize("portion", [2, 500])
async def test_where_the_events_are_gone_the_state_is_told(
    call: Call, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr(module, "_PAGE", portion)
    room = await talk(call, "ann", "ben", messages_posted=4)
    other = await talk(call, "ann", changes=ConversationChanges(friendly_name="other"))
    after = 1
    said = (await messages.page(call, room.sid, "asc", PageRequest(9))).items
    await messages.delete(call, room.sid, said[1].sid)
    await messages.delete(call, room.sid, said[2].sid)
    until = await forget(call)

    async def told(content: Content, owner: str) -> set[tuple[str, Any]]:
        return set(await missed(call, after, until, SyncObject(content, owner)))

    assert await missed(call, after, until, SyncObject("messages", room.sid)) == [
        ("added", 0),
        ("removed", 1),
        ("removed", 2),
        ("added", 3),
    ]
    assert await told("conversation", room.sid) == {("updated", None)}
    people = (await participants.page(call, room.sid, PageRequest(9))).items
    assert await told("roster", room.sid) == {("added", each.sid) for each in people}
    ann = await user_sid(call, "ann")
    assert await told("conversations", ann) == {("added", room.sid), ("added", other.sid)}
    assert await told("info", ann) == {("updated", "attributes"), ("updated", "friendlyName")}
    assert await missed(call, until - 1, until, SyncObject("roster", other.sid)) == []


async def test_an_empty_conversation_without_events_has_nothing_to_tell(call: Call) -> None:
    room = await talk(call)
    await talk(call)
    until = await forget(call)
    assert await missed(call, 0, until, SyncObject("messages", room.sid)) == []
