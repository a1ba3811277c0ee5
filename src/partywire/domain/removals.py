"""What webhooks and clients still have to know of a conversation that is deleted."""

import msgspec

from partywire.domain.call import Call
from partywire.model.conversations import Conversation
from partywire.model.deliveries import RemovedConversation
from partywire.storage import participants as participant_store
from partywire.storage import removals as store
from partywire.storage import webhooks as webhook_store
from partywire.storage.database import Transaction


async def remember(call: Call, transaction: Transaction, conversation: Conversation) -> None:
    """Writes it down before the conversation goes, and its webhooks with it.

    Its last events are told to them, even if that is done only later; and whoever was in it is told
    that it is gone, when they come back.
    """
    key = (conversation.service_sid, conversation.sid)
    webhooks = await webhook_store.every(transaction, *key)
    user_sids = await participant_store.user_sids(transaction, *key)
    removed = RemovedConversation(
        sid=conversation.sid,
        service_sid=conversation.service_sid,
        messaging_service_sid=conversation.messaging_service_sid,
        webhooks=msgspec.json.encode(webhooks).decode(),
        date=call.now,
        user_sids=msgspec.json.encode(user_sids).decode(),
    )
    await store.add(transaction, removed)
