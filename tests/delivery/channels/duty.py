"""The duty of carrying, done by hand; who is at the other end, and what a carrier took to them."""

from collections.abc import Sequence

from domain.scenes import talk
from partywire.delivery.channels.carrier import Carrier, ChannelMessage, Outcome
from partywire.delivery.channels.carrying import FOLLOWER, Carrying
from partywire.delivery.channels.loopback import Loopback
from partywire.delivery.duties import Duty, Worker
from partywire.domain import messages, participants, receipts
from partywire.domain.call import Call
from partywire.model.conversations import Conversation
from partywire.model.messages import Message, MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.participants import NewParticipant
from partywire.model.receipts import Receipt
from partywire.storage import claims, outbox
from partywire.storage.database import Database, Transaction

ANN, BEN, CEM, PROXY = "+15550001", "+15550002", "+15550003", "+15550100"
LOOPBACK = Loopback()
ALL = PageRequest(50)


async def phones(call: Call, *addresses: str, chatting: Sequence[str] = ()) -> Conversation:
    """A conversation of these people by address, all through one proxy, and some who chat."""
    made = await talk(call, *chatting)
    for address in addresses:
        proxy = "whatsapp:" + PROXY if address.startswith("whatsapp:") else PROXY
        new = NewParticipant(address=address, proxy_address=proxy)
        await participants.create(call, made.sid, new)
    return made


async def placed(database: Database) -> None:
    """Gives every event its place in the feed."""
    while await outbox.is_to_place(database):
        async with database.transaction() as transaction:
            await outbox.place(transaction)


async def on_duty(database: Database, name: str = "ada") -> Worker:
    """A node whose duty it is from now on."""
    async with database.transaction() as transaction:
        claim = await claims.look(transaction, FOLLOWER)
        await claims.beat(transaction, claim, name)

    async def act(_worker: Worker) -> float:
        raise NotImplementedError

    return Worker(database, Duty(FOLLOWER, act), name)


async def carry(call: Call, carrier: Carrier | None = LOOPBACK) -> None:
    """Carries whatever there is to be carried, as a node that has just begun to."""
    await placed(call.database)
    worker = await on_duty(call.database)
    carrying = Carrying(call.resources, carrier)
    while await carrying.go_on(worker):
        pass


class Taken:
    """A carrier that remembers what it took, be it undone or not."""

    def __init__(self, breaks_at: int | None = None) -> None:
        self.messages: list[ChannelMessage] = []
        self._breaks_at = breaks_at

    async def take(self, _transaction: Transaction, message: ChannelMessage) -> Outcome:
        self.messages.append(message)
        if len(self.messages) == self._breaks_at:
            raise ConnectionError
        return Outcome()

    def shown(self) -> list[tuple[str, str, str | None]]:
        """From whom to whom, and what."""
        return [(each.sender, each.recipient, each.body) for each in self.messages]


async def say(call: Call, talk: Conversation, body: str = "hello", author: str = "eve") -> Message:
    return await messages.create(call, talk.sid, MessageChanges(author=author, body=body))


async def receipts_of(call: Call, message: Message) -> list[Receipt]:
    key = (message.conversation_sid, message.sid)
    return (await receipts.page(call, *key, ALL)).items


async def taken(call: Call) -> list[tuple[str, str, str | None]]:
    """What a carrier takes that begins now."""
    carrier = Taken()
    await carry(call, carrier)
    return carrier.shown()
