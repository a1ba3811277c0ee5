"""Buries nodes that are gone: nobody is online any more who had a socket there.

A node with sockets moves its beat on once in a second. One whose beat stands still, by the clock of
who watches, is gone (decided: decisions/0037).
"""

from time import monotonic
from typing import Final

from partywire.delivery.duties import Duty, Worker
from partywire.domain import presences
from partywire.domain.call import Resources
from partywire.domain.presences import NotGone
from partywire.model.presences import Node

NAME: Final = "presences"
PATIENCE_SECONDS: Final = 5.0

_PAUSE_SECONDS: Final = 1.0


def burying(resources: Resources, patience: float = PATIENCE_SECONDS) -> Duty:
    """The duty.

    Args:
        resources: the server's.
        patience: seconds after which a node that does not beat is gone.
    """
    seen: dict[str, tuple[int, float]] = {}

    async def act(worker: Worker) -> float:
        now = monotonic()
        found = await presences.nodes(resources)
        for name in seen.keys() - {node.name for node in found}:
            del seen[name]
        for node in found:
            beat, since = seen.get(node.name, (-1, now))
            if beat != node.beat:
                seen[node.name] = (node.beat, now)
            elif now - since >= patience:
                await _bury(worker, resources, node)
        return min(_PAUSE_SECONDS, patience)

    return Duty(NAME, act)


async def _bury(worker: Worker, resources: Resources, node: Node) -> None:
    done = False
    while not done:
        try:
            async with worker.database.transaction() as transaction:
                await worker.hold(transaction)
                done = await presences.bury(resources, transaction, node)
        except NotGone:
            return
