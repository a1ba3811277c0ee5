"""What no request makes: users' devices, and receipts of messages that went to addresses."""

from domain.scenes import talk
from partywire import sids
from partywire.domain import conversations, messages, users
from partywire.domain.call import Call
from partywire.model.bindings import Binding, BindingType
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import Message, MessageChanges
from partywire.model.receipts import Receipt
from partywire.storage import bindings, receipts
from storage import rows


async def registered(call: Call, identity: str, kind: BindingType = "fcm") -> Binding:
    """A device of a user who is made where there is none, as the chat SDKs register it."""
    async with call.database.transaction() as transaction:
        user = await users.ensure(call, transaction, identity)
        binding = rows.binding(
            sid=call.sid(sids.BINDING),
            service_sid=call.service_sid,
            user_sid=user.sid,
            identity=identity,
            binding_type=kind,
        )
        await bindings.add(transaction, binding)
    return binding


async def said(call: Call, name: str = "tea") -> Message:
    """A message in a conversation of this unique name, which is made where there is none."""
    if not await conversations.exists(call, name):
        await talk(call, changes=ConversationChanges(unique_name=name))
    return await messages.create(call, name, MessageChanges(body="hello"))


async def delivered(call: Call, message: Message) -> Receipt:
    """A receipt of the message."""
    receipt = rows.receipt(
        sid=call.sid(sids.RECEIPT),
        service_sid=message.service_sid,
        conversation_sid=message.conversation_sid,
        message_sid=message.sid,
        channel_message_sid=call.sid("SM"),
    )
    async with call.database.transaction() as transaction:
        await receipts.add(transaction, receipt)
    return receipt
