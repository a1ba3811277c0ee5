"""Messages: posted, read, edited and deleted; an index is never given twice."""

from msgspec import UNSET
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import authors, conversations, events, gates
from partywire.domain.call import Call
from partywire.domain.texts import check_attributes, check_length
from partywire.model.messages import Message, MessageChanges, Order
from partywire.model.pages import Page, PageRequest
from partywire.storage import conversations as conversation_store
from partywire.storage import messages as store
from partywire.storage.database import Transaction

_LONGEST_AUTHOR = 256
_LONGEST_SUBJECT = 256


def check(call: Call, changes: MessageChanges) -> None:
    """Refuses what no message can say.

    Raises:
        BadRequest: a value is not acceptable.
    """
    limits = call.limits
    check_length(changes.author, _LONGEST_AUTHOR, errors.AuthorTooLong)
    check_length(changes.subject, _LONGEST_SUBJECT, errors.SubjectTooLong)
    check_attributes(changes.attributes, limits.message_attributes_bytes)
    if isinstance(changes.body, str):
        if not changes.body:
            raise errors.BodyMissing
        if len(changes.body.encode()) > limits.message_body_bytes:
            raise errors.BodyTooLong(
                f"Message body is longer than {limits.message_body_bytes} bytes"
            )


async def create(call: Call, conversation_key: str, changes: MessageChanges) -> Message:
    """Posts a message; makes an inactive conversation active again and restarts its timers.

    Writes nothing for the participants: their unread counts follow from their horizons.

    Raises:
        NotFound: the service has no such conversation.
        ConversationClosed: it is closed.
        AuthorNotInGroup: it is a Group MMS, and the author is none of it.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
        BadRequest: a value is not acceptable.
    """
    if changes.body is UNSET:
        raise errors.BodyMissing
    check(call, changes)
    sid = await conversations.resolve(call, conversation_key)
    if call.webhooks:
        changes = await _permitted(call, sid, changes)
    if not changes.author:
        changes = replace(changes, author=UNSET)
    draft = _draft(call, sid, changes)
    posted = await _post_at_once(call, draft, changes)
    if posted is not None:
        return posted
    async with call.database.transaction() as transaction:
        counted = await conversations.count_message(call, transaction, sid)
        written_by = await authors.written_by(call, transaction, counted, changes)
        index = counted.next_message_index - 1
        message = replace(draft, index=index, participant_sid=written_by)
        await store.add(transaction, message)
        await events.append(call, transaction, "message.added", message, sid)
    return message


async def _permitted(call: Call, sid: str, changes: MessageChanges) -> MessageChanges:
    """Asks the gate whether a message may be posted; what it is posted with then.

    Raises:
        ApiError: as ``create``.
    """
    conversation = await conversations.fetch_open(call, sid)
    written_by = await authors.written_by(call, call.database, conversation, changes)
    asked = changes if changes.author else replace(changes, author=UNSET)
    draft = replace(_draft(call, sid, asked), participant_sid=written_by)
    changes = await gates.changed(call, "message.add", draft, changes)
    check(call, changes)
    return changes


async def may_arrive(
    call: Call, conversation_sid: str, participant_sid: str | None, changes: MessageChanges
) -> MessageChanges:
    """Asks the gate whether a message may come in from an address; what it is posted with then.

    Raises:
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
        BadRequest: a value is not acceptable.
    """
    draft = replace(_draft(call, conversation_sid, changes), participant_sid=participant_sid)
    changes = await gates.changed(call, "message.add", draft, changes)
    check(call, changes)
    return changes


async def arrive(
    call: Call,
    transaction: Transaction,
    conversation_sid: str,
    participant_sid: str,
    address: str,
    changes: MessageChanges,
) -> Message | None:
    """Posts a message that may come in; None where no such conversation is open.

    Args:
        call: the request.
        transaction: in which it is posted.
        conversation_sid: where.
        participant_sid: who is known to have written it.
        address: theirs. If the gate named another author, it is whoever that is.
        changes: the message.
    """
    try:
        counted = await conversations.count_message(call, transaction, conversation_sid)
    except (errors.NotFound, errors.ConversationClosed):
        return None
    written_by: str | None = participant_sid
    if changes.author != address:
        written_by = await authors.written_by(call, transaction, counted, changes)
    draft = _draft(call, conversation_sid, changes)
    index = counted.next_message_index - 1
    message = replace(draft, index=index, participant_sid=written_by)
    await store.add(transaction, message)
    await events.append(call, transaction, "message.added", message, conversation_sid)
    return message


