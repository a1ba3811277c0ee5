"""Sends what waits: in each lane one after the other, many lanes at once.

A lane is one webhook's part of one conversation. Its next delivery is sent once the former is
settled: taken, refused or given up (decided: decisions/0026).
"""

import asyncio
import contextlib
import logging
from typing import Final

import msgspec

from partywire.delivery.duties import NotOurs, Worker
from partywire.delivery.outgoing import Client
from partywire.delivery.webhooks.addressing import receiver
from partywire.delivery.webhooks.attempt import Attempt, Told, attempt, mistaken
from partywire.delivery.webhooks.crew import Crew
from partywire.delivery.webhooks.passing import Passing
from partywire.delivery.webhooks.receivers import Receivers
from partywire.delivery.webhooks.recording import Recorder
from partywire.delivery.webhooks.retrying import is_trouble
from partywire.delivery.webhooks.signature import Pairs
from partywire.domain.call import Resources
from partywire.model.deliveries import Lane, Waiting
from partywire.storage import deliveries, delivery_lanes

MOST_AT_ONCE: Final = 256  # lanes
_MOST_IN_A_ROW: Final = 50  # of one lane, until others get their turn
_LOOKING_SECONDS: Final = 0.5  # for lanes that have become due
_GATHERING_SECONDS: Final = 0.002

_log = logging.getLogger("partywire")
_pairs = msgspec.json.Decoder(Pairs).decode


class Sender:
    """Looks for lanes that are due, and works through them.

    Args:
        resources: the server's.
        worker: whose duty it is.
        client: by which requests leave.
        passing: by which deliveries are due.
        recorder: writes down what came of it.
        crew: to which its tasks belong.
    """

    def __init__(
        self,
        resources: Resources,
        worker: Worker,
        client: Client,
        passing: Passing,
        recorder: Recorder,
        crew: Crew,
    ) -> None:
        self._resources = resources
        self._worker = worker
        self._client = client
        self._passing = passing
        self._recorder = recorder
        self._crew = crew
        self._receivers = Receivers(resources.config.webhook_longest_pause)
        self._busy: set[str] = set()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Lets it look at once."""
        self._woken.set()

    async def run(self) -> None:
        """Sends until it is cancelled.

        Raises:
            StorageFailure: the database is not there.
        """
        while True:
            self._woken.clear()
            await self._look()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOKING_SECONDS):
                    await self._woken.wait()
            await asyncio.sleep(_GATHERING_SECONDS)

    async def _look(self) -> None:
        """Starts as many lanes as there is room for, none of them twice."""
        if len(self._busy) >= MOST_AT_ONCE:
            return
        database, now = self._worker.database, self._passing.now()
        found = await delivery_lanes.receivers(database, now)
        for place in self._receivers.in_turn(found):
            room = min(self._receivers.room(place), MOST_AT_ONCE - len(self._busy))
            if room <= 0:
                continue
            # Those at work are due as well, until it is written down what came of it.
            most = room + self._receivers.active(place)
            for lane in await delivery_lanes.due(database, place, now, most):
                if lane.lane not in self._busy and room > 0:
                    room -= 1
                    self._start(lane)

    def _start(self, lane: Lane) -> None:
        self._busy.add(lane.lane)
        self._receivers.begin(lane.receiver)
        self._crew.start(self._work(lane)).add_done_callback(lambda _: self._stopped(lane))

    def _stopped(self, lane: Lane) -> None:
        self._busy.discard(lane.lane)
        self._receivers.end(lane.receiver)
        self._woken.set()

    async def _work(self, found: Lane) -> None:
        """Works through a lane for a while, as long as it is due."""
        database = self._worker.database
        # It may have been at work, and have failed, when it was found.
        lane = await delivery_lanes.look(database, found.lane)
        if lane is None or lane.due > self._passing.now():
            return
        waiting = await deliveries.first(database, lane.lane)
        if waiting is None or receiver(waiting.account, waiting.url) != found.receiver:
            await self._recorder.put_right(lane.lane)
            return
        for _ in range(_MOST_IN_A_ROW):
            made = await self._send(waiting)
            rest = self._receivers.note(found.receiver, is_trouble=is_trouble(made))
            following = await self._recorder.record(waiting, made)
            pause = following.due - self._passing.now()
            self._wake_after(rest, pause)
            if following.waiting is None or pause > 0:
                return
            if following.receiver != found.receiver:
                return
            if not self._receivers.may_go_on(found.receiver):
                return
            waiting = following.waiting

    async def _send(self, waiting: Waiting) -> Attempt:
        if not self._worker.is_ours:
            raise NotOurs
        date = self._resources.clock.now()
        try:
            return await self._attempt(waiting)
        except Exception as error:
            # It holds up its own lane, and no other.
            _log.exception("a webhook could not be told")
            return mistaken(date, waiting, error)

    async def _attempt(self, waiting: Waiting) -> Attempt:
        resources = self._resources
        told = Told(
            method=waiting.method,
            url=waiting.url,
            pairs=_pairs(waiting.parameters),
            sid=waiting.sid,
            retry=waiting.attempts,
        )
        token = resources.vault.decrypt(waiting.token).decode()
        return await attempt(self._client, resources.clock, token, told)

    def _wake_after(self, rest: float, pause: int) -> None:
        """Looks again when a receiver has rested, or a lane is due, if that is soon."""
        loop = asyncio.get_running_loop()
        for seconds in (rest, pause / 1000):
            if 0 < seconds < _LOOKING_SECONDS:
                loop.call_later(seconds + 0.001, self._woken.set)
