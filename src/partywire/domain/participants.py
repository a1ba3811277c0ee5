"""Participants: who is in a conversation, and how far they have read."""

from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import (
    conversations,
    events,
    gates,
    joining,
    messaging_bindings,
    roles,
    timers,
    users,
)
from partywire.domain.call import Call
from partywire.domain.texts import check_attributes
from partywire.model.pages import Page, PageRequest
from partywire.model.participants import NewParticipant, Participant, ParticipantChanges
from partywire.model.users import User
from partywire.storage import participants as store
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


def check(call: Call, new: NewParticipant) -> None:
    """Refuses what nobody can join with.

    Raises:
        BadRequest: a value is missing or not acceptable.
    """
    kind = messaging_bindings.check(new)
    if new.identity or kind is None:
        users.check_identity(call, new.identity or None)
    check_attributes(new.attributes, call.limits.participant_attributes_bytes)


async def create(call: Call, conversation_key: str, new: NewParticipant) -> Participant:
    """Adds somebody to a conversation; an identity that is new to the service becomes a user.

    Raises:
        NotFound: the service has no such conversation.
        ConversationClosed: it is closed.
        ParticipantAlreadyExists: the identity is in it.
        PairTaken, GroupTaken: the addresses are in another open conversation.
        GroupParticipantExists: the number is in its Group MMS.
        TooManyParticipants, TooManyAddresses, TooManyInGroup, TooManyConversationsForUser: a
            limit is reached.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
        BadRequest: a value is not acceptable.
    """
    check(call, new)
    conversation_sid = await conversations.resolve(call, conversation_key)
    if call.webhooks:
        await conversations.fetch_open(call, conversation_sid)
        await joining.permitted(call, conversation_sid, new)
    async with timers.making_way(call), call.database.transaction() as transaction:
        await conversations.hold_open(call, transaction, conversation_sid)
        (participant,) = await join(call, transaction, conversation_sid, [new])
    return participant


async def join(
    call: Call, transaction: Transaction, conversation_sid: str, people: list[NewParticipant]
) -> list[Participant]:
    """Adds people who were checked to a conversation that is held.

    Raises:
        ApiError: as ``create``.
    """
    for new in people:
        await roles.check(call, transaction, new.role_sid, "conversation")
    # In one order for everybody: who holds one and wants another must not meet their like.
    identities = sorted({new.identity for new in people if new.identity})
    known = {each: await users.ensure(call, transaction, each) for each in identities}
    newcomers = (joining.newcomer(call, conversation_sid, new) for new in people)
    joined = [await _join(call, transaction, each, known) for each in newcomers]
    await messaging_bindings.hold_pairs(call, transaction, joined)
    # Only now: on its way a group may look like another one.
    await messaging_bindings.hold_group(call, transaction, joined)
    return joined


