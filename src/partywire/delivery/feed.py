"""The feed: every node's commits, in one order, told to whoever follows it in this process.

The outbox is the truth. That something was committed is only a hint to look there: a hint that is
lost delays (decided: decisions/0020).
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Final

from partywire.model.events import Event
from partywire.storage import outbox
from partywire.storage.database import Database, StorageFailure

# From one look to the next: events that come meanwhile get their positions, and are read, together.
_GATHERING_SECONDS: Final = 0.01
_LOOKING_SECONDS: Final = 0.5  # without a hint
_TROUBLE_SECONDS: Final = 1.0
_MOST_AT_ONCE: Final = 500

_log = logging.getLogger("partywire")


class Feed:
    """Follows the outbox of one database.

    Args:
        database: the server's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._went_on = asyncio.Event()
        self._next = 0.0  # when to look again, of the loop's time

    async def run(self) -> None:
        """Gives new events their positions and wakes who follows, until it is cancelled."""
        async with self._database.listening():
            while True:
                try:
                    await self._hint()
                    await self._place()
                except StorageFailure as error:
                    _log.warning("the feed waits: %s", error)
                    await asyncio.sleep(_TROUBLE_SECONDS)
                except Exception:
                    _log.exception("the feed failed")
                    await asyncio.sleep(_TROUBLE_SECONDS)
                self._went_on.set()
                self._went_on = asyncio.Event()

    async def _hint(self) -> None:
        news = self._database.news
        try:
            # Not wait_for, which may forget that it was cancelled (CPython 3.11).
            async with asyncio.timeout(_LOOKING_SECONDS):
                await news.wait()
        except TimeoutError:
            return
        loop = asyncio.get_running_loop()
        # Nobody waits for others who comes alone.
        await asyncio.sleep(max(0.0, self._next - loop.time()))
        news.clear()
        self._next = loop.time() + _GATHERING_SECONDS

    async def _place(self) -> None:
        while await outbox.is_to_place(self._database):
            async with self._database.transaction() as transaction:
                await outbox.place(transaction)

    async def moved(self, seconds: float) -> None:
        """Returns when the feed may have gone on, or when so many seconds have passed."""
        went_on = self._went_on
        with contextlib.suppress(TimeoutError):
            # Not wait_for, which may forget that it was cancelled (CPython 3.11).
            async with asyncio.timeout(seconds):
                await went_on.wait()

    async def follow(self, position: int | None = None) -> AsyncIterator[list[Event]]:
        """The events beyond a position, in order, as they come.

        Args:
            position: of the last event that was seen; None follows from now on.

        Raises:
            StorageFailure: the outbox cannot be read.
        """
        seen = await outbox.last(self._database) if position is None else position
        while True:
            went_on = self._went_on
            events = await outbox.after(self._database, seen, _MOST_AT_ONCE)
            if events:
                seen = events[-1].position or seen
                yield events
            else:
                await went_on.wait()
