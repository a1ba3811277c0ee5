"""What webhooks still have to know of a conversation that is deleted."""

import msgspec

from partywire.domain.call import Call
from partywire.model.conversations import Conversation
from partywire.model.deliveries import RemovedConversation
from partywire.storage import removals as store
from partywire.storage import webhooks as webhook_store
from partywire.storage.database import Transaction


async def remember(call: Call, transaction: Transaction, conversation: Conversation) -> None:
    """Writes it down before the conversation goes, and its webhooks with it.

    Its last events are told to them, even if that is done only later.
    """
    key = (conversation.service_sid, conversation.sid)
    webhooks = await webhook_store.every(transaction, *key)
    removed = RemovedConversation(
        sid=conversation.sid,
        service_sid=conversation.service_sid,
        messaging_service_sid=conversation.messaging_service_sid,
        webhooks=msgspec.json.encode(webhooks).decode(),
        date=call.now,
    )
    await store.add(transaction, removed)
