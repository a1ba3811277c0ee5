"""Forgets events that are older than anybody needs."""

from typing import Final

from partywire.clock import Clock
from partywire.delivery.duties import Duty, Worker
from partywire.storage import outbox

_MOST_AT_ONCE: Final = 1000
_PAUSE_SECONDS: Final = 60.0


def pruning(clock: Clock, kept: int) -> Duty:
    """The duty of deleting old events.

    Args:
        clock: the server's.
        kept: how long events are kept, in milliseconds.
    """

    async def act(worker: Worker) -> float:
        async with worker.database.transaction() as transaction:
            await worker.hold(transaction)
            pruned = await outbox.prune(transaction, clock.now() - kept, _MOST_AT_ONCE)
        return 0.0 if pruned == _MOST_AT_ONCE else _PAUSE_SECONDS

    return Duty("prune", act)
