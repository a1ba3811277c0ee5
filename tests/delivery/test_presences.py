"""Nodes that are gone are buried; nobody is online any more who had a socket there."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from domain.test_presences import is_online, presence, showing
from partywire.delivery.duties import Worker
from partywire.delivery.presences import burying
from partywire.domain import presences
from partywire.domain.call import Call

PATIENCE = 20.0


@contextlib.asynccontextmanager
async def on_duty(call: Call, patience: float) -> AsyncIterator[None]:
    worker = Worker(call.database, burying(call.resources, patience), "gravedigger")
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_a_node_that_beats_stays_and_one_that_does_not_goes(call: Call) -> None:
    await showing(call)
    await presences.come(call.resources, [await presence(call, "ann", "dead")])
    await presences.come(call.resources, [await presence(call, "bob", "alive")])
    async with on_duty(call, 1.0):
        deadline = time.monotonic() + PATIENCE
        while await is_online(call, "ann"):
            assert time.monotonic() < deadline
            assert await presences.beat(call.resources, "alive")
            await asyncio.sleep(0.05)
    assert await is_online(call, "bob")
    assert [node.name for node in await presences.nodes(call.resources)] == ["alive"]
