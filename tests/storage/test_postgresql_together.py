"""Rows of several callers in one statement: each caller is told of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from msgspec import Struct

from engines import Side
from partywire.storage.database import Again, Duplicate, ReferenceGone, StorageFailure
from partywire.storage.dialect import at_once
from partywire.storage.postgresql import PostgresqlDatabase
from storage.little import NUMBER, PATIENCE, SET, Little
from storage.things import settled


class Added(Struct, frozen=True):
    """What the database says of a row."""

    name: str
    number: int


# Below a thing that counts how often it was asked, each gets a number, in the order of the rows.
ADD = at_once(
    """
    WITH asked AS (
        SELECT * FROM unnest(CAST($2 AS TEXT[]), CAST($3 AS TEXT[])) WITH ORDINALITY
            AS a(name, parent, place)
    ), held AS (UPDATE things SET number = number + 1 WHERE name = $1 RETURNING number
    ), given AS (
        SELECT asked.*, held.number * 1000 + asked.place AS given FROM held CROSS JOIN asked
    ), added AS (INSERT INTO things (name, parent, number) SELECT name, parent, given FROM given)
    SELECT name, given FROM given ORDER BY place""",
    Added,
)
BELOW = "SELECT name FROM things WHERE number > 1000 ORDER BY number"
# The connection on which a row waits for the one that is held.
WAITS = """SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@pytest.fixture
async def hot(little: Little) -> Little:
    """The database with two things to add others below."""
    await little.add("hot", "cold")
    return little


def write(
    database: PostgresqlDatabase, name: str, key: str = "hot", parent: str | None = None
) -> Any:
    return database.together.write(ADD, (key,), (name, parent or key))


@asynccontextmanager
async def held(hot: Little) -> AsyncIterator[Callable[..., list[asyncio.Task[Any]]]]:
    """Another node holds the hot row, and one write waits for it.

    What the block's function begins is gathered.
    """
    begun: list[asyncio.Task[Any]] = []

    def begin(*names: str, parent: str | None = None) -> list[asyncio.Task[Any]]:
        made = [asyncio.create_task(write(hot.database, name, parent=parent)) for name in names]
        begun.extend(made)
        return made

    another = PostgresqlDatabase(hot.url, 2)
    async with another.transaction() as transaction:
        await transaction.run(SET, "hot", 0)
        begin("first")
        await hot.until_waiting()
        yield begin
        await settled()
    await another.close()
    await asyncio.wait_for(asyncio.wait(begun), PATIENCE)


def names(hot: Little) -> list[str]:
    """The rows that were added, in the order of their numbers."""
    return [name for (name,) in hot.side.rows(hot.url, BELOW)]


async def test_a_row_that_meets_nobody_is_written_at_once(hot: Little) -> None:
    assert await write(hot.database, "ada") == Added("ada", 1001)
    assert await write(hot.database, "ben") == Added("ben", 2001)
    assert names(hot) == ["ada", "ben"]


async def test_a_query_that_answers_no_row_answers_none_to_everybody(hot: Little) -> None:
    asked = [write(hot.database, name, key="nowhere") for name in ("ada", "ben", "cid")]
    assert await asyncio.gather(*asked) == [None, None, None]
    assert names(hot) == []


async def test_who_comes_meanwhile_is_gathered_and_told_of_its_own_row(hot: Little) -> None:
    async with held(hot) as begin:
        gathered = begin("ada", "ben", "cid")
    assert [task.result() for task in gathered] == [
        Added("ada", 2001),
        Added("ben", 2002),
        Added("cid", 2003),
    ]
    # One statement for the first, and one for all who came meanwhile.
    assert await hot.database.one(NUMBER, "hot") == 2
    assert names(hot) == ["first", "ada", "ben", "cid"]


