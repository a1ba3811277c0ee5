"""Requests that are given up at each stage of a transaction leave the writer in order."""

import asyncio

import pytest

from partywire.storage import sqlite
from partywire.storage.database import StorageFailure
from storage.things import ADD, Things, began_to_commit, settled


async def given_up(task: asyncio.Task[None]) -> None:
    with pytest.raises(asyncio.CancelledError):
        await task


class Turn:
    """A transaction that is open until told to end."""

    def __init__(self, things: Things, name: str) -> None:
        self._things, self._name = things, name
        self.begun, self.end = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        async with self._things.database.transaction() as transaction:
            await transaction.run(ADD, self._name, 0)
            self.begun.set()
            await self.end.wait()


async def in_order(things: Things, *names: str) -> None:
    """These were written, and the next transaction works and gets its commit."""
    await settled()
    before = things.commits
    await things.add("z")
    assert things.commits == before + 1
    assert things.names_elsewhere() == [*names, "z"]
    things.locked().close()


async def test_while_waiting_for_the_turn(things: Things) -> None:
    first = Turn(things, "first")
    await first.begun.wait()
    waiting = [asyncio.create_task(things.add(name)) for name in "abc"]
    await settled()

    waiting[1].cancel()
    await given_up(waiting[1])
    first.end.set()
    await asyncio.gather(first.task, waiting[0], waiting[2])

    await in_order(things, "a", "c", "first")


async def test_when_the_turn_has_come_but_was_not_taken_yet(things: Things) -> None:
    behind: list[asyncio.Task[None]] = []

    async def giving_up() -> None:
        async with things.database.transaction() as transaction:
            await settled()
            await transaction.run(ADD, "first", 0)
            # Runs after the turn was passed on, and before the one behind notices.
            asyncio.get_running_loop().call_soon(behind[0].cancel)

    first = asyncio.create_task(giving_up())
    await asyncio.sleep(0)
    behind += [asyncio.create_task(things.add(name)) for name in "ab"]
    await given_up(behind[0])
    await asyncio.gather(first, behind[1])

    await in_order(things, "b", "first")


async def test_inside_the_transaction(things: Things) -> None:
    first = Turn(things, "first")
    await first.begun.wait()
    second = asyncio.create_task(things.add("a"))
    await settled()

    first.task.cancel()
    await given_up(first.task)
    await second

    await in_order(things, "a")


async def test_while_the_commit_is_under_way(things: Things) -> None:
    things.hold_commits()
    first, second = (asyncio.create_task(things.add(name)) for name in "ab")
    await began_to_commit(things)
    await settled()

    first.cancel()
    await given_up(first)
    things.gate.set()
    await second

    # It was too late: what is being written is written.
    await in_order(things, "a", "b")


async def test_while_another_process_holds_the_lock(things: Things) -> None:
    other = things.locked()
    first, second = (asyncio.create_task(things.add(name)) for name in "ab")
    await settled()

    first.cancel()
    await given_up(first)
    other.close()
    await second

    await in_order(things, "b")


async def test_when_the_wait_ended_in_a_failure_that_nobody_heard_of(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_LOCK_PATIENCE", 0.05)
    other = things.locked()

    async def unlucky() -> None:
        with pytest.raises(StorageFailure):
            await things.add("first")
        # In this moment the one behind has been told of the failure, but did not hear it yet.
        behind.cancel()
        other.close()
        async with things.database.transaction() as transaction:
            await transaction.run(ADD, "a", 0)
            await settled()
            await transaction.run(ADD, "b", 0)

    first = asyncio.create_task(unlucky())
    await asyncio.sleep(0)
    behind = asyncio.create_task(things.add("behind"))
    await given_up(behind)
    await first

    await in_order(things, "a", "b")
