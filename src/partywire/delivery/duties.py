"""Background work that exactly one node does at a time, and another takes over when it dies."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

from msgspec import Struct

from partywire.storage import claims
from partywire.storage.claims import Claim
from partywire.storage.database import Again, Database, StorageFailure, Transaction

BEAT_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 3.0  # after which a claim that does not beat is taken
_LAST_BEAT_SECONDS: Final = 1.0  # that a beat gets which is under way when the node ends

_log = logging.getLogger("partywire")


class NotOurs(Exception):
    """Another node does this now."""


class Duty(Struct, frozen=True):
    """A piece of background work.

    Attributes:
        name: by which nodes claim it.
        act: does what is due, in transactions that begin with ``Worker.holding``; returns after
            how many seconds there may be more.
    """

    name: str
    act: Callable[["Worker"], Awaitable[float]]


class Worker:
    """One node's part in one duty: claims it, does it while it is ours, watches it otherwise.

    Args:
        database: where claims are.
        duty: what is to be done.
        node: this node's name, which no other has.
        every: seconds from one beat to the next.
        patience: seconds after which a claim that does not beat is taken; the same on all nodes.
    """

    def __init__(
        self,
        database: Database,
        duty: Duty,
        node: str,
        every: float = BEAT_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.database = database
        self._duty = duty
        self._node = node
        self._every = every
        self._patience = patience
        self._seen = Claim(duty.name, claims.NOBODY, 0)
        self._seen_at = monotonic()

    @property
    def is_ours(self) -> bool:
        """Whether this node does it, and may still go on without asking."""
        # Less than the patience of those who watch, so that this ends before they begin.
        return self._seen.holder == self._node and self._age() < self._patience - self._every

    def _age(self) -> float:
        return monotonic() - self._seen_at

    async def hold(self, transaction: Transaction) -> None:
        """Makes sure, until the transaction ends, that nobody else does this.

        Raises:
            NotOurs: somebody does.
        """
        if not await claims.is_held(transaction, self._duty.name, self._node):
            raise NotOurs

    async def run(self) -> None:
        """Does the duty whenever it is ours, until it is cancelled; then lets go of it."""
        work = beating = None
        try:
            while True:
                # A beat that is cut short may go through after we have let go.
                beating = asyncio.create_task(self._beat())
                await asyncio.shield(beating)
                if self.is_ours and (work is None or work.done()):
                    work = asyncio.create_task(self._work())
                elif not self.is_ours and work is not None:
                    await _ended(work)
                    work = None
                await asyncio.sleep(self._every)
        finally:
            if beating is not None:
                await asyncio.wait([beating], timeout=_LAST_BEAT_SECONDS)
                await _ended(beating)
            if work is not None:
                await _ended(work)
            await self._let_go()

    async def _beat(self) -> None:
        """Moves our beat on, takes one that stands still, or looks at another's."""
        try:
            claim = self._seen if self._seen.holder == self._node else await self._found()
            if claim is None:
                return
            asked = monotonic()
            async with self.database.transaction() as transaction:
                moved = await claims.beat(transaction, claim, self._node)
        except StorageFailure as error:
            _log.warning("%s waits: %s", self._duty.name, error)
            return
        self._seen = moved or Claim(self._duty.name, "somebody else", -1)
        self._seen_at = asked

    async def _found(self) -> Claim | None:
        """The claim as it stands, if it may be taken: nobody's, or one that has stood still."""
        found = await claims.look(self.database, self._duty.name)
        if found.holder in {claims.NOBODY, self._node}:
            return found  # ours, if we were not told that a beat went through
        if found != self._seen:
            # It may have moved while the answer was on its way.
            self._seen, self._seen_at = found, monotonic()
        return found if self._age() >= self._patience else None

    async def _work(self) -> None:
        try:
            while True:
                pause = await self._duty.act(self)
                await asyncio.sleep(pause)
        except (NotOurs, Again):
            return
        except StorageFailure as error:
            _log.warning("%s waits: %s", self._duty.name, error)
        except Exception:
            _log.exception("%s failed", self._duty.name)

    async def _let_go(self) -> None:
        # Asked even of a claim that does not seem ours: a beat that was cut short may have gone
        # through.
        with contextlib.suppress(StorageFailure):
            async with self.database.transaction() as transaction:
                await claims.let_go(transaction, self._duty.name, self._node)


async def _ended(work: asyncio.Task[None]) -> None:
    work.cancel()
    await asyncio.wait([work])  # unlike the work itself, it raises only if we are cancelled
