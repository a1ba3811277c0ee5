"""Nodes of one database, within this process, and waiting for what they do."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

from cryptography.fernet import Fernet

from partywire.clock import Clock
from partywire.config import Config
from partywire.domain.call import Resources
from partywire.sids import Mint
from partywire.storage.database import Database
from partywire.storage.opening import open_database
from partywire.storage.vault import Vault

PATIENCE = 20.0  # seconds


async def until(holds: Callable[[], bool]) -> None:
    """Waits until it does."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


async def ended(task: asyncio.Task[None]) -> None:
    """Cancels it, and waits for its end."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.wait_for(task, PATIENCE)


def resources_of(database: Database, clock: Clock, **settings: Any) -> Resources:
    """What a node with this database shares."""
    config = Config(database="", key_file="", **settings)
    return Resources(config, database, Vault(Fernet.generate_key()), clock, Mint(clock))


class Nodes:
    """Opens nodes, which are closed with the last of them."""

    def __init__(self, url: str, stack: AsyncExitStack) -> None:
        self.url = url
        self._stack = stack

    async def one(self) -> Database:
        """One more node."""
        database = await open_database(self.url, 4)
        self._stack.push_async_callback(database.close)
        return database


@contextlib.asynccontextmanager
async def of(url: str) -> AsyncIterator[Nodes]:
    async with AsyncExitStack() as stack:
        yield Nodes(url, stack)
