"""Nodes at their duty, and a record of who did it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from delivery.nodes import ended, until
from partywire.delivery.duties import Duty, Worker
from partywire.storage.database import Database

EVERY, PATIENCE = 0.03, 0.3
FOR_EVER = 3600.0


class Record:
    """Who did the duty, and how many were ever at it at once."""

    def __init__(self) -> None:
        self.by: list[str] = []
        self.inside = self.most = 0

    async def until_done(self, times: int) -> None:
        """Waits until it was done so many times more."""
        wanted = len(self.by) + times
        await until(lambda: len(self.by) >= wanted)

    def duty(self, name: str) -> Duty:
        """The duty as this node does it."""

        async def act(worker: Worker) -> float:
            async with worker.database.transaction() as transaction:
                await worker.hold(transaction)
                self.inside += 1
                self.most = max(self.most, self.inside)
                try:
                    await asyncio.sleep(0.002)
                finally:
                    self.inside -= 1
                self.by.append(name)
            return 0.005

        return Duty("sweep", act)


class Node:
    """A node at its duty."""

    def __init__(
        self, database: Database, name: str, duty: Duty, patience: float = PATIENCE
    ) -> None:
        self.name = name
        self.worker = Worker(database, duty, name, EVERY, patience)
        self.task = asyncio.create_task(self.worker.run())

    async def stop(self) -> None:
        """Ends in peace."""
        await ended(self.task)

    async def die(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ends without another word to the database."""

        async def nothing() -> None:
            return

        monkeypatch.setattr(self.worker, "_let_go", nothing)
        await ended(self.task)


@asynccontextmanager
async def at_work(*running: Node) -> AsyncIterator[None]:
    """Whatever happens in the block, the nodes end with it."""
    try:
        yield
    finally:
        for node in running:
            await node.stop()
