"""Push as one node's duty: deciding, sending and forgetting go on beside each other."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from partywire.delivery.duties import Duty, Worker
from partywire.delivery.feed import Feed
from partywire.delivery.push.deciding import SENT_TO
from partywire.delivery.push.planning import Planner
from partywire.delivery.push.providers import provider
from partywire.delivery.push.sending import Providers, Sender
from partywire.domain.call import Resources
from partywire.storage import pushes

NAME: Final = "push"

_DAY: Final = 24 * 60 * 60 * 1000
_MOST_PRUNED: Final = 1000
_PRUNING_SECONDS: Final = 60.0


def pushing(resources: Resources, feed: Feed, providers: Providers = provider) -> Duty:
    """The duty of pushing to users' devices.

    Args:
        resources: the server's.
        feed: this node's.
        providers: see ``Sender``.
    """

    async def act(worker: Worker) -> float:
        sender = Sender(resources, providers)
        try:
            await together(
                Planner(resources, sender.wake).run(worker, feed),
                _forgetting(resources, worker),
                *(sender.lane(worker, kind) for kind in SENT_TO),
            )
        finally:
            await sender.close()
        return 0.0

    return Duty(NAME, act)


async def together(*parts: Coroutine[Any, Any, None]) -> None:
    """Does all of it at once, until a part ends or fails: then ends the others, and does so too."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.result()


async def _forgetting(resources: Resources, worker: Worker) -> None:
    """Deletes decisions that are older than is kept, a few at a time."""
    while True:
        before = resources.clock.now() - resources.config.days_kept * _DAY
        async with resources.database.transaction() as transaction:
            await worker.hold(transaction)
            pruned = await pushes.prune(transaction, before, _MOST_PRUNED)
        await asyncio.sleep(0.0 if pruned == _MOST_PRUNED else _PRUNING_SECONDS)
