"""Statements that may touch very many rows run off the loop, within their transaction's turn."""

import asyncio

import pytest

from partywire.storage.database import StorageFailure
from partywire.storage.query import Statement
from storage.things import ADD, CLEAR, Things, settled


class Clearing:
    """A transaction that deletes everything, and is held in the middle of it."""

    def __init__(self, things: Things) -> None:
        self._things = things
        things.long_gate.clear()
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> int:
        async with self._things.database.transaction() as transaction:
            await transaction.run(ADD, "before", 0)
            return await transaction.run_long(CLEAR)

    async def begun(self) -> None:
        assert await asyncio.to_thread(self._things.running_long.wait, 30)
        await settled()


async def test_readers_are_answered_meanwhile_and_writers_wait(things: Things) -> None:
    await things.add("a", "b")
    clearing = Clearing(things)
    await clearing.begun()
    writing = asyncio.create_task(things.add("c"))
    await settled()

    assert await things.names() == ["a", "b"]
    assert not writing.done()
    things.long_gate.set()

    assert await clearing.task == 3
    await writing
    assert things.names_elsewhere() == ["c"]


async def test_an_error_of_it_undoes_the_transaction(things: Things) -> None:
    async def broken() -> None:
        async with things.database.transaction() as transaction:
            await transaction.run(ADD, "half", 0)
            await transaction.run_long(Statement("DELETE FROM nowhere"))

    with pytest.raises(StorageFailure, match="nowhere"):
        await broken()

    await things.add("a")
    assert things.names_elsewhere() == ["a"]


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_giving_up_meanwhile_undoes_the_transaction_once_it_is_over(
    things: Things, times: int
) -> None:
    await things.add("a")
    clearing = Clearing(things)
    await clearing.begun()
    behind = asyncio.create_task(things.add("b"))
    await settled()

    # As often as a server that stops may ask for it.
    for _ in range(times):
        clearing.task.cancel()
        await settled()
    assert not behind.done()
    things.long_gate.set()

    with pytest.raises(asyncio.CancelledError):
        await clearing.task
    await behind
    assert things.names_elsewhere() == ["a", "b"]
    things.locked().close()


async def test_closing_waits_for_it(things: Things) -> None:
    await things.add("a")
    clearing = Clearing(things)
    await clearing.begun()
    closing = asyncio.create_task(things.database.close())
    await settled()
    assert not closing.done()

    things.long_gate.set()
    await asyncio.gather(clearing.task, closing)

    assert things.names_elsewhere() == []
