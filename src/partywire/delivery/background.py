"""What a node does besides answering: it follows the feed, and takes its turn at each duty."""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator
from typing import Final

from msgspec.structs import replace

from partywire.delivery.channels.carrying import carrying
from partywire.delivery.channels.loopback import Loopback
from partywire.delivery.duties import Worker
from partywire.delivery.feed import Feed
from partywire.delivery.media import clearing
from partywire.delivery.presences import burying
from partywire.delivery.pruning import pruning
from partywire.delivery.push.duty import pushing
from partywire.delivery.timers import firing
from partywire.delivery.webhooks.duty import telling
from partywire.domain.call import Resources

_DAY: Final = 24 * 60 * 60 * 1000

_log = logging.getLogger("partywire")


@contextlib.asynccontextmanager
async def working(resources: Resources) -> AsyncIterator[Feed]:
    """Works for as long as the block lasts.

    Args:
        resources: the server's.
    """
    # So that a bench with a seed answers alike, however much has gone on behind it by then.
    resources = replace(resources, mint=resources.mint.apart())
    database, clock, config = resources.database, resources.clock, resources.config
    feed = Feed(database)
    node = f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(4)}"
    duties = [
        pruning(clock, config.days_kept * _DAY),
        carrying(resources, feed, Loopback() if config.handsets else None),
        pushing(resources, feed),
        telling(resources, feed),
        firing(resources),
        burying(resources),
        clearing(resources),
    ]
    work = [feed.run(), *(Worker(database, duty, node).run() for duty in duties)]
    tasks = [asyncio.create_task(each) for each in work]
    for task in tasks:
        task.add_done_callback(_died)
    try:
        yield feed
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _died(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("background work ended", exc_info=task.exception())
