"""Delivery receipts: read here, written by what carries messages to addresses."""

from partywire import errors
from partywire.domain import conversations, messages
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.model.receipts import Receipt
from partywire.storage import receipts as store


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
