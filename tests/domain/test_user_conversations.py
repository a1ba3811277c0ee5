"""A user's conversations: listed, read, muted, counted and left."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.scenes import (
    NOBODY,
    close,
    elsewhere,
    kinds,
    later,
    payload,
    refused,
    talk,
    unchanged,
    written,
)
from partywire import errors
from partywire.domain import conversations, messages, participants, user_conversations, users
from partywire.domain.call import Call
from partywire.domain.user_conversations import UNREAD_CAP, unread_messages_count
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.user_conversations import UserConversation, UserConversationChanges
from partywire.model.users import UserChanges

READ_2 = UserConversationChanges(last_read_message_index=2)
NOTHING = UserConversationChanges()
BLANK = UserConversation(*[None] * len(UserConversation.__struct_fields__))  # type: ignore[arg-type]


def seen_as(horizon: int | None, next_index: int, deleted: int = 0) -> UserConversation:
    return replace(
        BLANK,
        last_read_message_index=horizon,
        next_message_index=next_index,
        unread_deleted=deleted,
    )


@settings(deadline=None)
@given(st.sets(st.integers(0, 40)), st.integers(0, 50), st.integers(0, 41))
def test_messages_above_the_horizon_that_are_there_are_unread(
    deleted: set[int], horizon: int, next_index: int
) -> None:
    there = set(range(next_index)) - deleted
    gone = [index for index in deleted if horizon < index < next_index]
    counted = unread_messages_count(seen_as(horizon, next_index, len(gone)))
    assert counted == len([index for index in there if index > horizon])


@settings(deadline=None)
@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**12))
def test_the_unread_count_is_never_negative_and_at_most_1000(
    horizon: int, next_index: int, deleted: int
) -> None:
    counted = unread_messages_count(seen_as(horizon, next_index, deleted))
    assert counted is not None
    assert 0 <= counted <= 1000


@settings(deadline=None)
@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_who_never_set_a_horizon_has_no_unread_count(next_index: int, deleted: int) -> None:
    assert unread_messages_count(seen_as(None, next_index, deleted)) is None


@pytest.mark.parametrize(
    ("above", "expected"), [(-7, 0), (0, 0), (1, 1), (999, 999), (1000, 1000), (1001, 1000)]
)
def test_the_unread_count_stops_at_the_cap(above: int, expected: int) -> None:
    assert UNREAD_CAP == 1000
    assert unread_messages_count(seen_as(9, 10 + above)) == expected


async def test_a_user_sees_the_conversation_and_their_own_side_of_it(call: Call) -> None:
    changes = ConversationChanges(unique_name="general", friendly_name="G", closed_timer=600_000)
    room = await talk(call, "ada", messages_posted=4, changes=changes)
    ada = await participants.fetch(call, room.sid, "ada")
    seen = await user_conversations.fetch(call, "ada", "general")
    assert seen == UserConversation(
        conversation_sid=room.sid,
        participant_sid=ada.sid,
        user_sid=ada.user_sid or "",
        friendly_name="G",
        unique_name="general",
        attributes="{}",
        conversation_state="active",
        date_inactive=None,
        date_closed=room.date_closed,
        created_by="system",
        date_created=room.date_created,
        date_updated=room.date_updated,
        notification_level="default",
        last_read_message_index=None,
        next_message_index=4,
        unread_deleted=0,
    )
    assert await user_conversations.fetch(call, seen.user_sid, room.sid) == seen


async def test_unread_counts_what_is_there_however_deletions_lie(call: Call) -> None:
    room = await talk(call, "ada", messages_posted=6)
    made = (await messages.page(call, room.sid, "asc", PageRequest(10))).items
    await user_conversations.update(call, "ada", room.sid, READ_2)
    for index, expected in ((1, 3), (2, 3), (4, 2), (5, 1), (3, 0)):
        await messages.delete(call, room.sid, made[index].sid)
        seen = await user_conversations.fetch(call, "ada", room.sid)
        assert unread_messages_count(seen) == expected
    await messages.create(call, room.sid, MessageChanges(body="new", author="ada"))
    seen = await user_conversations.fetch(call, "ada", room.sid)
    assert unread_messages_count(seen) == 1


async def test_a_list_and_a_fetch_tell_the_same(call: Call) -> None:
    rooms = [await talk(call, "ada", messages_posted=n) for n in range(3)]
    await talk(call, "bob")
    await close(call, rooms[1].sid)
    for room in rooms:
        await user_conversations.update(call, "ada", room.sid, READ_2)
    first = await user_conversations.page(call, "ada", PageRequest(2))
    rest = await user_conversations.page(call, "ada", PageRequest(2, first.next))
    fetched = [await user_conversations.fetch(call, "ada", room.sid) for room in rooms]
    assert first.items + rest.items == fetched
    assert rest.next is None


async def test_moving_the_horizon_reads_now_and_leaves_the_conversation_alone(call: Call) -> None:
    room = await talk(call, "ada", messages_posted=4)
    async with written(later(call)) as found:
        seen = await user_conversations.update(later(call), "ada", room.sid, READ_2)
    ada = await participants.fetch(call, room.sid, "ada")
    assert (ada.last_read_message_index, ada.last_read_timestamp) == (2, later(call).now)
    assert ada.date_updated == later(call).now
    assert (seen.last_read_message_index, unread_messages_count(seen)) == (2, 1)
    assert await conversations.fetch(call, room.sid) == room
    assert (kinds(found), found[0].payload) == (["participant.updated"], payload(ada))


@pytest.mark.parametrize("index", [0, 1, 9, 2**53], ids=["back", "back by one", "beyond", "far"])
async def test_the_horizon_may_be_anywhere(call: Call, index: int) -> None:
    room = await talk(call, "ada", messages_posted=4)
    await user_conversations.update(call, "ada", room.sid, READ_2)
    changes = UserConversationChanges(last_read_message_index=index)
    seen = await user_conversations.update(call, "ada", room.sid, changes)
    assert seen.last_read_message_index == index
    assert unread_messages_count(seen) == max(0, 3 - index)


async def test_a_cleared_horizon_was_never_set(call: Call) -> None:
    room = await talk(call, "ada", messages_posted=4)
    await user_conversations.update(call, "ada", room.sid, READ_2)
    cleared = UserConversationChanges(last_read_message_index=None)
    seen = await user_conversations.update(call, "ada", room.sid, cleared)
    assert unread_messages_count(seen) is None
    assert (await participants.fetch(call, room.sid, "ada")).last_read_timestamp is None


async def test_a_timestamp_alone_leaves_the_index(call: Call) -> None:
    room = await talk(call, "ada", messages_posted=4)
    await user_conversations.update(call, "ada", room.sid, READ_2)
    changes = UserConversationChanges(last_read_timestamp=7)
    await user_conversations.update(call, "ada", room.sid, changes)
    ada = await participants.fetch(call, room.sid, "ada")
    assert (ada.last_read_message_index, ada.last_read_timestamp) == (2, 7)


async def test_muting_touches_nothing_but_the_level(call: Call) -> None:
    room = await talk(call, "ada", "bob", messages_posted=4)
    before = await user_conversations.update(call, "ada", room.sid, READ_2)
    muted = UserConversationChanges(notification_level="muted")
    after = await user_conversations.update(call, "ada", room.sid, muted)
    assert after == replace(before, notification_level="muted")
    bob = await user_conversations.fetch(call, "bob", room.sid)
    assert (bob.notification_level, bob.last_read_message_index) == ("default", None)


async def test_an_empty_update_changes_nothing(call: Call) -> None:
    room = await talk(call, "ada")
    before = await user_conversations.fetch(call, "ada", room.sid)
    with unchanged(call):
        assert await user_conversations.update(later(call), "ada", room.sid, NOTHING) == before


async def test_a_closed_conversation_can_be_read_muted_and_left(call: Call) -> None:
    room = await talk(call, "ada", messages_posted=4)
    await close(call, room.sid)
    changes = UserConversationChanges(last_read_message_index=2, notification_level="muted")
    seen = await user_conversations.update(call, "ada", room.sid, changes)
    assert (seen.conversation_state, seen.notification_level) == ("closed", "muted")
    await user_conversations.delete(call, "ada", room.sid)
    assert (await user_conversations.page(call, "ada", PageRequest(10))).items == []


async def test_who_leaves_is_gone_for_good_and_the_others_stay(call: Call) -> None:
    room = await talk(call, "ada", "bob")
    ada = await participants.fetch(call, room.sid, "ada")
    async with written(call) as found:
        await user_conversations.delete(call, "ada", room.sid)
    assert (kinds(found), found[0].payload) == (["participant.removed"], payload(ada))
    assert found[0].conversation_sid == room.sid
    with refused(call, errors.NotFound):
        await user_conversations.delete(call, "ada", room.sid)
    left = (await participants.page(call, room.sid, PageRequest(10))).items
    assert [one.identity for one in left] == ["bob"]


@pytest.mark.parametrize("user_key", ["ada", "cy", "US" + NOBODY])
@pytest.mark.parametrize("conversation_key", ["here", "other", "CH" + NOBODY])
async def test_what_is_not_a_user_s_conversation_is_not_found(
    call: Call, user_key: str, conversation_key: str
) -> None:
    await talk(call, "ada", changes=ConversationChanges(unique_name="mine"))
    await talk(call, changes=ConversationChanges(unique_name="here"))
    with refused(call, errors.NotFound):
        await user_conversations.fetch(call, user_key, conversation_key)
    for changes in (NOTHING, READ_2):
        with refused(call, errors.NotFound):
            await user_conversations.update(call, user_key, conversation_key, changes)
    with refused(call, errors.NotFound):
        await user_conversations.delete(call, user_key, conversation_key)


async def test_another_service_s_user_sees_nothing_here(call: Call) -> None:
    room = await talk(call, "ada")
    ada = await users.fetch(call, "ada")
    there = await elsewhere(call)
    with refused(call, errors.NotFound):
        await user_conversations.page(there, ada.sid, PageRequest(10))
    with refused(call, errors.NotFound):
        await user_conversations.update(there, ada.sid, room.sid, READ_2)


@pytest.mark.parametrize("user_key", ["ada", "US" + NOBODY])
async def test_the_list_of_nobody_is_not_found(call: Call, user_key: str) -> None:
    with refused(call, errors.NotFound):
        await user_conversations.page(call, user_key, PageRequest(10))


async def test_a_user_without_conversations_has_an_empty_list(call: Call) -> None:
    await users.create(call, "ada", UserChanges())
    assert (await user_conversations.page(call, "ada", PageRequest(10))).items == []
