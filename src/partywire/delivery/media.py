"""Deletes the bytes of media that are nobody's any more, and then what is known of them.

In two steps, so that a store that is not to be reached holds up nothing else: what ended is marked
in the database, by what the feed tells and by age; what is marked is deleted from the store, and
then its row. A crash in between does the second step once more (decided: decisions/0039).
"""

import asyncio
import logging
from time import monotonic
from typing import Final

import msgspec

from partywire.clock import Clock
from partywire.delivery.cursor import Cursor
from partywire.delivery.duties import Duty, Worker
from partywire.domain.call import Resources
from partywire.domain.media import name
from partywire.model.events import Event
from partywire.model.media import Attachment, Media
from partywire.model.messages import Message
from partywire.storage import media as store
from partywire.storage import outbox
from partywire.storage.database import Database
from partywire.storage.objects import Objects, ObjectsFailure

FOLLOWER: Final = "media"

_HOUR: Final = 60 * 60 * 1000
# After which a file that no message took is given up, and one whose last byte never came.
_TAKEN_WITHIN: Final = 24 * _HOUR
_SENT_WITHIN: Final = _HOUR

_MOST_LOOKED_AT: Final = 5000  # events, in one query
_MOST_EVENTS: Final = 100  # in one transaction
_MOST_MARKED: Final = 500  # in one transaction
_MOST_DELETED: Final = 20  # at once
_PAUSE_SECONDS: Final = 1.0
_SWEEPING_SECONDS: Final = 60.0
_TROUBLE_SECONDS: Final = 10.0

_log = logging.getLogger("partywire")
_message = msgspec.json.Decoder(Message).decode
_attachments = msgspec.json.Decoder(list[Attachment]).decode


def clearing(resources: Resources) -> Duty:
    """The duty.

    Args:
        resources: the server's.
    """
    ended, sweep = Ended(resources.database), Sweep(resources.clock)
    emptying = Emptying(resources.objects)

    async def act(worker: Worker) -> float:
        more = await ended.go_on(worker)
        await sweep.go_on(worker)
        more |= await emptying.go_on(worker)
        return 0.0 if more else _PAUSE_SECONDS

    return Duty(FOLLOWER, act)


class Ended:
    """Marks what belonged to messages, conversations and services that are deleted.

    Args:
        database: the server's.
    """

    def __init__(self, database: Database) -> None:
        self._cursor = Cursor(database, FOLLOWER)

    async def go_on(self, worker: Worker) -> bool:
        """Looks at what happened since; returns whether there is more to be looked at, at once."""
        database = worker.database
        last = await outbox.last(database)
        begin = await self._cursor.position()
        end = min(last, begin + _MOST_LOOKED_AT)
        found = await store.ends(database, begin, end, _MOST_EVENTS) if begin < end else []
        if len(found) == _MOST_EVENTS:
            end = found[-1].position or end
        gone = [media for event in found for media in _of_message(event)]
        for event in found:
            await _mark(worker, event)
        if gone:
            async with self._cursor.moving(worker, end) as transaction:
                await store.doom_gone(transaction, gone)
        else:
            await self._cursor.pass_over(worker, end)
        return end < last


def _of_message(event: Event) -> list[Media]:
    """What belonged to the message that was deleted, if it is one: its rows went with it."""
    if event.kind != "message.removed":
        return []
    attached = _message(event.payload).media
    if attached is None:
        return []
    return [
        Media(
            sid=each.sid,
            service_sid=event.service_sid,
            author=None,
            category=each.category,
            filename=None,
            content_type=each.content_type,
            size=each.size,
            conversation_sid=store.NOWHERE,
            message_sid=store.NOWHERE,
            date_created=event.date,
            date_updated=event.date,
        )
        for each in _attachments(attached)
    ]


async def _mark(worker: Worker, event: Event) -> None:
    """Marks the rows of a conversation or a service that was deleted, which outlive it."""
    places = {
        "conversation.removed": (store.of_conversation, event.conversation_sid),
        "service.removed": (store.of_service, event.service_sid),
    }
    find, sid = places.get(event.kind, (None, None))
    while find is not None and sid is not None:
        rows = await find(worker.database, sid, _MOST_MARKED)
        if not rows:
            return
        async with worker.database.transaction() as transaction:
            await worker.hold(transaction)
            await store.doom_all(transaction, [row.sid for row in rows])


class Sweep:
    """Marks what nobody waits for any more, by its age.

    Args:
        clock: the server's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._swept_at = -_SWEEPING_SECONDS

    async def go_on(self, worker: Worker) -> None:
        """Looks for some, once in a while."""
        if monotonic() - self._swept_at < _SWEEPING_SECONDS:
            return
        now = self._clock.now()
        async with worker.database.transaction() as transaction:
            await worker.hold(transaction)
            await store.doom_old(transaction, now - _TAKEN_WITHIN, _MOST_MARKED)
            await store.doom_broken(transaction, now - _SENT_WITHIN, _MOST_MARKED)
        self._swept_at = monotonic()


class Emptying:
    """Deletes what is marked, from the store and then from the database.

    Args:
        objects: the server's store.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._rests_until = 0.0

    async def go_on(self, worker: Worker) -> bool:
        """Deletes some; returns whether there may be more."""
        if monotonic() < self._rests_until:
            return False
        doomed = await store.doomed(worker.database, _MOST_DELETED)
        if not doomed:
            return False
        try:
            await asyncio.gather(*(self._objects.delete(name(media)) for media in doomed))
        except ObjectsFailure as error:
            _log.warning("media that are deleted stay in the store for now: %s", error)
            self._rests_until = monotonic() + _TROUBLE_SECONDS
            return False
        async with worker.database.transaction() as transaction:
            await worker.hold(transaction)
            await store.delete(transaction, [media.sid for media in doomed])
        return len(doomed) == _MOST_DELETED
