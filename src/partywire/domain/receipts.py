"""Delivery receipts: how far messages have come on their way to addresses.

A status only goes forward: sent, then delivered, then read. Failed and undelivered end it, and
only for what was not delivered; what else comes is late or told twice, and changes nothing
(decided: decisions/0032).
"""

from collections import Counter
from typing import Final

import msgspec
from msgspec.structs import replace

from partywire import errors
from partywire.domain import conversations, events, messages
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.model.receipts import Delivery, DeliveryStatus, Receipt
from partywire.storage import messages as message_store
from partywire.storage import receipts as store
from partywire.storage.database import Transaction

_FOLLOWING: Final[dict[DeliveryStatus, frozenset[DeliveryStatus]]] = {
    "sent": frozenset({"delivered", "read", "failed", "undelivered"}),
    "delivered": frozenset({"read"}),
    "read": frozenset(),
    "failed": frozenset(),
    "undelivered": frozenset(),
}


async def page(
    call: Call, conversation_key: str, message_sid: str, request: PageRequest
) -> Page[Receipt]:
    """The message's receipts, in the order of their SIDs.

    Raises:
        NotFound: there is no such conversation, or no such message in it.
    """
    conversation_sid = await conversations.resolve(call, conversation_key)
    key = (call.service_sid, conversation_sid, message_sid)
    found = await store.page(call.database, *key, request)
    if not found.items:
        await messages.fetch(call, conversation_sid, message_sid)
    return found


async def fetch(call: Call, conversation_key: str, message_sid: str, sid: str) -> Receipt:
    """One receipt.

    Raises:
        NotFound: there is no such conversation, message, or receipt of it.
    """
    conversation_sid = await conversations.resolve(call, conversation_key)
    key = (call.service_sid, conversation_sid, message_sid)
    receipt = await store.fetch(call.database, *key, sid)
    if receipt is None:
        raise errors.NotFound
    return receipt


def told(call: Call) -> Call:
    """The call, as it causes events of receipts: webhooks are always told of them."""
    return replace(call, webhooks=True)


async def begin(
    call: Call, transaction: Transaction, sent: Receipt, status: DeliveryStatus, error_code: int
) -> None:
    """Writes a new receipt, and what became of it at once.

    Args:
        call: its source is the channel.
        transaction: one that holds the message.
        sent: as it begins.
        status: where it stands by now; ``sent`` where nothing else is known.
        error_code: why it failed; 0 if it did not.
    """
    call = told(call)
    where = sent.conversation_sid
    await events.append(call, transaction, "receipt.updated", sent, where)
    if status == "sent":
        await store.add(transaction, sent)
        return
    receipt = replace(sent, status=status, error_code=error_code, date_updated=call.now)
    await store.add(transaction, receipt)
    await events.append(call, transaction, "receipt.updated", receipt, where)


async def sum_up(
    call: Call, transaction: Transaction, conversation_sid: str, message_sid: str
) -> None:
    """Says on a message, which is held, how far it has come to whom."""
    key = (call.service_sid, conversation_sid, message_sid)
    counts: Counter[str] = Counter(await store.statuses(transaction, *key))
    delivery = msgspec.json.encode(Delivery(**counts)).decode()
    await message_store.set_delivery(transaction, *key, delivery)


async def update_status(
    call: Call, channel_message_sid: str, status: DeliveryStatus, error_code: int = 0
) -> Receipt:
    """Takes down what a carrier says of a message; returns the receipt as it stands then.

    It is safe to say the same thing twice, and to say things late.

    Args:
        call: its source is the channel, its service that of the message.
        channel_message_sid: which message.
        status: how far it came.
        error_code: why it failed; 0 if it did not.

    Raises:
        NotFound: the service has no receipt of such a message (any more).
    """
    call = told(call)
    async with call.database.transaction() as transaction:
        key = (call.service_sid, channel_message_sid)
        found = await store.by_channel_message(transaction, *key)
        if found is None:
            raise errors.NotFound
        where = (found.conversation_sid, found.message_sid)
        # All of a message's receipts take turns at it.
        held = await message_store.lock(transaction, call.service_sid, *where)
        receipt = await store.by_channel_message(transaction, *key)
        if held is None or receipt is None:
            raise errors.NotFound
        if status not in _FOLLOWING[receipt.status]:
            return receipt
        receipt = replace(receipt, status=status, error_code=error_code, date_updated=call.now)
        await store.save(transaction, receipt)
        await events.append(call, transaction, "receipt.updated", receipt, where[0])
        await sum_up(call, transaction, *where)
    return receipt
