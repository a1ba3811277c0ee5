"""Webhooks of conversations. They may change in a closed one too (decided: decisions/0009)."""

from typing import Any, Final

import msgspec
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import conversations, events
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.model.webhooks import Target, Webhook, WebhookChanges
from partywire.storage import webhooks as store
from partywire.storage.database import Transaction

# Source: codes 50361 and 50362 of the error dictionary.
_MOST_WEBHOOKS: Final = 5
_MOST_TRIGGERS: Final = 5

# What a target uses; of what else is sent to it, nothing is kept.
_USED: Final[dict[Target, frozenset[str]]] = {
    "webhook": frozenset({"url", "method", "filters", "replay_after"}),
    "trigger": frozenset({"url", "method", "triggers", "replay_after"}),
    "studio": frozenset({"flow_sid", "replay_after"}),
}
_MISSING: Final[dict[str, type[errors.BadRequest]]] = {
    "url": errors.WebhookUrlMissing,
    "filters": errors.WebhookFiltersMissing,
    "triggers": errors.WebhookTriggersMissing,
    "flow_sid": errors.BadFlowSid,
}


def _used(target: Target, changes: WebhookChanges) -> dict[str, Any]:
    """Of the changes what the target uses, as it is stored.

    Raises:
        TooManyTriggers: so they are.
    """
    if isinstance(changes.triggers, list) and len(changes.triggers) > _MOST_TRIGGERS:
        raise errors.TooManyTriggers
    used = {name: value for name, value in changes.given().items() if name in _USED[target]}
    for name in used.keys() & {"filters", "triggers"}:
        used[name] = msgspec.json.encode(used[name]).decode() if used[name] else None
    return used


def _check(webhook: Webhook) -> None:
    for name, error in _MISSING.items():
        if name in _USED[webhook.target] and not getattr(webhook, name):
            raise error


async def create(
    call: Call, conversation_key: str, target: Target | None, changes: WebhookChanges
) -> Webhook:
    """Gives a conversation a webhook; one that is to have earlier messages replayed gets them.

    Raises:
        NotFound: the service has no such conversation.
        TooManyWebhooks: it has as many as it may have.
        WebhookTargetMissing, BadRequest: a value is missing or not acceptable.
    """
    if target is None:
        raise errors.WebhookTargetMissing
    conversation_sid = await conversations.resolve(call, conversation_key)
    webhook = new(call, conversation_sid, target, changes)
    async with call.database.transaction() as transaction:
        # While it is held nothing is posted: which messages were there before is exact.
        conversation = await conversations.hold(call, transaction, conversation_sid)
        webhook = replace(webhook, next_message_index=conversation.next_message_index)
        await attach(call, transaction, webhook)
    return webhook


def new(call: Call, conversation_sid: str, target: Target, changes: WebhookChanges) -> Webhook:
    """A webhook as it is asked for.

    Raises:
        BadRequest: a value is missing or not acceptable.
    """
    blank = Webhook(
        sid=call.sid(sids.WEBHOOK),
        service_sid=call.service_sid,
        conversation_sid=conversation_sid,
        target=target,
        url=None,
        method=None if target == "studio" else "post",
        filters=None,
        triggers=None,
        flow_sid=None,
        replay_after=None,
        date_created=call.now,
        date_updated=call.now,
    )
    webhook = replace(blank, **_used(target, changes))
    _check(webhook)
    return webhook


async def attach(call: Call, transaction: Transaction, webhook: Webhook) -> None:
    """Gives it to its conversation, which is held.

    Raises:
        TooManyWebhooks: the conversation has as many as it may have.
    """
    key = (call.service_sid, webhook.conversation_sid)
    if await store.count(transaction, *key) >= _MOST_WEBHOOKS:
        raise errors.TooManyWebhooks
    await store.add(transaction, webhook)
    if webhook.replay_after is not None:
        told = replace(call, webhooks=True)
        await events.append(told, transaction, "webhook.added", webhook, webhook.conversation_sid)


async def page(call: Call, conversation_key: str, request: PageRequest) -> Page[Webhook]:
    """The conversation's webhooks, in the order of their SIDs.

    Raises:
        NotFound: the service has no such conversation.
    """
    sid = await conversations.resolve(call, conversation_key)
    found = await store.page(call.database, call.service_sid, sid, request)
    if not found.items:
        await conversations.fetch(call, sid)
    return found


async def fetch(call: Call, conversation_key: str, sid: str) -> Webhook:
    """One webhook.

    Raises:
        NotFound: there is no such conversation, or no such webhook in it.
    """
    conversation_sid = await conversations.resolve(call, conversation_key)
    webhook = await store.by_sid(call.database, call.service_sid, conversation_sid, sid)
    if webhook is None:
        raise errors.NotFound
    return webhook


async def update(call: Call, conversation_key: str, sid: str, changes: WebhookChanges) -> Webhook:
    """Changes a webhook, whose target stays; nothing given changes nothing.

    Raises:
        NotFound: there is no such conversation, or no such webhook in it.
        BadRequest: a value is taken away that the target needs, or is not acceptable.
    """
    conversation_sid = await conversations.resolve(call, conversation_key)
    async with call.database.transaction() as transaction:
        webhook = await store.lock(transaction, call.service_sid, conversation_sid, sid)
        if webhook is None:
            raise errors.NotFound
        used = _used(webhook.target, changes)
        if used:
            webhook = replace(webhook, **used, date_updated=call.now)
            _check(webhook)
            await store.save(transaction, webhook)
    return webhook


async def delete(call: Call, conversation_key: str, sid: str) -> None:
    """Deletes a webhook.

    Raises:
        NotFound: there is no such conversation, or no such webhook in it.
    """
    conversation_sid = await conversations.resolve(call, conversation_key)
    async with call.database.transaction() as transaction:
        if not await store.delete(transaction, call.service_sid, conversation_sid, sid):
            raise errors.NotFound