async def _join(
    call: Call, transaction: Transaction, participant: Participant, known: dict[str, User]
) -> Participant:
    if participant.identity is not None:
        participant = replace(participant, user_sid=known[participant.identity].sid)
    full = await joining.room(call, transaction, participant)
    if full.participants >= call.limits.participants_per_conversation:
        raise errors.TooManyParticipants
    await messaging_bindings.check_room(call, transaction, participant)
    participant = await joining.with_role(call, transaction, participant)
    if await store.add(transaction, participant) is None:
        raise errors.ParticipantAlreadyExists
    sid = participant.conversation_sid
    await events.append(call, transaction, "participant.added", participant, sid)
    return participant


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
        ParticipantAlreadyExists: the identity is in it.
        PairTaken, GroupTaken: the addresses are in another open conversation.
        GroupParticipantExists: the number is in its Group MMS.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
        BadRequest: a value is not acceptable.
    """
    check_attributes(changes.attributes, call.limits.participant_attributes_bytes)
    conversation_sid = await conversations.resolve(call, conversation_key)
    if call.webhooks and changes.given():
        await _permitted_update(call, conversation_sid, key, changes)
    async with timers.making_way(call), call.database.transaction() as transaction:
        sid = await resolve(call, transaction, conversation_sid, key)
        if not changes.given().keys() <= _ALLOWED_WHEN_CLOSED:
            await conversations.hold_open(call, transaction, conversation_sid)
        # Before the participant, as everybody does: who deletes a role comes from there.
        await roles.check(call, transaction, changes.role_sid, "conversation")
        return await _change(call, transaction, conversation_sid, sid, changes)


async def _permitted_update(
    call: Call, conversation_sid: str, key: str, changes: ParticipantChanges
) -> None:
    """Asks the gate whether a participant may change.

    Raises:
        ApiError: as ``update``.
    """
    before = await fetch(call, conversation_sid, key)
    if not changes.given().keys() <= _ALLOWED_WHEN_CLOSED:
        await conversations.fetch_open(call, conversation_sid)
    await roles.look(call, changes.role_sid, "conversation")
    draft = _changed(call, before, changes)
    if changes.identity is not UNSET:
        joining.check_identifiable(call, draft, changes.identity)
        draft = replace(draft, identity=changes.identity)
    await gates.ask(call, "participant.update", await joining.expected(call, draft))


def _changed(call: Call, before: Participant, changes: ParticipantChanges) -> Participant:
    """The participant as they would be, but for the identity.

    Raises:
        BadRequest: of the addresses.
    """
    changes = with_whole_horizon(changes, call.now)
    # Identity and addresses have rules of their own.
    plain = replace(changes, identity=UNSET, proxy_address=UNSET, projected_address=UNSET)
    participant = plain.applied_to(replace(before, date_updated=call.now))
    return messaging_bindings.changed(participant, changes)


async def _change(
    call: Call,
    transaction: Transaction,
    conversation_sid: str,
    sid: str,
    changes: ParticipantChanges,
) -> Participant:
    """Applies changes to a participant and writes down that it happened."""
    before = await store.lock(transaction, call.service_sid, conversation_sid, sid)
    if before is None:
        raise errors.NotFound
    if not changes.given():
        return before
    participant = _changed(call, before, changes)
    if changes.identity is not UNSET:
        participant = await _identified(call, transaction, participant, changes.identity)
    await store.save(transaction, participant)
    await messaging_bindings.rehold(call, transaction, before, participant)
    await events.append(call, transaction, "participant.updated", participant, conversation_sid)
    return participant


async def _identified(
    call: Call, transaction: Transaction, participant: Participant, identity: str
) -> Participant:
    """The participant, who only showed as a number, as a user who chats too."""
    joining.check_identifiable(call, participant, identity)
    if identity == participant.identity:
        return participant
    user = await users.ensure(call, transaction, identity)
    participant = replace(participant, identity=identity, user_sid=user.sid)
    await joining.room(call, transaction, participant)
    return await joining.with_role(call, transaction, participant)


async def delete(call: Call, conversation_key: str, key: str) -> None:
    """Takes a participant out of a conversation, be it closed or not; their messages stay.

    Raises:
        NotFound: there is no such conversation, or no such participant in it.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
    """
    conversation_sid = await conversations.resolve(call, conversation_key)
    if call.webhooks:
        leaving = await fetch(call, conversation_sid, key)
        await gates.ask(call, "participant.remove", leaving)
    async with call.database.transaction() as transaction:
        sid = await resolve(call, transaction, conversation_sid, key)
        await remove(call, transaction, conversation_sid, sid)


async def remove(call: Call, transaction: Transaction, conversation_sid: str, sid: str) -> None:
    """Takes out a participant and writes down that it happened.

    Raises:
        NotFound: the conversation has no such participant.
    """
    key = (call.service_sid, conversation_sid, sid)
    participant = await store.delete_outside_groups(transaction, *key)
    if participant is None:
        # Perhaps one of a group, of which the conversation is to be held first.
        conversation = await conversations.hold(call, transaction, conversation_sid)
        participant = await store.delete(transaction, *key)
        if participant is None:
            raise errors.NotFound
        await messaging_bindings.let_go(call, transaction, conversation, participant)
    await events.append(call, transaction, "participant.removed", participant, conversation_sid)


async def author_sid(call: Call, reader: Reader, conversation_sid: str, author: str) -> str | None:
    """The SID of the participant whom a message's author names by identity or address, if any."""
    key = (call.service_sid, conversation_sid, author)
    found = await store.sid_by_identity(reader, *key)
    return found or await store.sid_by_address(reader, *key)
