"""Asking together, against a database that the test answers for, and against PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from engines import Side, needed
from partywire.storage.database import StorageFailure
from partywire.storage.opening import open_database
from partywire.storage.postgresql import PostgresqlDatabase
from partywire.storage.postgresql_reads import Reads, gathered
from partywire.storage.query import Query


class Thing(Struct, frozen=True):
    """A row."""

    name: str
    size: int | None


ONE = Query("SELECT name, size FROM things WHERE name = $1 AND size > $2", Thing)


class Answers:
    """Knows the squares of some numbers, and answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.may = asyncio.Event()
        self.error: Exception | None = None

    async def ask(self, _text: str, arguments: tuple[Any, ...]) -> list[Any]:
        self.asked.append(arguments)
        await self.may.wait()
        await asyncio.sleep(0)  # as long as a round trip takes, at least
        if self.error is not None:
            raise self.error
        (first,) = arguments
        if not isinstance(first, list):
            return [] if first % 3 == 0 else [(first * first,)]
        rows = [(place, each * each) for place, each in enumerate(first, 1) if each % 3]
        return rows[::-1]  # in whatever order


SQUARE = Query("SELECT $1 * $1", int)


async def test_each_gets_the_answer_to_what_it_asked_and_two_statements_do() -> None:
    answers = Answers()
    reads = Reads(answers.ask)
    tasks = [asyncio.create_task(reads.one(SQUARE, (number,))) for number in range(1, 11)]
    await asyncio.sleep(0)
    answers.may.set()

    found = await asyncio.gather(*tasks)

    assert found == [number * number if number % 3 else None for number in range(1, 11)]
    assert answers.asked == [(1,), (list(range(2, 11)),)]


async def test_who_comes_while_others_are_answered_is_not_forgotten() -> None:
    answers = Answers()
    answers.may.set()
    reads = Reads(answers.ask)

    async def asker(number: int) -> list[int | None]:
        return [await reads.one(SQUARE, (number + step,)) for step in range(5)]

    found = await asyncio.gather(*(asker(number) for number in range(20)))

    assert found == [[(n + s) ** 2 if (n + s) % 3 else None for s in range(5)] for n in range(20)]
    assert len(answers.asked) < 100
    assert await reads.one(SQUARE, (2,)) == 4
    assert answers.asked[-1] == (2,)  # alone again


async def test_a_database_that_is_not_there_is_not_there_for_anybody() -> None:
    answers = Answers()
    answers.error = StorageFailure("gone")
    answers.may.set()
    reads = Reads(answers.ask)

    found = await asyncio.gather(
        *(reads.one(SQUARE, (number,)) for number in range(5)), return_exceptions=True
    )

    assert [type(each) for each in found] == [StorageFailure] * 5
    assert len(answers.asked) == 2


async def test_who_went_away_does_not_keep_the_others_from_their_answers() -> None:
    answers = Answers()
    reads = Reads(answers.ask)
    tasks = [asyncio.create_task(reads.one(SQUARE, (number,))) for number in (1, 2, 4, 5)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[2].cancel()
    await asyncio.sleep(0)
    answers.may.set()

    found = await asyncio.gather(*tasks, return_exceptions=True)

    assert [found[1], found[3]] == [4, 25]
    assert [type(found[0]), type(found[2])] == [asyncio.CancelledError] * 2


@pytest.fixture
async def database(side: Side, worker: str) -> AsyncIterator[PostgresqlDatabase]:
    needed("postgresql")
    url = side.made(f"reads_{worker}")
    side.execute(url, "CREATE TABLE things (name TEXT PRIMARY KEY, size BIGINT)")
    side.execute(url, "INSERT INTO things SELECT 'n' || n, n FROM generate_series(1, 50) AS n")
    opened = PostgresqlDatabase(url, 4)
    yield opened
    await opened.close()
    side.dropped(f"reads_{worker}")


async def test_postgresql_answers_many_as_it_answers_one(database: PostgresqlDatabase) -> None:
    asked = [(f"n{number}", number % 7 * 8) for number in range(1, 60)]
    alone = [await database.one(ONE, *each) for each in asked]

    together = await asyncio.gather(*(database.one(ONE, *each) for each in asked))

    assert together == alone
    assert None in together
    assert Thing("n50", 50) in together


async def test_a_value_that_cannot_be_asked_for_spoils_nobody_else_s_answer(
    database: PostgresqlDatabase,
) -> None:
    asked = [("n1", 0), ("n2", 0), ("\0", 0), ("n3", 2**70), ("n4", 0)]

    found = await asyncio.gather(
        *(database.one(ONE, *each) for each in asked), return_exceptions=True
    )

    assert [found[0], found[1], found[4]] == [Thing("n1", 1), Thing("n2", 2), Thing("n4", 4)]
    assert isinstance(found[2], Exception)
    assert isinstance(found[3], Exception)


async def test_an_error_in_one_row_spoils_nobody_else_s_answer(
    database: PostgresqlDatabase,
) -> None:
    divided = Query("SELECT 100 / size FROM things WHERE size - $1 = 0", int)
    query = Query("SELECT CAST(100 AS BIGINT) / ($1 - 3)", int)

    found = await asyncio.gather(
        *(database.one(query, number) for number in range(1, 6)), return_exceptions=True
    )

    assert [found[0], found[1], found[3], found[4]] == [-50, -100, 100, 50]
    assert isinstance(found[2], Exception)
    assert await database.one(divided, 4) == 25


@given(st.lists(st.sampled_from(["TEXT", "BIGINT"]), min_size=1, max_size=12))
def test_each_placeholder_becomes_its_own_column(types: list[str]) -> None:
    places = range(1, len(types) + 1)
    text = gathered(" AND ".join(f"x{n} = ${n}" for n in places), tuple(types))

    for number, kind in enumerate(types, 1):
        assert f"CAST(${number} AS {kind}[])" in text
        assert f"x{number} = asked.a{number}" in text
    assert text.count("$") == len(types)


async def test_the_schema_s_own_queries_are_answered_together(side: Side, worker: str) -> None:
    needed("postgresql")
    url = side.made(f"reads_of_{worker}")
    database = await open_database(url, 4)
    count = Query("SELECT version FROM schema_version", int)

    assert len(set(await asyncio.gather(*(database.one(count) for _ in range(5))))) == 1
    await database.close()
    side.dropped(f"reads_of_{worker}")
