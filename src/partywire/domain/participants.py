"""Participants: who is in a conversation, and how far they have read."""

from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import conversations, events, roles, users
from partywire.domain.call import Call
from partywire.domain.texts import check_attributes
from partywire.model.pages import Page, PageRequest
from partywire.model.participants import Participant, ParticipantChanges
from partywire.storage import participants as store
from partywire.storage import services as service_store
from partywire.storage.database import Reader, Transaction

# What a participant may still do in a closed conversation (decided: decisions/0009).
_ALLOWED_WHEN_CLOSED: Final = frozenset({"last_read_message_index", "last_read_timestamp"})


async def resolve(call: Call, reader: Reader, conversation_sid: str, key: str) -> str:
    """The SID of the participant that a path names by SID or identity.

    Raises:
        NotFound: nobody in the conversation has this identity.
    """
    if sids.is_sid(key, sids.PARTICIPANT):
        return key
    sid = await store.sid_by_identity(reader, call.service_sid, conversation_sid, key)
    if sid is None:
        raise errors.NotFound
    return sid


def with_whole_horizon(changes: ParticipantChanges, now: int) -> ParticipantChanges:
    """The changes, with what follows from setting the read horizon.

    An index alone was read now; no index any more means never read (decided: decisions/0009).
    """
    if changes.last_read_message_index is UNSET:
        return changes
    if changes.last_read_message_index is None:
        return replace(changes, last_read_timestamp=None)
    if changes.last_read_timestamp is UNSET:
        return replace(changes, last_read_timestamp=now)
    return changes


async def create(
    call: Call, conversation_key: str, identity: str | None, changes: ParticipantChanges
) -> Participant:
    """Adds a user to a conversation; an identity that is new to the service becomes a user.

    Raises:
        NotFound: the service has no such conversation.
        ConversationClosed: it is closed.
        ParticipantAlreadyExists: the identity is in it.
        TooManyParticipants, TooManyConversationsForUser: a limit is reached.
        BadRequest: a value is not acceptable.
    """
    identity = users.check_identity(call, identity)
    check_attributes(changes.attributes, call.limits.participant_attributes_bytes)
    conversation_sid = await conversations.resolve(call, conversation_key)
    async with call.database.transaction() as transaction:
        await conversations.hold_open(call, transaction, conversation_sid)
        await roles.check(call, transaction, changes.role_sid, "conversation")
        return await _join(call, transaction, conversation_sid, identity, changes)


async def _join(
    call: Call,
    transaction: Transaction,
    conversation_sid: str,
    identity: str,
    changes: ParticipantChanges,
) -> Participant:
    service_sid = call.service_sid
    if await store.sid_by_identity(transaction, service_sid, conversation_sid, identity):
        raise errors.ParticipantAlreadyExists
    user = await users.ensure(call, transaction, identity)
    await _check_room(call, transaction, conversation_sid, user.sid)
    service = await service_store.fetch(transaction, call.scope.account, service_sid)
    created = call.now if changes.date_created is UNSET else changes.date_created
    participant = changes.applied_to(
        Participant(
            sid=call.sid(sids.PARTICIPANT),
            service_sid=service_sid,
            conversation_sid=conversation_sid,
            user_sid=user.sid,
            identity=identity,
            role_sid=service.default_conversation_role_sid if service else None,
            attributes="{}",
            notification_level="default",
            last_read_message_index=None,
            last_read_timestamp=None,
            date_created=created,
            date_updated=created,
        )
    )
    if await store.add(transaction, participant) is None:
        raise errors.ParticipantAlreadyExists
    await events.append(call, transaction, "participant.added", participant, conversation_sid)
    return participant


async def _check_room(
    call: Call, transaction: Transaction, conversation_sid: str, user_sid: str
) -> None:
    limits, service_sid = call.limits, call.service_sid
    most = limits.participants_per_conversation
    if await store.count(transaction, service_sid, conversation_sid, most) >= most:
        raise errors.TooManyParticipants
    most = limits.conversations_per_user
    if await store.count_open_of_user(transaction, service_sid, user_sid, most) >= most:
        raise errors.TooManyConversationsForUser


async def page(call: Call, conversation_key: str, request: PageRequest) -> Page[Participant]:
    """The conversation's participants, in the order of their SIDs.

    Raises:
        NotFound: the service has no such conversation.
    """
    sid = await conversations.resolve(call, conversation_key)
    found = await store.page(call.database, call.service_sid, sid, request)
    if not found.items:
        await conversations.fetch(call, sid)
    return found


async def fetch(call: Call, conversation_key: str, key: str) -> Participant:
    """One participant, by SID or identity.

    Raises:
        NotFound: there is no such conversation, or no such participant in it.
    """
    conversation_sid = await conversations.resolve(call, conversation_key)
    sid = await resolve(call, call.database, conversation_sid, key)
    participant = await store.by_sid(call.database, call.service_sid, conversation_sid, sid)
    if participant is None:
        raise errors.NotFound
    return participant


async def update(
    call: Call, conversation_key: str, key: str, changes: ParticipantChanges
) -> Participant:
    """Changes a participant; nothing given changes nothing.

    Raises:
        NotFound: there is no such conversation, or no such participant in it.
        ConversationClosed: it is closed, and more than the read horizon was given.
        BadRequest: a value is not acceptable.
    """
    check_attributes(changes.attributes, call.limits.participant_attributes_bytes)
    conversation_sid = await conversations.resolve(call, conversation_key)
    async with call.database.transaction() as transaction:
        sid = await resolve(call, transaction, conversation_sid, key)
        if not changes.given().keys() <= _ALLOWED_WHEN_CLOSED:
            await conversations.hold_open(call, transaction, conversation_sid)
        await roles.check(call, transaction, changes.role_sid, "conversation")
        return await change(call, transaction, conversation_sid, sid, changes)


async def change(
    call: Call,
    transaction: Transaction,
    conversation_sid: str,
    sid: str,
    changes: ParticipantChanges,
) -> Participant:
    """Applies changes to a participant and writes down that it happened.

    Raises:
        NotFound: the conversation has no such participant.
    """
    participant = await store.lock(transaction, call.service_sid, conversation_sid, sid)
    if participant is None:
        raise errors.NotFound
    if changes.given():
        changes = with_whole_horizon(changes, call.now)
        participant = changes.applied_to(replace(participant, date_updated=call.now))
        await store.save(transaction, participant)
        await events.append(call, transaction, "participant.updated", participant, conversation_sid)
    return participant


async def delete(call: Call, conversation_key: str, key: str) -> None:
    """Takes a participant out of a conversation, be it closed or not; their messages stay.

    Raises:
        NotFound: there is no such conversation, or no such participant in it.
    """
    conversation_sid = await conversations.resolve(call, conversation_key)
    async with call.database.transaction() as transaction:
        sid = await resolve(call, transaction, conversation_sid, key)
        await remove(call, transaction, conversation_sid, sid)


async def remove(call: Call, transaction: Transaction, conversation_sid: str, sid: str) -> None:
    """Takes out a participant and writes down that it happened.

    Raises:
        NotFound: the conversation has no such participant.
    """
    participant = await store.delete(transaction, call.service_sid, conversation_sid, sid)
    if participant is None:
        raise errors.NotFound
    await events.append(call, transaction, "participant.removed", participant, conversation_sid)


async def author_sid(
    call: Call, transaction: Transaction, conversation_sid: str, author: str
) -> str | None:
    """The SID of the participant who has this identity, if any: the author's of a message."""
    return await store.sid_by_identity(transaction, call.service_sid, conversation_sid, author)
