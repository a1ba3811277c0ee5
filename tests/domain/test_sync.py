"""What clients of Sync may read, and what they read."""

import pytest
from msgspec.structs import replace

from domain.scenes import NOBODY, elsewhere, later, talk
from partywire import errors
from partywire.domain import conversations, messages, participants, sync, users
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import MessageChanges
from partywire.model.sync import Content, Span, SyncObject
from partywire.storage import outbox

OF_CONVERSATION: tuple[Content, ...] = ("conversation", "messages", "roster")


async def sid_of(call: Call, identity: str) -> str:
    return (await users.fetch(call, identity)).sid


async def test_what_is_committed_has_its_place_when_that_is_asked_for(call: Call) -> None:
    room = await talk(call, "ann")
    assert await sync.settled(call.resources) == await sync.position(call.resources)
    await participants.delete(call, room.sid, "ann")
    last = await sync.settled(call.resources)
    [event] = await outbox.after(call.database, last - 1, 10)
    assert (event.kind, event.position) == ("participant.removed", last)


@pytest.mark.parametrize("content", OF_CONVERSATION)
async def test_only_who_is_in_a_conversation_sees_it(call: Call, content: Content) -> None:
    room, other = await talk(call, "ann"), await talk(call, "ben")
    ann = await sid_of(call, "ann")
    await sync.check(call, ann, SyncObject(content, room.sid))
    for sid in (other.sid, "CH" + NOBODY):
        with pytest.raises(errors.NotFound):
            await sync.check(call, ann, SyncObject(content, sid))
    with pytest.raises(errors.NotFound):
        await sync.check(await elsewhere(call), ann, SyncObject(content, room.sid))
    await participants.delete(call, room.sid, "ann")
    with pytest.raises(errors.NotFound):
        await sync.check(call, ann, SyncObject(content, room.sid))


async def test_everybody_of_a_service_sees_one_another_but_not_their_conversations(
    call: Call,
) -> None:
    await talk(call, "ann", "ben")
    ann, ben = await sid_of(call, "ann"), await sid_of(call, "ben")
    await sync.check(call, ann, SyncObject("info", ann))
    await sync.check(call, ann, SyncObject("info", ben))
    await sync.check(call, ann, SyncObject("conversations", ann))
    with pytest.raises(errors.NotFound):
        await sync.check(call, ann, SyncObject("conversations", ben))
    with pytest.raises(errors.NotFound):
        await sync.check(call, ann, SyncObject("info", "US" + NOBODY))
    with pytest.raises(errors.NotFound):
        await sync.check(await elsewhere(call), ann, SyncObject("info", ben))


async def test_a_document_shows_the_last_message_that_is_there(call: Call) -> None:
    room = await talk(call, messages_posted=2)
    key = (call.resources, call.service_sid, room.sid)
    found = await sync.document(*key)
    assert found is not None
    assert found.last is not None
    assert found.last.index == 1
    await messages.delete(call, room.sid, found.last.sid)
    found = await sync.document(*key)
    assert found is not None
    assert found.last is not None
    assert found.last.index == 0
    await conversations.delete(call, room.sid)
    assert await sync.document(*key) is None


async def test_a_conversation_whose_time_is_over_is_closed(call: Call) -> None:
    early = replace(call, now=call.now - 600_000)
    changes = ConversationChanges(closed_timer=600_000)
    room = await conversations.create(early, changes)
    found = await sync.document(call.resources, call.service_sid, room.sid)
    assert found is not None
    assert found.conversation.state == "closed"


async def test_a_message_is_read_as_it_is_now(call: Call) -> None:
    room = await talk(call)
    made = await messages.create(call, room.sid, MessageChanges(body="a"))
    key = (call.resources, call.service_sid, room.sid, made.sid)
    assert await sync.message(*key) == made
    await messages.delete(call, room.sid, made.sid)
    assert await sync.message(*key) is None


async def test_lists_and_maps_are_read_from_a_key_on(call: Call) -> None:
    room = await talk(call, "ann", messages_posted=2)
    ann = await sid_of(call, "ann")
    key, span = (call.resources, call.service_sid), Span(None, 1)
    said = await sync.messages(*key, room.sid, span)
    assert ([each.index for each in said.items], said.beyond) == ([0], True)
    (participant,) = (await sync.roster(*key, room.sid, span)).items
    assert participant.identity == "ann"
    assert (await sync.conversations(*key, ann, span)).items == [participant]


async def test_a_user_s_properties(call: Call) -> None:
    await talk(call, "ann")
    found = await sync.properties(call, await sid_of(call, "ann"))
    assert (found.user.identity, found.reachability) == ("ann", None)
    with pytest.raises(errors.NotFound):
        await sync.properties(call, "US" + NOBODY)


async def test_events_of_conversations_and_of_users(call: Call) -> None:
    room = await talk(call, "ann", messages_posted=1)
    await placed(call)
    resources, last = call.resources, await sync.position(call.resources)
    assert last == 4
    found = await sync.of_conversation(resources, room.sid, 0, last, 9)
    assert [each.kind for each in found] == [
        "conversation.added",
        "participant.added",
        "message.added",
    ]
    found = await sync.of_user(resources, await sid_of(call, "ann"), 0, last, 9)
    assert [each.kind for each in found] == ["user.added", "participant.added"]


async def test_who_was_in_a_conversation_that_is_gone(call: Call) -> None:
    room, other = await talk(call, "ann"), await talk(call, "ann", "ben")
    await participants.delete(call, other.sid, "ann")
    await conversations.delete(later(call), room.sid)
    await conversations.delete(later(call), other.sid)
    await placed(call)
    ann, ben = await sid_of(call, "ann"), await sid_of(call, "ben")
    assert await sync.bereft(call.resources, room.sid) == [ann]
    assert await sync.bereft(call.resources, other.sid) == [ben]
    assert await sync.bereft(call.resources, "CH" + NOBODY) == []
    found = await sync.removals(call.resources, call.service_sid, ann, 0, 99, 9)
    assert [each.conversation_sid for each in found] == [room.sid]


async def test_what_is_kept(call: Call) -> None:
    assert await sync.is_kept(call.resources, 0)
    await talk(call)
    await placed(call)
    assert await sync.is_kept(call.resources, 0)


async def placed(call: Call) -> None:
    while await outbox.is_to_place(call.database):
        async with call.database.transaction() as transaction:
            await outbox.place(transaction)
