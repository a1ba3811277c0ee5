"""Writes down what came of attempts: of all that are finished at a time, in one transaction."""

import asyncio
from typing import Final

from msgspec import Struct

from partywire.clock import Clock
from partywire.delivery.duties import Worker
from partywire.delivery.webhooks.addressing import receiver
from partywire.delivery.webhooks.attempt import Attempt
from partywire.delivery.webhooks.keeping import kept
from partywire.delivery.webhooks.passing import Passing
from partywire.delivery.webhooks.retrying import Patience, Verdict, verdict
from partywire.domain import again
from partywire.model.deliveries import Lane, Waiting
from partywire.storage import deliveries, delivery_attempts, delivery_lanes
from partywire.storage.database import Transaction

# Of a delivery that is tried for days, the first and the last attempts are kept: as many of each.
KEPT_ATTEMPTS: Final = 10
_MOST_AT_ONCE: Final = 100
# Of a lane that has failed so often in a row, what is too old is given up together: each after an
# attempt of its own, more would come to wait than a receiver that hangs is rid of.
_HOPELESS: Final = 10
_MOST_GIVEN_UP: Final = 500


class Next(Struct, frozen=True):
    """What a lane goes on with.

    Attributes:
        waiting: its next delivery; None if nothing waits.
        receiver: where that goes; empty if nothing waits.
        due: when it is to be tried; 0 if nothing waits.
    """

    waiting: Waiting | None
    receiver: str = ""
    due: int = 0


class _Entry(Struct):
    """What is to be written, and who waits for it."""

    lane: str
    written: asyncio.Future[Next]
    made: tuple[Waiting, Attempt] | None


class Recorder:
    """Takes results from many lanes, and writes them together.

    Args:
        worker: whose duty it is.
        clock: the server's.
        passing: by which deliveries are due.
        patience: how long deliveries are tried.
    """

    def __init__(self, worker: Worker, clock: Clock, passing: Passing, patience: Patience) -> None:
        self._worker = worker
        self._clock = clock
        self._passing = passing
        self._patience = patience
        self._entries: list[_Entry] = []
        self._news = asyncio.Event()

    async def record(self, waiting: Waiting, made: Attempt) -> Next:
        """Writes down an attempt; returns once it is durable, with what the lane goes on with."""
        return await self._written(waiting.lane, (waiting, made))

    async def put_right(self, lane: str) -> None:
        """Lets a lane wait for where its next delivery goes by now; removes an empty one."""
        await self._written(lane, None)

    async def _written(self, lane: str, made: tuple[Waiting, Attempt] | None) -> Next:
        written: asyncio.Future[Next] = asyncio.get_running_loop().create_future()
        self._entries.append(_Entry(lane, written, made))
        self._news.set()
        return await written

    async def run(self) -> None:
        """Writes until it is cancelled.

        Raises:
            NotOurs: another node does this now.
            StorageFailure: the database is not there.
        """
        while True:
            await self._news.wait()
            entries, self._entries = (
                self._entries[:_MOST_AT_ONCE],
                self._entries[_MOST_AT_ONCE:],
            )
            if not self._entries:
                self._news.clear()
            found = await again.until_done(self._write, entries)
            for entry, each in zip(entries, found, strict=True):
                if not entry.written.done():
                    entry.written.set_result(each)

    async def _write(self, entries: list[_Entry]) -> list[Next]:
        async with self._worker.database.transaction() as transaction:
            await self._worker.hold(transaction)
            return [await self._one(transaction, entry) for entry in entries]

    async def _one(self, transaction: Transaction, entry: _Entry) -> Next:
        # While it is held, nothing comes to wait in it that we do not see.
        lane = await delivery_lanes.hold(transaction, entry.lane)
        judged = Verdict("delivered")
        if entry.made is not None:
            waiting, made = entry.made
            judged = verdict(
                made,
                0 if lane is None else lane.failures,
                self._passing.now() - waiting.date_queued,
                self._patience,
            )
            await self._settle(transaction, waiting, made, judged)
        if lane is None:
            return Next(None)
        if judged.state == "dead" and judged.is_failure and lane.failures >= _HOPELESS:
            await self._give_up(transaction, lane)
        following = await deliveries.first(transaction, lane.lane)
        if following is None:
            await delivery_lanes.close(transaction, lane.lane)
            return Next(None)
        return await self._go_on(transaction, lane, judged, following)

    async def _settle(
        self, transaction: Transaction, waiting: Waiting, made: Attempt, judged: Verdict
    ) -> None:
        number, attempts = waiting.number, waiting.attempts + 1
        now = self._clock.now()
        if not await deliveries.settle(transaction, number, judged.state, attempts, now):
            return  # its account is gone
        await delivery_attempts.add(transaction, kept(made, number, attempts))
        if attempts > 2 * KEPT_ATTEMPTS:
            await delivery_attempts.forget(transaction, number, attempts - KEPT_ATTEMPTS)

    async def _give_up(self, transaction: Transaction, lane: Lane) -> None:
        before, now = self._passing.now() - self._patience.most, self._clock.now()
        await deliveries.give_up(transaction, lane.lane, before, now, _MOST_GIVEN_UP)

    async def _go_on(
        self, transaction: Transaction, lane: Lane, judged: Verdict, following: Waiting
    ) -> Next:
        now = self._passing.now()
        # What is too old as well gets its one attempt without a pause.
        is_old = now - following.date_queued >= self._patience.most
        pause = 0 if judged.state == "dead" and is_old else judged.pause
        failures = lane.failures + 1 if judged.is_failure else 0
        place = receiver(following.account, following.url)
        if place != lane.receiver:
            pause = failures = 0  # what failed there says nothing of here
        saved = Lane(lane.lane, place, now + pause, failures)
        await delivery_lanes.save(transaction, saved)
        return Next(following, place, saved.due)
