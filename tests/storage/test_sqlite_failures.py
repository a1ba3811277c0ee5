"""A disk that is full, a database that is locked or read-only: told plainly, nothing half done."""

import asyncio

import apsw
import pytest

from partywire.storage import sqlite
from partywire.storage.database import StorageFailure
from partywire.storage.query import Query
from storage.things import ADD, Things, began_to_commit, settled

PAGES = Query("PRAGMA page_count", int)
BULK = 20_000  # bytes: several pages


async def without_space(things: Things, pages: int) -> None:
    """Lets the file grow by so many pages and no further."""
    there = await things.database.one(PAGES) or 0
    things.pragma(f"max_page_count = {there + pages}")


async def test_a_full_disk_is_a_failure_and_takes_nothing_acknowledged_along(
    things: Things,
) -> None:
    await without_space(things, 40)
    kept: list[str] = []

    async def fill() -> None:
        for number in range(1000):
            pair = (f"{number:04}", f"{number:04}, too")
            await things.add(*pair, bulk=BULK)
            kept.extend(pair)

    with pytest.raises(StorageFailure, match="full"):
        await fill()

    assert kept
    assert things.names_elsewhere() == kept
    await without_space(things, 1000)
    await things.add("works again", bulk=BULK)
    assert things.names_elsewhere() == [*kept, "works again"]


async def test_a_disk_that_fills_up_under_a_group_keeps_what_it_acknowledges(
    things: Things,
) -> None:
    await without_space(things, 40)
    pairs = [(f"{number:04}", f"{number:04}, too") for number in range(50)]

    outcomes = await asyncio.gather(
        *(things.add(*pair, bulk=BULK) for pair in pairs), return_exceptions=True
    )

    failures = [outcome for outcome in outcomes if outcome is not None]
    assert failures
    assert all(isinstance(failure, StorageFailure) for failure in failures)
    kept = [pair for pair, failed in zip(pairs, outcomes, strict=True) if failed is None]
    assert things.names_elsewhere() == [name for pair in kept for name in pair]
    assert await things.names() == things.names_elsewhere()
    await without_space(things, 1000)
    await things.add("works again")


async def test_reading_goes_on_while_the_disk_is_full(things: Things) -> None:
    await things.add("a")
    await without_space(things, 0)
    with pytest.raises(StorageFailure):
        await things.add("b", bulk=BULK * 10)

    assert await things.names() == ["a"]


@pytest.mark.parametrize("error", [apsw.IOError("disk I/O error"), apsw.FullError("disk is full")])
async def test_a_commit_that_fails_is_told_to_all_who_share_it(
    things: Things, error: Exception
) -> None:
    things.hold_commits()
    first = asyncio.create_task(things.add("first"))
    await began_to_commit(things)
    group = [asyncio.create_task(things.add(name)) for name in "abc"]
    await settled()
    things.breaks = {2: error}
    things.gate.set()

    outcomes = await asyncio.gather(first, *group, return_exceptions=True)

    assert outcomes[0] is None
    assert [type(outcome) for outcome in outcomes[1:]] == [StorageFailure] * 3
    assert str(error) in str(outcomes[1])
    await things.add("d")
    assert things.names_elsewhere() == ["d", "first"]


async def test_a_lock_of_another_process_is_waited_for_and_others_are_answered_meanwhile(
    things: Things,
) -> None:
    await things.add("a")
    other = things.locked()
    writing = [asyncio.create_task(things.add(name)) for name in "bc"]

    # If the loop stood still for the lock, nobody could take it away.
    for _ in range(50):
        await asyncio.sleep(0.001)
        assert await things.names() == ["a"]
        assert not any(task.done() for task in writing)
    other.close()
    await asyncio.gather(*writing)

    assert things.names_elsewhere() == ["a", "b", "c"]


async def test_a_lock_that_stays_is_a_failure_for_all_who_wait(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_LOCK_PATIENCE", 0.02)
    other = things.locked()

    outcomes = await asyncio.gather(*map(things.add, "abc"), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [StorageFailure] * 3
    assert "locked" in str(outcomes[0])
    other.close()
    await things.add("d")
    assert things.names_elsewhere() == ["d"]


async def test_a_database_that_turns_read_only_is_a_failure_and_works_again_afterwards(
    things: Things,
) -> None:
    await things.add("a")
    things.pragma("query_only = 1")

    with pytest.raises(StorageFailure, match="readonly"):
        await things.add("b")

    assert await things.names() == ["a"]
    things.pragma("query_only = 0")
    await things.add("c")
    assert things.names_elsewhere() == ["a", "c"]


async def test_a_statement_that_fails_midway_leaves_no_half_of_itself(things: Things) -> None:
    await things.add("a", "b", "c")
    clash = Query("UPDATE things SET name = 'same' RETURNING name", str)

    async with things.database.transaction() as transaction:
        with pytest.raises(Exception, match="UNIQUE"):
            await transaction.one(clash)
        await transaction.run(ADD, "d", 0)

    assert things.names_elsewhere() == ["a", "b", "c", "d"]


async def test_a_check_fails_where_the_database_does_not_answer(things: Things) -> None:
    # There is no schema in it.
    with pytest.raises(StorageFailure, match="schema_version"):
        await things.database.check()
