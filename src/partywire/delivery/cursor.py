"""How far a follower has come in the feed, on the node whose duty it is."""

import contextlib
from collections.abc import AsyncIterator
from time import monotonic
from typing import Final

from partywire.delivery.duties import NotOurs, Worker
from partywire.storage import cursors
from partywire.storage.database import Database, Transaction

_KEEPING_SECONDS: Final = 1.0


class Cursor:
    """Goes on with what follows from events, in one transaction with it.

    So nothing is done twice or left out, whenever a node dies. Events that concern nobody are
    passed over in memory, and that is written down once in a while: those beyond the slowest
    follower are kept (decided: decisions/0026).

    Args:
        database: the server's.
        follower: whose cursor it is.
    """

    def __init__(self, database: Database, follower: str) -> None:
        self._database = database
        self._follower = follower
        self._written: int | None = None  # as far as we know; nobody else writes it while we do
        self._passed = 0
        self._written_at = 0.0

    async def position(self) -> int:
        """Of the last event that is done with, or that concerned nobody."""
        if self._written is None:
            self._written = await cursors.seen(self._database, self._follower)
        return max(self._written, self._passed)

    @contextlib.asynccontextmanager
    async def moving(self, worker: Worker, position: int) -> AsyncIterator[Transaction]:
        """A transaction for what follows from the events up to a position.

        Raises:
            NotOurs: another node does this, or has done it since the position was asked for.
        """
        async with self._database.transaction() as transaction:
            await worker.hold(transaction)
            written = await cursors.seen(transaction, self._follower)
            if written != self._written:
                self._written = None
                raise NotOurs
            yield transaction
            await cursors.advance(transaction, self._follower, position)
        self._written = max(written, position)
        self._written_at = monotonic()

    async def pass_over(self, worker: Worker, position: int) -> None:
        """Leaves events behind, up to a position, from which nothing follows.

        Raises:
            NotOurs: as ``moving``.
        """
        self._passed = max(self._passed, position)
        is_time = monotonic() - self._written_at >= _KEEPING_SECONDS
        if is_time and await self.position() > (self._written or 0):
            async with self.moving(worker, self._passed):
                pass
