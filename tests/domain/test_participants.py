"""Participants: who is in a conversation, and how far they have read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET
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
from partywire import errors, sids
from partywire.config import Limits
from partywire.domain import messages, participants, services, users
from partywire.domain.call import Call
from partywire.domain.participants import with_whole_horizon
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.participants import NewParticipant, ParticipantChanges
from partywire.model.users import UserChanges

TOO_MUCH = '"' + "x" * 4 * 1024 + '"'
NOTHING = ParticipantChanges()

UNACCEPTABLE = pytest.mark.parametrize(
    ("changes", "error"),
    [
        (ParticipantChanges(attributes="{"), errors.AttributesNotJson),
        (ParticipantChanges(attributes=TOO_MUCH), errors.AttributesTooLong),
        (ParticipantChanges(role_sid="RL" + NOBODY), errors.ConversationRoleNotFound),
    ],
    ids=["broken attributes", "long attributes", "no such role"],
)


def joining(identity: str | None, changes: ParticipantChanges = NOTHING) -> NewParticipant:
    """Somebody who joins with what could be changed later too."""
    named = {} if identity is None else {"identity": identity}
    return NewParticipant(**named, **changes.given())


def with_limits(call: Call, limits: Limits) -> Call:
    config = replace(call.resources.config, limits=limits)
    return replace(call, resources=replace(call.resources, config=config))


async def test_a_participant_starts_plain_and_has_read_nothing(call: Call) -> None:
    room = await talk(call)
    made = await participants.create(call, room.sid, joining("ada"))
    service = await services.fetch(call, call.service_sid)
    assert sids.is_sid(made.sid, sids.PARTICIPANT)
    assert made.user_sid == (await users.fetch(call, "ada")).sid
    assert (made.conversation_sid, made.identity) == (room.sid, "ada")
    assert made.role_sid == service.default_conversation_role_sid
    assert (made.attributes, made.notification_level) == ("{}", "default")
    assert (made.last_read_message_index, made.last_read_timestamp) == (None, None)
    assert made.date_created == made.date_updated == call.now
    assert await participants.fetch(call, room.sid, "ada") == made


async def test_a_participant_takes_what_is_given_at_birth(call: Call) -> None:
    room = await talk(call)
    service = await services.fetch(call, call.service_sid)
    given = ParticipantChanges(
        attributes="[1]",
        role_sid=service.default_conversation_creator_role_sid,
        date_created=1000,
        date_updated=2000,
    )
    made = await participants.create(call, room.sid, joining("ada", given))
    assert given.applied_to(made) == made
    assert await participants.fetch(call, room.sid, made.sid) == made


async def test_an_unknown_identity_becomes_a_user_first(call: Call) -> None:
    room = await talk(call)
    async with written(call) as found:
        await participants.create(call, room.sid, joining("ada"))
    assert kinds(found) == ["user.added", "participant.added"]
    assert found[0].payload == payload(await users.fetch(call, "ada"))
    assert [event.conversation_sid for event in found] == [None, room.sid]


async def test_a_known_user_stays_as_they_are(call: Call) -> None:
    user = await users.create(call, "ada", UserChanges(friendly_name="Ada"))
    room = await talk(call, "ada")
    assert (await participants.fetch(call, room.sid, "ada")).user_sid == user.sid
    assert await users.fetch(call, "ada") == user


@pytest.mark.parametrize(
    ("identity", "error"),
    [
        (None, errors.IdentityMissing),
        ("", errors.IdentityMissing),
        ("x" * 257, errors.IdentityTooLong),
        ("US" + "0" * 32, errors.IdentityLooksLikeSid),
    ],
)
async def test_what_cannot_be_an_identity_is_refused(
    call: Call, identity: str | None, error: type[errors.ApiError]
) -> None:
    room = await talk(call)
    with refused(call, error):
        await participants.create(call, room.sid, joining(identity))


@UNACCEPTABLE
async def test_nobody_joins_with_unacceptable_values(
    call: Call, changes: ParticipantChanges, error: type[errors.ApiError]
) -> None:
    room = await talk(call)
    with refused(call, error):
        await participants.create(call, room.sid, joining("ada", changes))


@UNACCEPTABLE
async def test_a_participant_is_not_changed_to_unacceptable_values(
    call: Call, changes: ParticipantChanges, error: type[errors.ApiError]
) -> None:
    room = await talk(call, "ada")
    with refused(call, error):
        await participants.update(later(call), room.sid, "ada", changes)


async def test_a_service_role_is_none_for_a_participant(call: Call) -> None:
    room = await talk(call, "ada")
    service = await services.fetch(call, call.service_sid)
    changes = ParticipantChanges(role_sid=service.default_chat_service_role_sid)
    with refused(call, errors.ConversationRoleNotFound):
        await participants.create(call, room.sid, joining("bob", changes))
    with refused(call, errors.ConversationRoleNotFound):
        await participants.update(call, room.sid, "ada", changes)


async def test_nobody_is_in_a_conversation_twice(call: Call) -> None:
    room = await talk(call, "ada")
    with refused(call, errors.ParticipantAlreadyExists):
        await participants.create(call, room.sid, joining("ada"))


async def test_nobody_joins_a_conversation_that_is_full(call: Call) -> None:
    tight = with_limits(call, Limits(participants_per_conversation=2))
    room = await talk(tight, "ada", "bob")
    with refused(tight, errors.TooManyParticipants):
        await participants.create(tight, room.sid, joining("cy"))
    await participants.delete(tight, room.sid, "ada")
    await participants.create(tight, room.sid, joining("cy"))


async def test_a_user_has_room_for_so_many_open_conversations(call: Call) -> None:
    tight = with_limits(call, Limits(conversations_per_user=2))
    first, _, third = await talk(tight, "ada"), await talk(tight, "ada"), await talk(tight)
    with refused(tight, errors.TooManyConversationsForUser):
        await participants.create(tight, third.sid, joining("ada"))
    await close(tight, first.sid)
    await participants.create(tight, third.sid, joining("ada"))


@pytest.mark.parametrize("key", ["CH" + NOBODY, "general"])
async def test_what_is_asked_of_a_missing_conversation_is_not_found(call: Call, key: str) -> None:
    with refused(call, errors.NotFound):
        await participants.create(call, key, joining("ada"))
    with refused(call, errors.NotFound):
        await participants.page(call, key, PageRequest(10))
    with refused(call, errors.NotFound):
        await participants.fetch(call, key, "ada")
    with refused(call, errors.NotFound):
        await participants.update(call, key, "ada", NOTHING)
    with refused(call, errors.NotFound):
        await participants.delete(call, key, "ada")


@pytest.mark.parametrize("key", ["bob", "MB" + NOBODY])
async def test_a_participant_who_is_not_there_is_not_found(call: Call, key: str) -> None:
    room = await talk(call, "ada")
    await talk(call, "bob")
    with refused(call, errors.NotFound):
        await participants.fetch(call, room.sid, key)
    for changes in (NOTHING, ParticipantChanges(attributes="[]")):
        with refused(call, errors.NotFound):
            await participants.update(call, room.sid, key, changes)
    with refused(call, errors.NotFound):
        await participants.delete(call, room.sid, key)


async def test_a_participant_is_reached_through_their_own_conversation_only(call: Call) -> None:
    room, other = await talk(call, "ada"), await talk(call)
    there = await elsewhere(call)
    sid = (await participants.fetch(call, room.sid, "ada")).sid
    for caller, key in ((call, other.sid), (there, room.sid)):
        with refused(call, errors.NotFound):
            await participants.fetch(caller, key, sid)
        changes = ParticipantChanges(last_read_message_index=1)
        with refused(call, errors.NotFound):
            await participants.update(caller, key, sid, changes)
        with refused(call, errors.NotFound):
            await participants.delete(caller, key, sid)


async def test_an_update_changes_what_is_given_and_the_date(call: Call) -> None:
    room = await talk(call, "ada")
    before = await participants.fetch(call, room.sid, "ada")
    changes = ParticipantChanges(attributes="[1]")
    after = await participants.update(later(call), room.sid, before.sid, changes)
    assert after == replace(before, attributes="[1]", date_updated=later(call).now)
    assert await participants.fetch(call, room.sid, "ada") == after


async def test_an_empty_update_changes_nothing_even_when_closed(call: Call) -> None:
    room = await talk(call, "ada")
    before = await participants.fetch(call, room.sid, "ada")
    with unchanged(call):
        assert await participants.update(later(call), room.sid, "ada", NOTHING) == before
    await close(call, room.sid)
    with unchanged(call):
        assert await participants.update(later(call), room.sid, "ada", NOTHING) == before


async def test_a_closed_conversation_takes_the_horizon_and_nothing_else(call: Call) -> None:
    room = await talk(call, "ada")
    await close(call, room.sid)
    with refused(call, errors.ConversationClosed):
        await participants.create(call, room.sid, joining("bob"))
    for more in ({"attributes": "[]"}, {"date_updated": 5}):
        changes = ParticipantChanges(last_read_message_index=1, **more)  # type: ignore[arg-type]
        with refused(call, errors.ConversationClosed):
            await participants.update(call, room.sid, "ada", changes)
    horizon = ParticipantChanges(last_read_message_index=1, last_read_timestamp=5)
    read = await participants.update(call, room.sid, "ada", horizon)
    assert (read.last_read_message_index, read.last_read_timestamp) == (1, 5)
    await participants.delete(call, room.sid, "ada")


async def test_who_comes_back_has_read_nothing(call: Call) -> None:
    room = await talk(call, "ada")
    changes = ParticipantChanges(last_read_message_index=5)
    first = await participants.update(call, room.sid, "ada", changes)
    await participants.delete(call, room.sid, "ada")
    second = await participants.create(call, room.sid, joining("ada"))
    assert second.sid > first.sid
    assert second.user_sid == first.user_sid
    assert (second.last_read_message_index, second.last_read_timestamp) == (None, None)


async def test_who_left_keeps_their_messages(call: Call) -> None:
    room = await talk(call, "ada")
    said = await messages.create(call, room.sid, MessageChanges(author="ada", body="hello"))
    await participants.delete(call, room.sid, "ada")
    assert await messages.fetch(call, room.sid, said.sid) == said


async def test_an_author_is_a_participant_or_nobody(call: Call) -> None:
    room = await talk(call, "ada")
    sid = (await participants.fetch(call, room.sid, "ada")).sid
    async with call.database.transaction() as transaction:
        assert await participants.author_sid(call, transaction, room.sid, "ada") == sid
        assert await participants.author_sid(call, transaction, room.sid, "bob") is None


given_index = st.integers(0) | st.none() | st.just(UNSET)
given_time = st.integers(0) | st.none() | st.just(UNSET)


@settings(deadline=None)
@given(given_index, given_time, st.integers(0))
def test_a_horizon_is_whole(index: object, timestamp: object, now: int) -> None:
    given = ParticipantChanges(last_read_message_index=index, last_read_timestamp=timestamp)  # type: ignore[arg-type]
    whole = with_whole_horizon(given, now)
    assert whole.last_read_message_index is index
    if index is UNSET:
        assert whole.last_read_timestamp is timestamp
    elif index is None:
        assert whole.last_read_timestamp is None
    else:
        assert whole.last_read_timestamp == (now if timestamp is UNSET else timestamp)


def test_nothing_else_follows_from_a_horizon() -> None:
    given = ParticipantChanges(last_read_message_index=3, attributes="[]")
    assert with_whole_horizon(given, 7) == replace(given, last_read_timestamp=7)
