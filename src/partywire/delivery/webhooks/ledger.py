"""Writes down what pre-event webhooks were asked and answered, after the request was answered.

Nobody waits for it: what cannot be written is lost, and a line in the log says so.
"""

import asyncio
import logging
from typing import Final

from msgspec import Struct

from partywire.delivery.webhooks.attempt import Attempt
from partywire.delivery.webhooks.keeping import kept
from partywire.domain.again import until_done
from partywire.errors import NotFound
from partywire.model.deliveries import Delivery
from partywire.storage import deliveries, delivery_attempts
from partywire.storage.database import Database, StorageFailure

_GATHERING_SECONDS: Final = 0.02  # what is finished meanwhile is written together
_MOST_AT_ONCE: Final = 100
_MOST_WAITING: Final = 10_000

_log = logging.getLogger("partywire")


class Entry(Struct, frozen=True):
    """One question that is settled, and how it went."""

    delivery: Delivery
    made: Attempt


class Ledger:
    """Takes what is settled from many requests, and writes it together.

    Args:
        database: the server's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._entries: list[Entry] = []
        self._writing: asyncio.Task[None] | None = None

    def keep(self, delivery: Delivery, made: Attempt) -> None:
        """Has it written soon."""
        if len(self._entries) >= _MOST_WAITING:
            _log.warning("%s was not written down: too much waits for that", delivery.sid)
            return
        self._entries.append(Entry(delivery, made))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._entries:
            await asyncio.sleep(_GATHERING_SECONDS)
            entries = self._entries[:_MOST_AT_ONCE]
            self._entries = self._entries[_MOST_AT_ONCE:]
            try:
                await until_done(self._store, entries)
            except (StorageFailure, NotFound) as error:
                _log.warning("%d answers were not written down: %s", len(entries), error)

    async def _store(self, entries: list[Entry]) -> None:
        async with self._database.transaction() as transaction:
            for entry in entries:
                await deliveries.add(transaction, entry.delivery)
                written = await deliveries.by_sid(transaction, entry.delivery.sid)
                if written is not None:
                    attempt = kept(entry.made, written.number, written.attempts)
                    await delivery_attempts.add(transaction, attempt)

    async def close(self) -> None:
        """Writes what is left."""
        if self._writing is not None:
            await self._writing
