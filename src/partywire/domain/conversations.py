"""Conversations: their names, states and timers."""

from msgspec import UNSET
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import drafts, events, gates, messaging_bindings, removals, timers
from partywire.domain.call import Call
from partywire.model.conversations import (
    Conversation,
    ConversationChanges,
    ConversationFilter,
    Counted,
    Reason,
)
from partywire.model.pages import Page, PageRequest
from partywire.storage import conversations as store
from partywire.storage.database import Duplicate, Transaction


async def resolve(call: Call, key: str) -> str:
    """The SID of the conversation that a path names by SID or unique name.

    What has the shape of a SID is a SID: whether there is such a conversation is for the caller
    to see.

    Raises:
        NotFound: no conversation has this unique name.
    """
    if sids.is_sid(key, sids.CONVERSATION):
        return key
    sid = await store.sid_by_unique_name(call.database, call.service_sid, key)
    if sid is None:
        raise errors.NotFound
    return sid


async def exists(call: Call, key: str) -> bool:
    """Whether the service has such a conversation."""
    try:
        await fetch(call, key)
    except errors.NotFound:
        return False
    return True


async def hold(call: Call, transaction: Transaction, sid: str) -> Conversation:
    """The conversation as it is now, held until the transaction ends.

    Raises:
        NotFound: the service has no such conversation.
    """
    conversation = await store.lock(transaction, call.service_sid, sid)
    if conversation is None:
        raise errors.NotFound
    now = call.resumed().now
    return await timers.settle(call.resources, transaction, conversation, now)


async def hold_open(call: Call, transaction: Transaction, sid: str) -> Conversation:
    """The conversation, held until the transaction ends, for a change that needs it open.

    Raises:
        NotFound: the service has no such conversation.
        ConversationClosed: it is closed.
    """
    conversation = await hold(call, transaction, sid)
    if conversation.state == "closed":
        raise errors.ConversationClosed
    return conversation


async def create(call: Call, changes: ConversationChanges) -> Conversation:
    """Makes a conversation.

    Raises:
        CreatedClosed: a conversation is not born closed.
        UniqueNameTaken: the service has a conversation of this unique name.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
        BadRequest: a value is not acceptable.
    """
    drafts.check_new(call, changes)
    if call.webhooks:
        changes = await drafts.permitted(call, changes)
        call = call.resumed()
    async with call.database.transaction() as transaction:
        conversation = await born(call, transaction, changes)
        await events.append(call, transaction, "conversation.added", conversation, conversation.sid)
    return conversation


async def born(
    call: Call, transaction: Transaction, changes: ConversationChanges, sid: str | None = None
) -> Conversation:
    """Writes a new conversation, with the account's defaults for what is not given.

    Args:
        call: the request.
        transaction: in which it is made.
        changes: what is given.
        sid: of the conversation; None draws one.

    Raises:
        UniqueNameTaken: the service has a conversation of this unique name.
    """
    draft = await drafts.draft(call, transaction, changes, sid)
    conversation = timers.with_timers_from(draft, call.now)
    try:
        await store.add(transaction, conversation)
    except Duplicate:
        raise errors.UniqueNameTaken from None
    return conversation


async def page(call: Call, wanted: ConversationFilter, request: PageRequest) -> Page[Conversation]:
    """The service's conversations: the latest activity first, with dates the latest creation."""
    found = await store.page(call.database, call.service_sid, wanted, call.now, request)
    return replace(found, items=[timers.settled(each, call.now) for each in found.items])


async def fetch(call: Call, key: str) -> Conversation:
    """One conversation, by SID or unique name.

    Raises:
        NotFound: the service has no such conversation.
    """
    sid = await resolve(call, key)
    conversation = await store.by_sid(call.database, call.service_sid, sid)
    if conversation is None:
        raise errors.NotFound
    return timers.settled(conversation, call.now)


