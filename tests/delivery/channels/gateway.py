"""A carrier to the world, as one would be written: it queues, sends from there, and hears back."""

from msgspec import Struct

from partywire.delivery.channels.carrier import ChannelMessage, Outcome, acting
from partywire.domain import inbound, receipts
from partywire.domain.again import until_done
from partywire.domain.call import Call, Resources
from partywire.domain.inbound import Incoming
from partywire.model.receipts import DeliveryStatus
from partywire.storage.database import Database, Transaction
from partywire.storage.query import Query, Statement

_MADE = (
    Statement(
        """CREATE TABLE gateway_queue (sid TEXT PRIMARY KEY, account TEXT NOT NULL,
        service_sid TEXT NOT NULL, recipient TEXT NOT NULL, body TEXT, sent INTEGER NOT NULL)"""
    ),
    Statement("CREATE TABLE gateway_heard (id TEXT PRIMARY KEY)"),
)
_GONE = (Statement("DROP TABLE gateway_queue"), Statement("DROP TABLE gateway_heard"))
_QUEUE = Statement("INSERT INTO gateway_queue VALUES ($1, $2, $3, $4, $5, 0)")
_SENT = Statement("UPDATE gateway_queue SET sent = 1 WHERE sid = $1")
_HEAR = Statement("INSERT INTO gateway_heard VALUES ($1) ON CONFLICT (id) DO NOTHING")


class Queued(Struct, frozen=True):
    """A message that is to be sent, or was."""

    sid: str
    account: str
    service_sid: str
    recipient: str
    body: str | None


_COLUMNS = "SELECT sid, account, service_sid, recipient, body FROM gateway_queue"
_WAITING = Query(f"{_COLUMNS} WHERE sent = 0 ORDER BY sid", Queued)
_BY_SID = Query(f"{_COLUMNS} WHERE sid = $1", Queued)


class World:
    """The network of phones behind it: knows a message that it is given twice by its SID."""

    def __init__(self) -> None:
        self.calls = 0
        self.given: dict[str, Queued] = {}
        self.breaks_at = 0

    async def give(self, message: Queued) -> None:
        self.calls += 1
        self.given[message.sid] = message
        if self.calls == self.breaks_at:
            raise ConnectionError


async def made(database: Database) -> None:
    """Makes the tables, which a migration would."""
    async with database.transaction() as transaction:
        for statement in _MADE:
            await transaction.run(statement)


async def gone(database: Database) -> None:
    """Takes the tables away."""
    async with database.transaction() as transaction:
        for statement in _GONE:
            await transaction.run(statement)


class Gateway:
    """A ``Carrier`` of short messages."""

    def __init__(self, resources: Resources, world: World) -> None:
        self._resources, self._world = resources, world

    async def take(self, transaction: Transaction, message: ChannelMessage) -> Outcome:
        """See ``Carrier.take``."""
        if message.kind != "sms":
            return Outcome("failed", 21610)
        queued = (message.sid, message.account, message.service_sid)
        await transaction.run(_QUEUE, *queued, message.recipient, message.body)
        return Outcome()

    async def send(self) -> None:
        """Sends what waits, at least once."""
        database = self._resources.database
        for message in await database.all(_WAITING):
            await self._world.give(message)
            async with database.transaction() as transaction:
                await transaction.run(_SENT, message.sid)

    async def status(self, sid: str, status: DeliveryStatus, error_code: int = 0) -> None:
        """The world says what became of a message."""
        queued = await self._resources.database.one(_BY_SID, sid)
        assert queued is not None
        call = await acting(self._resources, "sms", queued.account, queued.service_sid)
        await until_done(receipts.update_status, call, sid, status, error_code)

    async def heard(self, account: str, name: str, incoming: Incoming) -> None:
        """The world hands in a message, which it knows by a name; perhaps once more."""
        await until_done(self._heard, await acting(self._resources, "sms", account), name, incoming)

    async def _heard(self, call: Call, name: str, incoming: Incoming) -> None:
        permission = await inbound.permitted(call, incoming)
        async with call.database.transaction() as transaction:
            if await transaction.run(_HEAR, name):
                await inbound.arrive(permission, transaction)
