"""Follows the feed, and hands what is said to those who take part by an address to the carrier.

For each message and each of them but its author: one receipt, in the transaction in which the
carrier takes the message and the cursor moves on (decided: decisions/0032).
"""

from typing import Final

import msgspec
from msgspec.structs import replace

from partywire import sids
from partywire.delivery.channels.carrier import Carrier, ChannelMessage
from partywire.delivery.cursor import Cursor
from partywire.delivery.duties import Duty, Worker
from partywire.delivery.feed import Feed
from partywire.domain import receipts
from partywire.domain.call import Call, Resources
from partywire.model.events import Event
from partywire.model.messages import Message
from partywire.model.participants import Participant
from partywire.model.receipts import Receipt
from partywire.model.scope import Scope
from partywire.storage import channels, outbox, participants, services
from partywire.storage import messages as message_store
from partywire.storage.database import Database, Transaction

FOLLOWER: Final = "channels"

_MOST_LOOKED_AT: Final = 5000  # events, in one query
_MOST_AT_ONCE: Final = 20  # messages, in one transaction
_WAITING_SECONDS: Final = 1.0
_PAUSE_SECONDS: Final = 0.02  # so that what comes meanwhile is looked at together

_decode = msgspec.json.Decoder(Message).decode


def carrying(resources: Resources, feed: Feed, carrier: Carrier | None) -> Duty:
    """The duty of carrying messages to addresses.

    Args:
        resources: the server's.
        feed: wakes it.
        carrier: takes the messages; None carries nothing, and only moves the cursor on.
    """
    carrying = Carrying(resources, carrier)

    async def act(worker: Worker) -> float:
        if not await carrying.go_on(worker):
            await feed.moved(_WAITING_SECONDS)
            return _PAUSE_SECONDS
        return 0.0

    return Duty(FOLLOWER, act)


class Carrying:
    """One node's part in it.

    Args:
        resources: the server's.
        carrier: takes the messages; None carries nothing.
    """

    def __init__(self, resources: Resources, carrier: Carrier | None) -> None:
        self._resources = resources
        self._carrier = carrier
        self._cursor = Cursor(resources.database, FOLLOWER)

    async def go_on(self, worker: Worker) -> bool:
        """Looks at what came since; returns whether there is more to be looked at, at once."""
        database = worker.database
        last = await outbox.last(database)
        begin = await self._cursor.position()
        end = min(last, begin + _MOST_LOOKED_AT)
        found = await self._concerned(database, begin, end)
        if len(found) == _MOST_AT_ONCE:
            end = found[-1].position or end
        if found:
            await self._carry(worker, found, end)
        else:
            await self._cursor.pass_over(worker, end)
        return end < last

    async def _concerned(self, database: Database, begin: int, end: int) -> list[Event]:
        if self._carrier is None or begin == end:
            return []
        if not await channels.is_anybody_addressed(database):
            return []
        return await channels.messages(database, begin, end, _MOST_AT_ONCE)

    async def _carry(self, worker: Worker, found: list[Event], end: int) -> None:
        async with self._cursor.moving(worker, end) as transaction:
            for event in found:
                await self._hand_over(transaction, _decode(event.payload))

    async def _hand_over(self, transaction: Transaction, message: Message) -> None:
        """Hands a message to the carrier, once for each who is to get it."""
        key = (message.service_sid, message.conversation_sid)
        people = await participants.with_address(transaction, *key)
        others = [each for each in people if not _is_by(message, each)]
        # One that was deleted meanwhile goes nowhere.
        if not others or await message_store.lock(transaction, *key, message.sid) is None:
            return
        account = await services.account_of(transaction, message.service_sid)
        if account is None:
            return
        call = self._call(account, message.service_sid)
        group_sender = await _group_sender(transaction, message, people)
        carried = False
        for other in others:
            sender = other.proxy_address or group_sender
            if sender is not None:
                await self._hand_to(call, transaction, message, other, sender)
                carried = True
        if carried:
            await receipts.sum_up(call, transaction, message.conversation_sid, message.sid)

    def _call(self, account: str, service_sid: str) -> Call:
        """Nobody's request; no answer shows what its scope lacks."""
        scope = Scope(account, "", service_sid, "account", "")
        return Call(self._resources, scope, self._resources.clock.now())

    async def _hand_to(
        self,
        call: Call,
        transaction: Transaction,
        message: Message,
        other: Participant,
        sender: str,
    ) -> None:
        assert self._carrier is not None  # noqa: S101 - nothing is found without one
        kind = other.messaging_type or "sms"
        carried = ChannelMessage(
            sid=call.sid(sids.WHATSAPP if kind == "whatsapp" else sids.SMS),
            kind=kind,
            account=call.scope.account,
            service_sid=message.service_sid,
            conversation_sid=message.conversation_sid,
            message_sid=message.sid,
            participant_sid=other.sid,
            sender=sender,
            recipient=other.address or "",
            author=message.author,
            body=message.body,
            date=call.now,
            media=message.media,
        )
        outcome = await self._carrier.take(transaction, carried)
        sent = Receipt(
            sid=call.sid(sids.RECEIPT),
            service_sid=message.service_sid,
            conversation_sid=message.conversation_sid,
            message_sid=message.sid,
            participant_sid=other.sid,
            channel_message_sid=carried.sid,
            status="sent",
            error_code=0,
            date_created=call.now,
            date_updated=None,
        )
        told = replace(call, source=kind.upper())
        await receipts.begin(told, transaction, sent, outcome.status, outcome.error_code)


def _is_by(message: Message, person: Participant) -> bool:
    """Whether they wrote it, be it through another proxy: who did has it on the handset already."""
    return message.participant_sid == person.sid or message.author == person.address


async def _group_sender(
    transaction: Transaction, message: Message, people: list[Participant]
) -> str | None:
    """As whose number the author shows in a Group MMS; None where it is none, or they have none."""
    if all(each.proxy_address for each in people):
        return None
    key = (message.service_sid, message.conversation_sid)
    for each in people + await participants.with_projection(transaction, *key):
        if each.sid == message.participant_sid:
            return each.projected_address or each.address
    return None
