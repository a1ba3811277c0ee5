"""Conversations: their names, states and timers."""

from msgspec import UNSET
from msgspec.structs import replace

from partywire import durations, errors, sids
from partywire.domain import events, messaging_bindings
from partywire.domain.call import Call
from partywire.domain.texts import check_attributes, check_length
from partywire.model.conversations import Conversation, ConversationChanges, ConversationFilter
from partywire.model.pages import Page, PageRequest
from partywire.storage import accounts as account_store
from partywire.storage import conversations as store
from partywire.storage.database import Duplicate, Transaction

_MINUTE = 60_000
_LEAST_INACTIVE_TIMER = _MINUTE
_LEAST_CLOSED_TIMER = 10 * _MINUTE
_CREATED_OVER_REST = "system"


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
    """The conversation, held until the transaction ends.

    Raises:
        NotFound: the service has no such conversation.
    """
    conversation = await store.lock(transaction, call.service_sid, sid)
    if conversation is None:
        raise errors.NotFound
    return conversation


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


async def refusal(call: Call, transaction: Transaction, sid: str) -> errors.ApiError:
    """Why an open conversation with this SID was not found: there is none, or it is closed."""
    found = await store.by_sid(transaction, call.service_sid, sid)
    return errors.NotFound() if found is None else errors.ConversationClosed()


def check_timers(inactive: object, closed: object) -> None:
    """Refuses timers that are too short; what is not given or switched off passes.

    Args:
        inactive: milliseconds.
        closed: milliseconds.

    Raises:
        InactiveTimerTooShort, ClosedTimerTooShort: so they are.
    """
    if isinstance(inactive, int) and inactive < _LEAST_INACTIVE_TIMER:
        raise errors.InactiveTimerTooShort
    if isinstance(closed, int) and closed < _LEAST_CLOSED_TIMER:
        raise errors.ClosedTimerTooShort


def _check(call: Call, changes: ConversationChanges) -> None:
    limits = call.limits
    check_length(changes.friendly_name, limits.name_characters, errors.FriendlyNameTooLong)
    check_length(changes.unique_name, limits.name_characters, errors.UniqueNameTooLong)
    check_attributes(changes.attributes, limits.conversation_attributes_bytes)
    name = changes.unique_name
    if isinstance(name, str) and sids.is_sid(name, sids.CONVERSATION):
        raise errors.UniqueNameLooksLikeSid
    check_timers(changes.inactive_timer, changes.closed_timer)


def check_new(call: Call, changes: ConversationChanges) -> None:
    """Refuses what no conversation can be made with.

    Raises:
        CreatedClosed: a conversation is not born closed.
        BadRequest: a value is not acceptable.
    """
    if changes.state == "closed":
        raise errors.CreatedClosed
    _check(call, changes)


def with_timers_from(conversation: Conversation, start: int) -> Conversation:
    """The conversation with its timers started at this time; a closed one's are over.

    Both run from the same start (decided: decisions/0009).
    """
    inactive, closed = conversation.inactive_timer, conversation.closed_timer
    over = conversation.state == "closed"
    return replace(
        conversation,
        date_inactive=None if over or inactive is None else start + inactive,
        date_closed=None if over or closed is None else start + closed,
    )


async def create(call: Call, changes: ConversationChanges) -> Conversation:
    """Makes a conversation.

    Raises:
        CreatedClosed: a conversation is not born closed.
        UniqueNameTaken: the service has a conversation of this unique name.
        BadRequest: a value is not acceptable.
    """
    check_new(call, changes)
    async with call.database.transaction() as transaction:
        conversation = await born(call, transaction, changes)
        await events.append(call, transaction, "conversation.added", conversation, conversation.sid)
    return conversation


async def born(call: Call, transaction: Transaction, changes: ConversationChanges) -> Conversation:
    """Writes a new conversation, with the account's defaults for what is not given.

    Raises:
        UniqueNameTaken: the service has a conversation of this unique name.
    """
    created = call.now if changes.date_created is UNSET else changes.date_created
    account = await account_store.by_id(transaction, call.scope.account)
    if account is None:
        raise errors.NotFound
    blank = Conversation(
        sid=call.sid(sids.CONVERSATION),
        service_sid=call.service_sid,
        messaging_service_sid=account.default_messaging_service_sid
        or call.resources.config.messaging_service_sid,
        friendly_name=None,
        unique_name=None,
        attributes="{}",
        state="active",
        inactive_timer=durations.optional_milliseconds(account.default_inactive_timer),
        closed_timer=durations.optional_milliseconds(account.default_closed_timer),
        date_inactive=None,
        date_closed=None,
        email_address=None,
        email_name=None,
        created_by=_CREATED_OVER_REST,
        next_message_index=0,
        messages_deleted=0,
        date_active=created,
        date_created=created,
        date_updated=created,
    )
    conversation = with_timers_from(changes.applied_to(blank), call.now)
    try:
        await store.add(transaction, conversation)
    except Duplicate:
        raise errors.UniqueNameTaken from None
    return conversation


async def page(call: Call, wanted: ConversationFilter, request: PageRequest) -> Page[Conversation]:
    """The service's conversations: the latest activity first, with dates the latest creation."""
    return await store.page(call.database, call.service_sid, wanted, request)


async def fetch(call: Call, key: str) -> Conversation:
    """One conversation, by SID or unique name.

    Raises:
        NotFound: the service has no such conversation.
    """
    sid = await resolve(call, key)
    conversation = await store.by_sid(call.database, call.service_sid, sid)
    if conversation is None:
        raise errors.NotFound
    return conversation


async def update(call: Call, key: str, changes: ConversationChanges) -> Conversation:
    """Changes a conversation; nothing given changes nothing.

    A given state or timer restarts the timers.

    Raises:
        NotFound: the service has no such conversation.
        ConversationClosed: it is closed.
        UniqueNameTaken: the service has another conversation of this unique name.
        BadRequest: a value is not acceptable.
    """
    sid = await resolve(call, key)
    _check(call, changes)
    async with call.database.transaction() as transaction:
        conversation = await hold_open(call, transaction, sid)
        if not changes.given():
            return conversation
        conversation = changes.applied_to(replace(conversation, date_updated=call.now))
        timing = (changes.state, changes.inactive_timer, changes.closed_timer)
        if any(value is not UNSET for value in timing):
            conversation = with_timers_from(conversation, call.now)
        try:
            await store.save(transaction, conversation)
        except Duplicate:
            raise errors.UniqueNameTaken from None
        if conversation.state == "closed":
            await messaging_bindings.release(transaction, sid)
        await events.append(call, transaction, "conversation.updated", conversation, sid)
    return conversation


async def wake(call: Call, transaction: Transaction, conversation: Conversation) -> None:
    """Makes a conversation that is inactive active, as a new message does."""
    if conversation.state != "inactive":
        return
    awake = replace(conversation, state="active", date_updated=call.now)
    await store.save(transaction, awake)
    await events.append(call, transaction, "conversation.updated", awake, awake.sid)


async def delete(call: Call, key: str) -> None:
    """Deletes a conversation with its participants and messages.

    Raises:
        NotFound: the service has no such conversation.
    """
    sid = await resolve(call, key)
    async with call.database.transaction() as transaction:
        conversation = await hold(call, transaction, sid)
        await store.delete(transaction, call.service_sid, sid)
        await events.append(call, transaction, "conversation.removed", conversation, sid)
