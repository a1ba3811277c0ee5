"""Makes deliveries of events: one for each webhook that is to be told.

Each event is read from the feed once it is committed. Its deliveries and how far the feed has been
read are written in one transaction, so that none is forgotten or made twice, whenever a node dies
(decided: decisions/0026).
"""

import hashlib
from typing import Final

import msgspec

from partywire import sids
from partywire.delivery.cursor import Cursor
from partywire.delivery.duties import Worker
from partywire.delivery.webhooks import recipients
from partywire.delivery.webhooks.addressing import receiver
from partywire.delivery.webhooks.passing import Passing
from partywire.delivery.webhooks.recipients import Recipient
from partywire.delivery.webhooks.signature import Pairs
from partywire.delivery.webhooks.surroundings import Surroundings
from partywire.domain import again
from partywire.domain.call import Resources
from partywire.model.deliveries import Delivery, Lane
from partywire.model.events import Event
from partywire.model.messages import Message
from partywire.model.webhooks import Webhook
from partywire.storage import cursors, deliveries, delivery_lanes, messages, outbox
from partywire.storage.database import Transaction

FOLLOWER: Final = "webhooks"
MOST_REPLAYED: Final = 10_000  # messages
_MOST_AT_ONCE: Final = 500

_message = msgspec.json.Decoder(Message).decode
_webhook = msgspec.json.Decoder(Webhook).decode
_encode = msgspec.json.Encoder().encode


class Router:
    """Reads on in the feed.

    Args:
        resources: the server's.
        worker: whose duty it is.
        passing: by which deliveries are due.
    """

    def __init__(self, resources: Resources, worker: Worker, passing: Passing) -> None:
        self._database = resources.database
        self._clock = resources.clock
        self._worker = worker
        self._passing = passing
        self._cursor = Cursor(resources.database, FOLLOWER)

    async def read_on(self) -> int:
        """Makes deliveries of what is new; returns of how many events.

        Raises:
            NotOurs: another node does this now.
            StorageFailure: the database is not there.
        """
        database = self._database
        position = await self._cursor.position()
        last = await outbox.last(database)
        events: list[Event] = []
        if last > position:
            events = await cursors.for_webhooks(database, position, last, _MOST_AT_ONCE)
        end = last if len(events) < _MOST_AT_ONCE else events[-1].position or last
        await self._write(events, max(end, position))
        return len(events)

    async def _write(self, events: list[Event], end: int) -> None:
        """Writes deliveries of events, the last of which may have others behind it up to ``end``.

        Messages that are replayed are written in steps, before whatever follows.
        """
        plain: list[Event] = []
        for event in events:
            if event.kind != "webhook.added":
                plain.append(event)
                continue
            if plain:
                await again.until_done(self._tell, plain, plain[-1].position)
                plain = []
            await self._replay(event)
        if plain:
            await again.until_done(self._tell, plain, end)
        else:
            await again.until_done(self._cursor.pass_over, self._worker, end)

    async def _tell(self, events: list[Event], end: int) -> None:
        async with self._cursor.moving(self._worker, end) as transaction:
            writing = Writing(transaction, self._clock.now(), self._passing.now())
            for event in events:
                await writing.tell(event)

    async def _replay(self, event: Event) -> None:
        """Tells a new webhook the messages that were there before it.

        Done again after a crash, it makes no delivery twice: their SIDs are the same.
        """
        webhook = _webhook(event.payload)
        end = webhook.next_message_index
        first = max(webhook.replay_after or 0, end - MOST_REPLAYED)
        while first < end:
            first = await again.until_done(self._replay_some, event, webhook, first)

    async def _replay_some(self, event: Event, webhook: Webhook, first: int) -> int:
        async with self._database.transaction() as transaction:
            await self._worker.hold(transaction)
            writing = Writing(transaction, self._clock.now(), self._passing.now())
            place = (webhook.service_sid, webhook.conversation_sid)
            end = webhook.next_message_index
            found = await messages.between(transaction, *place, first, end, _MOST_AT_ONCE)
            for message in found:
                await writing.tell_again(event, webhook, message)
        return end if len(found) < _MOST_AT_ONCE else found[-1].index + 1


class Writing:
    """The deliveries of one transaction.

    Args:
        transaction: the transaction.
        now: what deliveries are dated by.
        due: when they are due, in milliseconds since 1970-01-01T00:00:00Z.
    """

    def __init__(self, transaction: Transaction, now: int, due: int) -> None:
        self._transaction = transaction
        self._now, self._due = now, due
        self._around = Surroundings(transaction)
        self._opened: set[str] = set()

    async def tell(self, event: Event) -> None:
        """Writes a delivery for each webhook that is to be told of an event."""
        around = self._around
        account = await around.account(event.service_sid)
        told = await around.told(event)
        if account is None or told is None:
            return
        name, pairs = told
        message = _message(event.payload) if event.kind == "message.added" else None
        wanted = [
            recipients.of_account(await around.account_webhooks(account.id), name),
            recipients.of_service(await around.service_webhooks(event.service_sid), name),
            *(
                recipients.of_conversation(webhook, name, message)
                for webhook in await around.conversation_webhooks(event)
                # What was there before the webhook is told to it only if it asked for that.
                if message is None or message.index >= webhook.next_message_index
            ),
        ]
        for recipient in wanted:
            if recipient is not None:
                await self._add(event, account.id, recipient, name, pairs)

    async def tell_again(self, event: Event, webhook: Webhook, message: Message) -> None:
        """Writes the delivery of a message that was there before the webhook."""
        added = Event(
            sid=message.sid,
            service_sid=message.service_sid,
            conversation_sid=message.conversation_sid,
            kind="message.added",
            webhooks=1,
            date=event.date,
            payload=_encode(message).decode(),
        )
        account = await self._around.account(event.service_sid)
        told = await self._around.told(added)
        if account is None or told is None:
            return
        recipient = recipients.of_conversation(webhook, told[0], message)
        if recipient is not None:
            await self._add(added, account.id, recipient, *told)

    async def _add(
        self, event: Event, account: str, recipient: Recipient, name: str, pairs: Pairs
    ) -> None:
        lane = f"{recipient.webhook}/{event.conversation_sid or event.service_sid}"
        delivery = Delivery(
            number=0,
            sid=_sid(recipient.webhook, event.sid),
            account=account,
            service_sid=event.service_sid,
            conversation_sid=event.conversation_sid,
            webhook=recipient.webhook,
            lane=lane,
            event_sid=event.sid,
            event_type=name,
            method=recipient.method,
            url=recipient.url,
            receiver=receiver(account, recipient.url),
            parameters=_encode(pairs).decode(),
            state="waiting",
            attempts=0,
            date_queued=self._now,
            date_created=self._now,
            date_updated=self._now,
        )
        await deliveries.add(self._transaction, delivery)
        if lane not in self._opened:
            self._opened.add(lane)
            opened = Lane(lane, delivery.receiver, self._due, 0)
            await delivery_lanes.open_(self._transaction, opened)


def _sid(webhook: str, event_sid: str) -> str:
    """The SID of a delivery: the same for the same event to the same webhook."""
    digest = hashlib.sha256(f"{webhook}/{event_sid}".encode()).hexdigest()
    return f"{sids.DELIVERY}{digest[:32]}"