def _draft(call: Call, conversation_sid: str, changes: MessageChanges) -> Message:
    """The message as it is asked for, before it has an index."""
    created = call.now if changes.date_created is UNSET else changes.date_created
    blank = Message(
        sid=call.sid(sids.MESSAGE),
        service_sid=call.service_sid,
        conversation_sid=conversation_sid,
        index=0,
        author=authors.DEFAULT,
        participant_sid=None,
        body=None,
        subject=None,
        attributes="{}",
        date_created=created,
        date_updated=created,
    )
    return changes.applied_to(blank)


async def _post_at_once(call: Call, draft: Message, changes: MessageChanges) -> Message | None:
    """Posts in one round trip, where the engine can and nothing else follows from posting."""
    together = call.database.together
    if together is None or changes.date_updated is not UNSET:
        return None
    event = events.of(call, "message.added", draft, draft.conversation_sid)
    return await store.post(together, draft, changes.author or None, event)


async def page(
    call: Call, conversation_key: str, order: Order, request: PageRequest
) -> Page[Message]:
    """The conversation's messages, in the order of their indexes.

    Raises:
        NotFound: the service has no such conversation.
    """
    sid = await conversations.resolve(call, conversation_key)
    found = await store.page(call.database, call.service_sid, sid, order, request)
    if not found.items:
        await conversations.fetch(call, sid)
    return found


async def fetch(call: Call, conversation_key: str, sid: str) -> Message:
    """One message.

    Raises:
        NotFound: there is no such conversation, or no such message in it.
    """
    conversation_sid = await conversations.resolve(call, conversation_key)
    message = await store.by_sid(call.database, call.service_sid, conversation_sid, sid)
    if message is None:
        raise errors.NotFound
    return message


async def update(
    call: Call,
    conversation_key: str,
    sid: str,
    changes: MessageChanges,
    whose: str | None = None,
) -> Message:
    """Edits a message; nothing given changes nothing.

    Args:
        call: the request.
        conversation_key: the conversation's SID or unique name.
        sid: the message's.
        changes: what is wanted.
        whose: identity of the participant whose message it must be; None for anybody's.

    Raises:
        NotFound: there is no such conversation, or no such message in it.
        Forbidden: it is somebody else's by now.
        ConversationClosed: the conversation is closed.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
        BadRequest: a value is not acceptable.
    """
    check(call, changes)
    conversation_sid = await conversations.resolve(call, conversation_key)
    if call.webhooks and changes.given():
        changes = await _permitted_update(call, conversation_sid, sid, changes)
    async with call.database.transaction() as transaction:
        conversation = await conversations.hold_open(call, transaction, conversation_sid)
        message = await store.lock(transaction, call.service_sid, conversation_sid, sid)
        if message is None:
            raise errors.NotFound
        authors.check(message, whose)
        if not changes.given():
            return message
        message = await authors.changed(call, transaction, conversation, message, changes)
        await store.save(transaction, message)
        await events.append(call, transaction, "message.updated", message, conversation_sid)
    return message


async def _permitted_update(
    call: Call, conversation_sid: str, sid: str, changes: MessageChanges
) -> MessageChanges:
    conversation = await conversations.fetch_open(call, conversation_sid)
    message = await fetch(call, conversation_sid, sid)
    draft = await authors.changed(call, call.database, conversation, message, changes)
    changes = await gates.changed(call, "message.update", draft, changes)
    check(call, changes)
    return changes


async def delete(call: Call, conversation_key: str, sid: str, whose: str | None = None) -> None:
    """Deletes a message, be the conversation closed or not; its index stays empty for ever.

    Args:
        call: the request.
        conversation_key: the conversation's SID or unique name.
        sid: the message's.
        whose: identity of the participant whose message it must be; None for anybody's.

    Raises:
        NotFound: there is no such conversation, or no such message in it.
        Forbidden: it is somebody else's by now.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
    """
    conversation_sid = await conversations.resolve(call, conversation_key)
    if call.webhooks:
        await gates.ask(call, "message.remove", await fetch(call, conversation_sid, sid))
    async with call.database.transaction() as transaction:
        key = (call.service_sid, conversation_sid)
        if not await conversation_store.count_deletion(transaction, *key):
            raise errors.NotFound
        message = await store.delete(transaction, *key, sid)
        if message is None:
            raise errors.NotFound
        authors.check(message, whose)
        await events.append(call, transaction, "message.removed", message, conversation_sid)
