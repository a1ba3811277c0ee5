"""Messages: posted, read, edited and deleted; an index is never given twice."""

from collections.abc import Sequence

from msgspec import UNSET
from msgspec.structs import replace

from partywire import errors
from partywire.domain import attachments, authors, conversations, events, gates, posts
from partywire.domain.call import Call
from partywire.model.messages import Message, MessageChanges, Order
from partywire.model.pages import Page, PageRequest
from partywire.storage import attachments as attachment_store
from partywire.storage import conversations as conversation_store
from partywire.storage import messages as store
from partywire.storage.database import Transaction


async def create(
    call: Call, conversation_key: str, changes: MessageChanges, media_sids: Sequence[str] = ()
) -> Message:
    """Posts a message; makes an inactive conversation active again and restarts its timers.

    Writes nothing for the participants: their unread counts follow from their horizons.

    Args:
        call: the request.
        conversation_key: the conversation's SID or unique name.
        changes: what it says.
        media_sids: the files that it takes; with any, it may say nothing.

    Raises:
        NotFound: the service has no such conversation.
        ConversationClosed: it is closed.
        AuthorNotInGroup: it is a Group MMS, and the author is none of it.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
        BadRequest: a value is not acceptable, or one of the files cannot be taken.
    """
    media = await attachments.offered(call, media_sids) if media_sids else None
    changes = posts.said(call, changes, media)
    sid = await conversations.resolve(call, conversation_key)
    if call.webhooks:
        changes = await _permitted(call, sid, changes, media)
        call = call.resumed()
    draft = posts.draft(call, sid, changes, media)
    posted = await _post_at_once(call, draft, changes)
    if posted is not None:
        return posted
    async with call.database.transaction() as transaction:
        counted = await conversations.count_message(call, transaction, sid)
        written_by = await authors.written_by(call, transaction, counted, changes)
        index = counted.next_message_index - 1
        message = replace(draft, index=index, participant_sid=written_by)
        if media is not None:
            await attachments.attach(call, transaction, message, media_sids)
        await store.add(transaction, message)
        await events.append(call, transaction, "message.added", message, sid)
    return message


async def _permitted(
    call: Call, sid: str, changes: MessageChanges, media: str | None
) -> MessageChanges:
    """Asks the gate whether a message may be posted; what it is posted with then.

    Raises:
        ApiError: as ``create``.
    """
    conversation = await conversations.fetch_open(call, sid)
    written_by = await authors.written_by(call, call.database, conversation, changes)
    draft = replace(posts.draft(call, sid, changes, media), participant_sid=written_by)
    return posts.said(call, await gates.changed(call, "message.add", draft, changes), media)


async def may_arrive(
    call: Call, conversation_sid: str, participant_sid: str | None, changes: MessageChanges
) -> MessageChanges:
    """Asks the gate whether a message may come in from an address; what it is posted with then.

    Raises:
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
        BadRequest: a value is not acceptable.
    """
    draft = replace(posts.draft(call, conversation_sid, changes), participant_sid=participant_sid)
    changes = await gates.changed(call, "message.add", draft, changes)
    posts.check(call, changes)
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
    draft = posts.draft(call, conversation_sid, changes)
    index = counted.next_message_index - 1
    message = replace(draft, index=index, participant_sid=written_by)
    await store.add(transaction, message)
    await events.append(call, transaction, "message.added", message, conversation_sid)
    return message


async def _post_at_once(call: Call, draft: Message, changes: MessageChanges) -> Message | None:
    """Posts in one round trip, where the engine can and nothing else follows from posting."""
    together = call.database.together
    if together is None or changes.date_updated is not UNSET or draft.media is not None:
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
    posts.check(call, changes)
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
        posts.check_edit(message, changes)
        message = await authors.changed(call, transaction, conversation, message, changes)
        await store.save(transaction, message)
        await events.append(call, transaction, "message.updated", message, conversation_sid)
    return message


async def _permitted_update(
    call: Call, conversation_sid: str, sid: str, changes: MessageChanges
) -> MessageChanges:
    conversation = await conversations.fetch_open(call, conversation_sid)
    message = await fetch(call, conversation_sid, sid)
    posts.check_edit(message, changes)
    draft = await authors.changed(call, call.database, conversation, message, changes)
    changes = await gates.changed(call, "message.update", draft, changes)
    posts.check(call, changes)
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
        if message.media is not None:
            await attachment_store.remove(transaction, conversation_sid, sid)
        await events.append(call, transaction, "message.removed", message, conversation_sid)
