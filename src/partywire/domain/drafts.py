"""A conversation as it is asked for, before it is made or changed."""

from msgspec import UNSET

from partywire import durations, errors, sids
from partywire.domain import gates
from partywire.domain.call import Call
from partywire.domain.texts import check_attributes, check_length
from partywire.model.conversations import Conversation, ConversationChanges, Opening
from partywire.storage import accounts as account_store
from partywire.storage import conversations as store
from partywire.storage.database import Reader

_MINUTE = 60_000
_LEAST_INACTIVE_TIMER = _MINUTE
_LEAST_CLOSED_TIMER = 10 * _MINUTE
_CREATED_OVER_REST = "system"


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


def check(call: Call, changes: ConversationChanges) -> None:
    """Refuses what no conversation can have.

    Raises:
        BadRequest: a value is not acceptable.
    """
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
    check(call, changes)


async def draft(
    call: Call, reader: Reader, changes: ConversationChanges, sid: str | None = None
) -> Conversation:
    """The conversation as it is asked for, without its timers."""
    created = call.now if changes.date_created is UNSET else changes.date_created
    account = await account_store.by_id(reader, call.scope.account)
    if account is None:
        raise errors.NotFound
    blank = Conversation(
        sid=sid or call.sid(sids.CONVERSATION),
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
        created_by=call.client_identity or _CREATED_OVER_REST,
        next_message_index=0,
        messages_deleted=0,
        date_active=created,
        date_created=created,
        date_updated=created,
    )
    return changes.applied_to(blank)


async def permitted(
    call: Call, changes: ConversationChanges, opening: Opening | None = None
) -> ConversationChanges:
    """Asks the gate whether a conversation may be made; what it is to be made with then.

    Args:
        call: the request.
        changes: what is wanted, which was checked.
        opening: the message from an address with which it begins, if one does.

    Raises:
        UniqueNameTaken: another conversation has the name.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
        BadRequest: a value is not acceptable.
    """
    await check_name(call, changes, None)
    thing = await draft(call, call.database, changes)
    changes = await gates.changed(call, "conversation.add", thing, changes, opening)
    check_new(call, changes)
    return changes


async def check_name(call: Call, changes: ConversationChanges, own: str | None) -> None:
    """Refuses a unique name that another conversation has at the moment.

    Args:
        call: the request.
        changes: what is wanted.
        own: SID of the conversation that may have it; None for none.

    Raises:
        UniqueNameTaken: so it is.
    """
    if isinstance(changes.unique_name, str):
        key = (call.service_sid, changes.unique_name)
        if await store.sid_by_unique_name(call.database, *key) not in {None, own}:
            raise errors.UniqueNameTaken
