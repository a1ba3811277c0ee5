"""Messages that come in from an address, by whatever carries them.

They reach the open conversation that has the pair of the address and ours. Where none has it, the
configuration of our address says whether one begins, and who is told of it (decided:
decisions/0032). A message that comes by a channel is always told to webhooks, and asked about.
"""

from msgspec import Struct
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import (
    addresses,
    conversations,
    drafts,
    events,
    joining,
    messages,
    messaging_bindings,
    participants,
    posts,
    timers,
    webhooks,
)
from partywire.domain.call import Call
from partywire.model.addresses import AutoCreation
from partywire.model.conversations import ConversationChanges, Opening
from partywire.model.messages import Message, MessageChanges
from partywire.model.participants import NewParticipant
from partywire.model.webhooks import WebhookChanges
from partywire.storage import addresses as address_store
from partywire.storage import messaging_bindings as binding_store
from partywire.storage import services as service_store
from partywire.storage.database import Again, Reader, Transaction
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
    def author(self) -> NewParticipant:
        """Who writes, as they join."""
        return NewParticipant(address=self.address, proxy_address=self.proxy_address)


class Beginning(Struct, frozen=True):
    """A conversation that a message begins.

    Attributes:
        sid: the conversation's.
        changes: what it is made with.
        creation: what the configuration says.
    """

    sid: str
    changes: ConversationChanges
    creation: AutoCreation


class Permitted(Struct, frozen=True):
    """A message that may come in.

    Attributes:
        call: acts for the channel, in the service of the conversation.
        incoming: as it came.
        said: as it is posted.
        pair: who writes; None where they begin a conversation.
        beginning: of that one; None where there is one.
    """

    call: Call
    incoming: Incoming
    said: MessageChanges
    pair: Pair | None
    beginning: Beginning | None


async def receive(call: Call, incoming: Incoming) -> Message:
    """Takes in a message.

    Args:
        call: of the account that has the proxy; its service is that of conversations that begin
            where the configuration names none.
        incoming: the message.

    Raises:
        BadRequest: a value is not acceptable; or no conversation has the pair, and none begins at
            the proxy.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
        Again: another node has just begun the conversation, closed it, or changed who has the pair.
    """
    permission = await permitted(call, incoming)
    async with call.database.transaction() as transaction:
        return await arrive(permission, transaction)


async def permitted(call: Call, incoming: Incoming) -> Permitted:
    """Asks the gate whether a message may come in; it, and all that begins with it.

    Raises:
        ApiError: as ``receive``.
    """
    kind = messaging_bindings.check_pair(incoming.address, incoming.proxy_address)
    said = MessageChanges(author=incoming.address, body=incoming.body)
    posts.check(call, said)
    call = replace(call, webhooks=True, source=kind.upper())
    pair = await _pair(call, call.database, incoming)
    if pair is not None and await timers.close_overdue(call, pair.conversation_sid):
        pair = await _pair(call, call.database, incoming)
    if pair is not None:
        call = _in_service(call, pair.service_sid)
        said = await messages.may_arrive(call, pair.conversation_sid, pair.participant_sid, said)
        return Permitted(call, incoming, said, pair, None)
    creation = await _creation(call, call.database, incoming)
    call = _in_service(call, creation.conversation_service_sid or call.service_sid)
    opening = Opening(incoming.address, incoming.proxy_address, body=incoming.body)
    changes = await drafts.permitted(call, ConversationChanges(), opening)
    sid = call.sid_to_ask_about(sids.CONVERSATION)
    await joining.permitted(call, sid, incoming.author)
    said = await messages.may_arrive(call, sid, None, said)
    return Permitted(call, incoming, said, None, Beginning(sid, changes, creation))


async def arrive(permission: Permitted, transaction: Transaction) -> Message:
    """Takes in a message that may come in, together with what else is written.

    Raises:
        ApiError, Again: as ``receive``.
    """
    permission = replace(permission, call=permission.call.resumed())
    call, incoming = permission.call, permission.incoming
    pair = await _pair(call, transaction, incoming)
    if pair != permission.pair:
        raise Again(f"the pair of {incoming.proxy_address} has just changed hands")
    if pair is None:
        pair = await _begin(permission, transaction)
    where = (pair.conversation_sid, pair.participant_sid)
    message = await messages.arrive(call, transaction, *where, incoming.address, permission.said)
    # Only now: whoever closes the conversation lets go of the pair, and holds it before.
    if message is None or not await binding_store.is_held_by(
        transaction, *_key(call, incoming), pair.participant_sid
    ):
        raise Again(f"the pair of {pair.participant_sid} has just been let go")
    return message


def _key(call: Call, incoming: Incoming) -> tuple[str, str, str]:
    return call.scope.account, incoming.address, incoming.proxy_address


async def _pair(call: Call, reader: Reader, incoming: Incoming) -> Pair | None:
    return await binding_store.pair(reader, *_key(call, incoming))


def _in_service(call: Call, service_sid: str) -> Call:
    return replace(call, scope=replace(call.scope, service_sid=service_sid))


async def _creation(call: Call, reader: Reader, incoming: Incoming) -> AutoCreation:
    """What our address's configuration says, if it wants conversations to begin.

    Raises:
        BadRequest: there is no configuration, or it does not want that.
        ServiceNotFound: it names a service that is gone.
    """
    account, proxy = call.scope.account, incoming.proxy_address
    address = await address_store.by_address(reader, account, proxy)
    creation = None if address is None else addresses.auto_creation(address)
    if creation is None or not creation.enabled:
        raise errors.BadRequest(
            f"No open conversation has {incoming.address} at {proxy}, and no configuration of "
            f"{proxy} begins one"
        )
    named = creation.conversation_service_sid
    if named is not None and await service_store.fetch(reader, account, named) is None:
        raise errors.ServiceNotFound(
            f"The configuration of {proxy} names {named}, which is no service any more"
        )
    return creation


async def _begin(permission: Permitted, transaction: Transaction) -> Pair:
    """Makes a conversation as our address's configuration says, with who writes in it.

    Raises:
        ApiError, Again: as ``receive``.
    """
    call, incoming, beginning = permission.call, permission.incoming, permission.beginning
    creation = await _creation(call, transaction, incoming)
    if beginning is None or creation != beginning.creation:
        raise Again(f"the configuration of {incoming.proxy_address} has just changed")
    made = await conversations.born(call, transaction, beginning.changes, beginning.sid)
    await events.append(call, transaction, "conversation.added", made, made.sid)
    try:
        (joined,) = await participants.join(call, transaction, made.sid, [incoming.author])
    except errors.PairTaken:
        raise Again(f"a conversation has just begun at {incoming.proxy_address}") from None
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
