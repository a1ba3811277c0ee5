import asyncio
from pathlib import Path

import apsw
import pytest

from partywire.storage.database import Duplicate, StorageFailure
from partywire.storage.query import Query, Statement
from partywire.storage.sqlite import SqliteDatabase
from storage.things import ADD, NAMES, Things, began_to_commit, settled


async def test_transactions_that_wait_together_share_a_commit(things: Things) -> None:
    await asyncio.gather(*(things.add(f"{number:03}") for number in range(100)))

    # The first finds nobody waiting and goes alone; the others come meanwhile.
    assert things.commits == 2
    assert len(things.names_elsewhere()) == 100


async def test_a_group_has_a_bound(things: Things) -> None:
    await asyncio.gather(*(things.add(f"{number:03}") for number in range(600)))

    assert things.commits == 4
    assert len(things.names_elsewhere()) == 600


async def test_transactions_that_come_one_after_another_commit_one_by_one(things: Things) -> None:
    for number in range(3):
        await things.add(f"{number}")
        assert len(things.names_elsewhere()) == number + 1

    assert things.commits == 3


async def test_nothing_is_acknowledged_before_its_commit_ends(things: Things) -> None:
    things.hold_commits()
    writing = [asyncio.create_task(things.add(name)) for name in "ab"]
    await began_to_commit(things)
    await settled()

    assert not any(task.done() for task in writing)
    assert await things.names() == []
    things.gate.set()
    await asyncio.gather(*writing)

    assert things.names_elsewhere() == ["a", "b"]


async def test_transactions_see_their_own_writes_and_those_that_went_before(
    things: Things,
) -> None:
    async def seen(name: str) -> list[str]:
        async with things.database.transaction() as transaction:
            await transaction.run(ADD, name, 0)
            return await transaction.all(NAMES)

    assert await asyncio.gather(seen("a"), seen("b"), seen("c")) == [
        ["a"],
        ["a", "b"],
        ["a", "b", "c"],
    ]


async def test_an_error_undoes_its_own_transaction_and_no_other_of_the_group(
    things: Things,
) -> None:
    async def refused() -> None:
        async with things.database.transaction() as transaction:
            await transaction.run(ADD, "refused", 0)
            raise ValueError("no")

    outcomes = await asyncio.gather(
        things.add("a"),
        refused(),
        things.add("b"),
        things.add("half", "a"),
        things.add("c"),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes] == [
        type(None),
        ValueError,
        type(None),
        Duplicate,
        type(None),
    ]
    assert things.names_elsewhere() == ["a", "b", "c"]


async def test_a_transaction_that_only_failed_leaves_no_lock_behind(things: Things) -> None:
    with pytest.raises(Duplicate):
        await things.add("a", "a")

    things.locked().close()
    assert things.commits == 0


async def test_an_error_that_is_caught_inside_takes_back_its_statement_only(
    things: Things,
) -> None:
    async with things.database.transaction() as transaction:
        await transaction.run(ADD, "a", 0)
        with pytest.raises(Duplicate):
            await transaction.run(ADD, "a", 0)
        await transaction.run(ADD, "b", 0)

    assert things.names_elsewhere() == ["a", "b"]


async def test_a_statement_says_how_many_rows_it_touched(things: Things) -> None:
    await things.add("a", "b", "c")
    drop = Statement("DELETE FROM things WHERE name > $1")

    async with things.database.transaction() as transaction:
        assert await transaction.run(drop, "a") == 2
        assert await transaction.run(drop, "a") == 0


async def test_a_query_that_changes_rows_is_done_when_it_answers(things: Things) -> None:
    """``one`` reads one row of an UPDATE … RETURNING: the change must not stop there."""
    await things.add("a", "b", "c")
    rename = Query("UPDATE things SET name = name || '!' RETURNING name", str)

    async with things.database.transaction() as transaction:
        assert await transaction.one(rename) == "a!"

    assert things.names_elsewhere() == ["a!", "b!", "c!"]


async def test_a_broken_reference_is_a_failure(file: Path) -> None:
    database = SqliteDatabase(file)
    async with database.transaction() as transaction:
        await transaction.run(Statement("CREATE TABLE a (id TEXT PRIMARY KEY)"))
        await transaction.run(Statement("CREATE TABLE b (a TEXT REFERENCES a (id))"))
    with pytest.raises(StorageFailure):
        async with database.transaction() as transaction:
            await transaction.run(Statement("INSERT INTO b VALUES ('nobody')"))
    await database.close()


async def test_closing_waits_for_what_is_under_way(things: Things) -> None:
    things.hold_commits()
    writing = asyncio.create_task(things.add("a"))
    waiting = asyncio.create_task(things.add("b"))
    await began_to_commit(things)
    closing = asyncio.create_task(things.database.close())
    await settled()
    assert not closing.done()

    things.gate.set()
    await asyncio.gather(writing, waiting, closing)

    assert things.names_elsewhere() == ["a", "b"]


async def test_two_databases_on_one_file_see_each_others_writes(things: Things) -> None:
    other = SqliteDatabase(things.file)

    async def alternate(database: SqliteDatabase, names: str) -> None:
        for name in names:
            async with database.transaction() as transaction:
                await transaction.run(ADD, name, 0)

    await asyncio.gather(alternate(things.database, "abcdefgh"), alternate(other, "ijklmnop"))

    assert await things.names() == await other.all(NAMES) == list("abcdefghijklmnop")
    await other.close()


def test_the_sqlite_that_is_there_knows_returning() -> None:
    assert tuple(map(int, apsw.sqlite_lib_version().split("."))) >= (3, 35)
