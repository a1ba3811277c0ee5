"""Messages that come in from an address, by whatever carries them.

They reach the open conversation that has the pair of the address and ours. Where none has it, the
configuration of our address says whether one begins, and who is told of it (decided:
decisions/0032). A message that comes by a channel is always told to webhooks.
"""

from msgspec import Struct
from msgspec.structs import replace

from partywire import errors
from partywire.domain import (
    addresses,
    conversations,
    events,
    messages,
    messaging_bindings,
    participants,
    webhooks,
)
from partywire.domain.call import Call
from partywire.model.addresses import AutoCreation
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import Message, MessageChanges
from partywire.model.participants import NewParticipant
from partywire.model.webhooks import WebhookChanges
from partywire.storage import addresses as address_store
from partywire.storage import messaging_bindings as binding_store
from partywire.storage import services as service_store
from partywire.storage.database import Again, Transaction
from partywire.storage.messaging_bindings import Pair


class Incoming(Struct, frozen=True):
    """A message on its way in.

    Attributes:
        address: who writes.
        proxy_address: ours, to which it is written.
        body: what.
    """

    address: str
    proxy_address: str
    body: str

    @property
    def said(self) -> MessageChanges:
        """What the message is to be."""
        return MessageChanges(author=self.address, body=self.body)


async def receive(call: Call, incoming: Incoming) -> Message:
    """Takes in a message.

    Args:
        call: of the account that has the proxy; its service is that of conversations that begin
            where the configuration names none.
        incoming: the message.

    Raises:
        BadRequest: a value is not acceptable; or no conversation has the pair, and none begins at
            the proxy.
    """
    call = prepared(call, incoming)
    async with call.database.transaction() as transaction:
        return await arrive(call, transaction, incoming)


def prepared(call: Call, incoming: Incoming) -> Call:
    """The call, as it acts for a channel.

    Raises:
        BadRequest: a value is not acceptable.
    """
    kind = messaging_bindings.check_pair(incoming.address, incoming.proxy_address)
    messages.check(call, incoming.said)
    return replace(call, webhooks=True, source=kind.upper())


async def arrive(call: Call, transaction: Transaction, incoming: Incoming) -> Message:
    """Takes in a message that was prepared, together with what else is written.

    Raises:
        BadRequest: as ``receive``.
        Again: another node has just begun the conversation, closed it, or changed who has the pair.
    """
    pair_key = (call.scope.account, incoming.address, incoming.proxy_address)
    pair = await binding_store.pair(transaction, *pair_key)
    if pair is None:
        pair = await _begin(call, transaction, incoming)
    call = _in_service(call, pair.service_sid)
    message = await messages.arrive(
        call, transaction, pair.conversation_sid, pair.participant_sid, incoming.said
    )
    # Only now: whoever closes the conversation lets go of the pair, and holds it before.
    if message is None or not await binding_store.is_held_by(
        transaction, *pair_key, pair.participant_sid
    ):
        raise Again(f"the pair of {pair.participant_sid} has just been let go")
    return message


def _in_service(call: Call, service_sid: str) -> Call:
    return replace(call, scope=replace(call.scope, service_sid=service_sid))


async def _begin(call: Call, transaction: Transaction, incoming: Incoming) -> Pair:
    """Makes a conversation as our address's configuration says, with who writes in it.

    Raises:
        BadRequest: there is no configuration, or it does not want that.
        Again: another conversation has the pair by now.
    """
    account, proxy = call.scope.account, incoming.proxy_address
    address = await address_store.by_address(transaction, account, proxy)
    creation = None if address is None else addresses.auto_creation(address)
    if creation is None or not creation.enabled:
        raise errors.BadRequest(
            f"No open conversation has {incoming.address} at {proxy}, and no configuration of "
            f"{proxy} begins one"
        )
    call = _in_service(call, creation.conversation_service_sid or call.service_sid)
    if await service_store.fetch(transaction, account, call.service_sid) is None:
        raise errors.ServiceNotFound(
            f"The configuration of {proxy} names {call.service_sid}, which is no service any more"
        )
    made = await conversations.born(call, transaction, ConversationChanges())
    await events.append(call, transaction, "conversation.added", made, made.sid)
    who = NewParticipant(address=incoming.address, proxy_address=proxy)
    try:
        (joined,) = await participants.join(call, transaction, made.sid, [who])
    except errors.PairTaken:
        raise Again(f"another conversation has just begun at {proxy}") from None
    await _tell(call, transaction, made.sid, creation)
    return Pair(made.sid, joined.sid, call.service_sid)


async def _tell(
    call: Call, transaction: Transaction, conversation_sid: str, creation: AutoCreation
) -> None:
    """Gives the conversation the webhook that the configuration wants, if it wants one."""
    if creation.type == "default":
        return
    if creation.type == "studio":
        wanted = WebhookChanges(flow_sid=creation.studio_flow_sid)
    else:
        wanted = WebhookChanges(
            url=creation.webhook_url,
            method=(creation.webhook_method or "post").lower(),
            filters=creation.webhook_filters or [],
        )
    webhook = webhooks.new(call, conversation_sid, creation.type, wanted)
    await webhooks.attach(call, transaction, webhook)
