"""Forgets events that are older than anybody needs, and what was told of them."""

from typing import Final

from partywire.clock import Clock
from partywire.delivery.duties import Duty, Worker
from partywire.storage import deliveries, outbox, removals

_MOST_AT_ONCE: Final = 1000
_PAUSE_SECONDS: Final = 60.0

# Of deliveries a copy of what was sent is kept: by age, and up to a number of each kind.
_DAY: Final = 24 * 60 * 60 * 1000
_DEAD_KEPT: Final = 30 * _DAY
_MOST_DELIVERIES: Final = 100_000


def pruning(clock: Clock, kept: int) -> Duty:
    """The duty of deleting old events and deliveries.

    Args:
        clock: the server's.
        kept: how long events and settled deliveries are kept, in milliseconds; those that were
            given up are kept for 30 days, if that is longer.
    """

    async def act(worker: Worker) -> float:
        before = clock.now() - kept
        given_up_before = min(before, clock.now() - _DEAD_KEPT)
        limit, most = _MOST_AT_ONCE, _MOST_DELIVERIES
        async with worker.database.transaction() as transaction:
            await worker.hold(transaction)
            pruned = (
                await outbox.prune(transaction, before, limit),
                await removals.prune(transaction, before, limit),
                await deliveries.prune(transaction, "delivered", before, most, limit),
                await deliveries.prune(transaction, "refused", before, most, limit),
                await deliveries.prune(transaction, "failed", before, most, limit),
                await deliveries.prune(transaction, "dead", given_up_before, most, limit),
            )
        return 0.0 if limit in pruned else _PAUSE_SECONDS

    return Duty("prune", act)