async def test_no_statement_takes_more_rows_than_allowed(
    hot: Little, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partywire.storage.postgresql_together._MOST", 4)
    async with held(hot) as begin:
        gathered = begin(*(f"{number}" for number in range(10)))
    assert [task.result().number for task in gathered] == [
        *range(2001, 2005),
        *range(3001, 3005),
        *range(4001, 4003),
    ]


async def test_rows_of_other_keys_do_not_wait(hot: Little) -> None:
    async with held(hot) as begin:
        begin("ada")
        cold = await asyncio.wait_for(write(hot.database, "ben", key="cold"), PATIENCE)
        assert cold == Added("ben", 1001)
        assert names(hot) == ["ben"]


async def test_a_row_that_cannot_be_written_does_not_spoil_the_others(hot: Little) -> None:
    async with held(hot) as begin:
        ada, taken, nul, gone, ben = [
            *begin("ada", "cold", "a\0b"),
            *begin("cid", parent="nowhere"),
            *begin("ben"),
        ]
    assert (ada.result().name, ben.result().name) == ("ada", "ben")
    assert isinstance(taken.exception(), Duplicate)
    assert isinstance(nul.exception(), asyncpg.DataError)
    assert isinstance(gone.exception(), ReferenceGone)
    assert names(hot) == ["first", "ada", "ben"]


async def test_a_mistake_of_our_own_is_not_its_own_cause(hot: Little) -> None:
    with pytest.raises(asyncpg.DataError) as caught:
        await write(hot.database, "a\0b")
    assert caught.value.__cause__ is None


async def test_a_row_whose_caller_has_left_before_its_turn_is_not_written(hot: Little) -> None:
    async with held(hot) as begin:
        ada, gone, ben = begin("ada", "gone", "ben")
        await settled()
        gone.cancel()
    assert gone.cancelled()
    assert [ada.result().name, ben.result().name] == ["ada", "ben"]
    assert names(hot) == ["first", "ada", "ben"]


async def test_if_everybody_has_left_nothing_more_is_asked(hot: Little) -> None:
    async with held(hot) as begin:
        both = begin("ada", "ben")
        await settled()
        for task in both:
            task.cancel()
    assert names(hot) == ["first"]
    assert await hot.database.one(NUMBER, "hot") == 1
    assert (await write(hot.database, "cid")).name == "cid"


async def test_the_one_who_writes_alone_may_leave_and_the_gathered_go_on(hot: Little) -> None:
    async with hot.database.transaction() as transaction:
        await transaction.run(SET, "hot", 0)
        first = asyncio.create_task(write(hot.database, "first"))
        await hot.until_waiting()
        ada = asyncio.create_task(write(hot.database, "ada"))
        await settled()
        first.cancel()
        await asyncio.wait([first])
    assert first.cancelled()
    assert (await asyncio.wait_for(ada, PATIENCE)).name == "ada"


async def test_a_connection_that_breaks_leaves_it_unknown_whether_all_of_them_are_written(
    hot: Little, side: Side
) -> None:
    another = PostgresqlDatabase(hot.url, 2)
    async with another.transaction() as transaction:
        await transaction.run(SET, "hot", 0)
        first = asyncio.create_task(write(hot.database, "first"))
        await hot.until_waiting()
        gathered = [asyncio.create_task(write(hot.database, name)) for name in ("ada", "ben")]
        await settled()
        hot.end(side.rows(hot.url, WAITS)[0][0])
        await asyncio.wait([first])
        await hot.until_waiting()  # the gathered ones
        later = [asyncio.create_task(write(hot.database, name)) for name in ("cid", "dan")]
        await settled()
        hot.end(side.rows(hot.url, WAITS)[0][0])
        await asyncio.wait(gathered)
    await another.close()

    for task in (first, *gathered):
        error = task.exception()
        assert isinstance(error, StorageFailure)
        # Doing it again might do it twice.
        assert not isinstance(error, Again)
        assert "not known whether written" in str(error)
    assert [(await asyncio.wait_for(task, PATIENCE)).name for task in later] == ["cid", "dan"]
    assert names(hot) == ["cid", "dan"]


class Clashing:
    """A connection whose next statement is the victim of a deadlock."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._clashes = True

    async def fetch(self, *asked: Any) -> Any:
        if self._clashes:
            self._clashes = False
            raise asyncpg.DeadlockDetectedError("deadlock detected")
        return await self._connection.fetch(*asked)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


async def test_a_clash_says_to_all_of_its_rows_that_they_may_try_again(
    hot: Little, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = hot.database.pool
    async with held(hot) as begin:
        gathered = begin("ada", "ben")
        await settled()
        take = pool.take

        async def clashing() -> Any:
            monkeypatch.setattr(pool, "take", take)
            return Clashing(await take())

        monkeypatch.setattr(pool, "take", clashing)
    assert [type(task.exception()) for task in gathered] == [Again, Again]
    assert names(hot) == ["first"]
    assert (await write(hot.database, "ada")).name == "ada"


async def test_closing_waits_until_the_gathered_are_written(hot: Little) -> None:
    async with held(hot) as begin:
        gathered = begin("ada", "ben")
        closing = asyncio.create_task(hot.database.together.close())
        await hot.until_waiting()
        assert not any(task.done() for task in (*gathered, closing))
    await asyncio.wait_for(closing, PATIENCE)
    assert [task.done() for task in gathered] == [True, True]
    assert names(hot) == ["first", "ada", "ben"]


async def test_each_write_is_news(hot: Little) -> None:
    hot.database.news.clear()
    await write(hot.database, "ada")
    assert hot.database.news.is_set()

    hot.database.news.clear()
    with pytest.raises(Duplicate):
        await write(hot.database, "ada")
    assert not hot.database.news.is_set()
