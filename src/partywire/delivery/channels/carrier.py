"""What a carrier is: whatever takes messages to addresses, such as a gateway for SMS.

**Out:** ``take`` is called in the transaction that writes the receipt and moves the cursor on: what
the carrier writes there is kept exactly once, whatever ends when. A carrier that reaches outside
must not do so there, since nothing slow is awaited in a transaction and what was sent cannot be
undone: it puts the message into a queue of its own, a table, and sends from there, at least once,
with the channel message's SID as the key by which the other side, or it, knows a second try.

**Back:** what becomes of a message is told to ``domain.receipts.update_status``, as often and as
late as it happens. Messages that come in go to ``domain.inbound.receive``, by way of
``domain.again.until_done``; a carrier that may be handed one twice calls its two halves instead,
and writes down which it was in the transaction of ``inbound.arrive``. Either is done with the call
that ``acting`` makes (decided: decisions/0032).
"""

from typing import Protocol

from msgspec import Struct

from partywire import errors
from partywire.domain.call import Call, Resources
from partywire.model.participants import MessagingType
from partywire.model.receipts import DeliveryStatus
from partywire.model.scope import Scope
from partywire.storage import accounts
from partywire.storage.database import Transaction


class ChannelMessage(Struct, frozen=True):
    """A message on its way to one participant by address.

    Attributes:
        sid: its own, ``SM…`` or for WhatsApp ``WA…``: it never changes, however often it is tried.
        kind: the channel.
        sender: our address, from which it comes; or that of somebody in the same Group MMS.
        recipient: the participant's address.
        author: of the message in the conversation.
        message_sid: that message.
        date: when it was handed over, in milliseconds since 1970-01-01T00:00:00Z.
        media: what is attached to it, as the message keeps it; None where nothing is.
    """

    sid: str
    kind: MessagingType
    account: str
    service_sid: str
    conversation_sid: str
    message_sid: str
    participant_sid: str
    sender: str
    recipient: str
    author: str
    body: str | None
    date: int
    media: str | None = None


class Outcome(Struct, frozen=True):
    """What is known of a message once it was taken; ``sent`` says that the rest comes later."""

    status: DeliveryStatus = "sent"
    error_code: int = 0


class Carrier(Protocol):
    """Takes messages to addresses."""

    async def take(self, transaction: Transaction, message: ChannelMessage) -> Outcome:
        """Takes over one message; it is the carrier's if the transaction commits.

        A message that it will not carry fails at once: the outcome says so. An error undoes the
        transaction, and the message is handed over again, before any other, until it is taken.
        """


async def acting(
    resources: Resources, kind: MessagingType, account: str, service_sid: str | None = None
) -> Call:
    """The call with which a carrier tells of one message: nobody's request.

    Args:
        resources: the server's.
        kind: the channel, which webhooks are told as the source.
        account: whose message it is, as in ``ChannelMessage``.
        service_sid: of the message that was carried; None for one that comes in.

    Raises:
        NotFound: the account is gone.
    """
    found = await accounts.by_id(resources.database, account)
    if found is None:
        raise errors.NotFound
    service = service_sid or found.default_service_sid
    scope = Scope(found.id, found.sid, service, "account", "")
    return Call(resources, scope, resources.clock.now(), source=kind.upper(), answers={})
