"""Changes the state of conversations whose timers have ended, when nobody else comes first."""

from typing import Final

from partywire.delivery.duties import Duty, Worker
from partywire.domain import timers
from partywire.domain.call import Resources
from partywire.storage import conversations

_LONGEST_PAUSE_SECONDS: Final = 0.5  # what begins meanwhile ends later than that
_SHORTEST_PAUSE_SECONDS: Final = 0.02  # a clock that stands still shortly before an end


def firing(resources: Resources) -> Duty:
    """The duty of ending timers, each within the second in which it is due.

    Args:
        resources: the server's.
    """

    async def act(worker: Worker) -> float:
        now = resources.clock.now()
        end = await conversations.next_end(worker.database)
        if end is None:
            return _LONGEST_PAUSE_SECONDS
        if end > now:
            pause = max((end - now) / 1000, _SHORTEST_PAUSE_SECONDS)
            return min(pause, _LONGEST_PAUSE_SECONDS)
        async with worker.database.transaction() as transaction:
            await worker.hold(transaction)
            fired = await timers.fire(resources, transaction, now)
        # Those that are left are somebody's, who settles them.
        return 0.0 if fired else _LONGEST_PAUSE_SECONDS

    return Duty("timers", act)