async def fetch_open(call: Call, key: str) -> Conversation:
    """One conversation, for what needs it open.

    Raises:
        NotFound: the service has no such conversation.
        ConversationClosed: it is closed.
    """
    conversation = await fetch(call, key)
    if conversation.state == "closed":
        raise errors.ConversationClosed
    return conversation


async def update(call: Call, key: str, changes: ConversationChanges) -> Conversation:
    """Changes a conversation; nothing given changes nothing.

    A given state or timer restarts the timers.

    Raises:
        NotFound: the service has no such conversation.
        ConversationClosed: it is closed.
        UniqueNameTaken: the service has another conversation of this unique name.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
        BadRequest: a value is not acceptable.
    """
    sid = await resolve(call, key)
    drafts.check(call, changes)
    if call.webhooks and changes.given():
        changes = await _permitted_update(call, sid, changes)
        call = call.resumed()
    async with call.database.transaction() as transaction:
        before = await hold_open(call, transaction, sid)
        if not changes.given():
            return before
        conversation = changes.applied_to(replace(before, date_updated=call.now))
        timing = (changes.state, changes.inactive_timer, changes.closed_timer)
        if any(value is not UNSET for value in timing):
            conversation = timers.with_timers_from(conversation, call.now)
        try:
            await store.save(transaction, conversation)
        except Duplicate:
            raise errors.UniqueNameTaken from None
        if conversation.state == "closed":
            await messaging_bindings.release(transaction, sid)
        await _tell(call, transaction, before, conversation, "API")
    return conversation


async def _permitted_update(
    call: Call, sid: str, changes: ConversationChanges
) -> ConversationChanges:
    conversation = await fetch_open(call, sid)
    await drafts.check_name(call, changes, sid)
    draft = changes.applied_to(replace(conversation, date_updated=call.now))
    changes = await gates.changed(call, "conversation.update", draft, changes)
    drafts.check(call, changes)
    return changes


async def _tell(
    call: Call, transaction: Transaction, before: Conversation, after: Conversation, reason: Reason
) -> None:
    """Writes down that a conversation is changed, and whether its state is."""
    await events.append(call, transaction, "conversation.updated", after, after.sid)
    if after.state != before.state:
        change = timers.state_change(before, after, reason, call.now)
        await events.append(call, transaction, "conversation.state_updated", change, after.sid)


async def count_message(call: Call, transaction: Transaction, sid: str) -> Counted:
    """Counts a message that comes into a conversation, which restarts its timers and wakes it.

    The conversation is held until the transaction ends.

    Raises:
        NotFound: the service has no such conversation.
        ConversationClosed: it is closed.
    """
    key = (call.service_sid, sid, call.now)
    counted = await store.take_index(transaction, *key)
    if counted is None:
        # There is none, it is closed, or a timer has ended, which is told before the message.
        await hold_open(call, transaction, sid)
        counted = await store.take_index(transaction, *key)
    if counted is None:
        raise errors.NotFound
    if counted.state == "inactive":
        await _wake(call, transaction, await hold_open(call, transaction, sid))
    return counted


async def _wake(call: Call, transaction: Transaction, conversation: Conversation) -> None:
    """Makes a conversation that is inactive active, as a new message does."""
    awake = replace(conversation, state="active", date_updated=call.now)
    await store.save(transaction, awake)
    await _tell(call, transaction, conversation, awake, "EVENT")


async def delete(call: Call, key: str) -> None:
    """Deletes a conversation with its participants and messages.

    Raises:
        NotFound: the service has no such conversation.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
    """
    sid = await resolve(call, key)
    if call.webhooks:
        await gates.ask(call, "conversation.remove", await fetch(call, sid))
        call = call.resumed()
    async with call.database.transaction() as transaction:
        conversation = await hold(call, transaction, sid)
        await removals.remember(call, transaction, conversation)
        await store.delete(transaction, call.service_sid, sid)
        await events.append(call, transaction, "conversation.removed", conversation, sid)
