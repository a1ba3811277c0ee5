"""The duty of carrying, done by hand; and conversations of people who are at the other end."""

from collections.abc import Sequence

from domain.scenes import talk
from partywire.delivery.channels.carrier import Carrier
from partywire.delivery.channels.carrying import FOLLOWER, Carrying
from partywire.delivery.channels.loopback import Loopback
from partywire.delivery.duties import Duty, Worker
from partywire.domain import participants
from partywire.domain.call import Call
from partywire.model.conversations import Conversation
from partywire.model.participants import NewParticipant
from partywire.storage import claims, outbox
from partywire.storage.database import Database

ANN, BEN, CEM, PROXY = "+15550001", "+15550002", "+15550003", "+15550100"
LOOPBACK = Loopback()


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
