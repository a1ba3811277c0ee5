"""PostgreSQL as an engine: transactions, and what becomes of them when something goes wrong."""

import asyncio
import contextlib

import asyncpg
import pytest

from engines import Side
from partywire.storage import postgresql_pool
from partywire.storage.database import Again, Duplicate, ReferenceGone, StorageFailure
from partywire.storage.query import Statement
from storage.little import (
    ADD,
    ADD_BELOW,
    NAMES,
    NUMBER,
    OPEN,
    SET,
    SLEEP,
    Little,
    assert_whole,
    opened,
)
from storage.things import settled

REPEATABLE = Statement("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
ALL = Statement("UPDATE things SET number = number + 1")


async def test_a_transaction_sees_what_it_wrote_and_others_see_it_once_it_is_over(
    little: Little,
) -> None:
    async with little.database.transaction() as transaction:
        await transaction.run(ADD, "ada")
        assert await transaction.all(NAMES) == ["ada"]
        assert await transaction.one(NUMBER, "ada") == 0
        assert await transaction.one(NUMBER, "ben") is None
        assert await little.names() == []

    assert await little.names() == ["ada"]


async def test_a_statement_says_how_many_rows_it_touched(little: Little) -> None:
    await little.add("ada", "ben")
    async with little.database.transaction() as transaction:
        assert await transaction.run(ADD, "cyd") == 1
        assert await transaction.run(SET, "nobody", 1) == 0
        assert await transaction.run(ALL) == 3
        assert await transaction.run_long(ALL) == 3
        assert await transaction.run(REPEATED) == 0


REPEATED = Statement("SET LOCAL application_name = 'partywire'")  # tells no number


async def test_an_error_undoes_the_transaction(little: Little) -> None:
    async def fail() -> None:
        async with little.database.transaction() as transaction:
            await transaction.run(ADD, "ada")
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await fail()

    await assert_whole(little)


async def test_a_row_that_is_there_already_is_a_duplicate(little: Little) -> None:
    await little.add("ada")

    with pytest.raises(Duplicate):
        await little.add("ben", "ada")

    await assert_whole(little, "ada")


async def test_a_row_that_refers_to_nothing_is_to_be_decided_again(little: Little) -> None:
    async def refer() -> None:
        async with little.database.transaction() as transaction:
            await transaction.run(ADD_BELOW, "ada", "nobody")

    with pytest.raises(ReferenceGone):
        await refer()

    await assert_whole(little)


async def test_a_failure_that_was_overlooked_is_not_acknowledged(little: Little) -> None:
    await little.add("ada")

    async def overlook() -> None:
        async with little.database.transaction() as transaction:
            await transaction.run(ADD, "ben")
            with contextlib.suppress(Duplicate):
                await transaction.run(ADD, "ada")

    with pytest.raises(StorageFailure, match="had failed"):
        await overlook()

    await assert_whole(little, "ada")


async def test_of_two_who_wait_for_each_other_one_may_try_again(little: Little) -> None:
    await little.add("ada", "ben")
    met = asyncio.Barrier(2)

    async def cross(first: str, second: str) -> None:
        async with little.database.transaction() as transaction:
            await transaction.run(SET, first, 1)
            await met.wait()
            await transaction.run(SET, second, 1)

    found = await asyncio.gather(cross("ada", "ben"), cross("ben", "ada"), return_exceptions=True)

    assert sorted(type(each) for each in found if each) == [Again]
    await assert_whole(little, "ada", "ben")


async def test_who_decided_on_what_has_changed_may_try_again(little: Little) -> None:
    await little.add("ada")

    async def decide() -> None:
        async with little.database.transaction() as transaction:
            await transaction.run(REPEATABLE)
            await transaction.one(NUMBER, "ada")
            async with little.database.transaction() as other:
                await other.run(SET, "ada", 1)
            await transaction.run(SET, "ada", 2)

    with pytest.raises(Again) as caught:
        await decide()

    assert type(caught.value) is Again
    assert await little.database.one(NUMBER, "ada") == 1
    await assert_whole(little, "ada")


async def test_readers_go_on_while_every_writer_waits(little: Little) -> None:
    await little.add("ada")
    async with little.database.transaction() as transaction:
        await transaction.run(SET, "ada", 1)
        writing = [asyncio.create_task(change(little)) for _ in range(10)]
        await little.until_waiting()

        assert await asyncio.wait_for(little.names(), 20) == ["ada"]
        assert not any(task.done() for task in writing)
    await asyncio.gather(*writing)


async def change(little: Little) -> None:
    async with little.database.transaction() as transaction:
        await transaction.run(SET, "ada", 2)


async def test_a_statement_that_takes_too_long_fails_and_the_connection_serves_on(
    side: Side, little_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql_pool.SETTINGS, "statement_timeout", "50ms")  # type: ignore[arg-type]

    async def sleep(little: Little) -> None:
        async with little.database.transaction() as transaction:
            await transaction.run(ADD, "ada")
            await transaction.run(SLEEP, 60)

    async with opened(side, little_url, 3) as little:
        with pytest.raises(StorageFailure, match="timeout") as caught:
            await sleep(little)

        assert type(caught.value) is StorageFailure, "it would take as long again"
        await assert_whole(little)


async def test_a_long_statement_may_take_longer_and_the_next_one_may_not(
    side: Side, little_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql_pool.SETTINGS, "statement_timeout", "50ms")  # type: ignore[arg-type]

    async def sleep(little: Little) -> None:
        async with little.database.transaction() as transaction:
            await transaction.run_long(SLEEP, 0.2)
            await transaction.run(ADD, "ada")
            await transaction.run(SLEEP, 60)

    async with opened(side, little_url, 3) as little:
        async with little.database.transaction() as transaction:
            await transaction.run_long(SLEEP, 0.2)
            await transaction.run(ADD, "ben")
        with pytest.raises(StorageFailure, match="timeout"):
            await sleep(little)
        await assert_whole(little, "ben")


@pytest.mark.parametrize(
    ("name", "number"),
    [("a\0b", 1), ("ada", 2**63), ("ada", -(2**63) - 1), ("\ud800", 1), (7, 1)],
)
async def test_what_no_column_can_hold_is_a_mistake_and_no_failure(
    little: Little, name: object, number: int
) -> None:
    await little.add("ada")

    async def write() -> None:
        async with little.database.transaction() as transaction:
            await transaction.run(SET, name, number)

    with pytest.raises((asyncpg.DataError, ValueError)):
        await write()
    await assert_whole(little, "ada")


async def test_the_greatest_numbers_are_kept(little: Little) -> None:
    await little.add("ada")
    for number in (2**63 - 1, -(2**63)):
        async with little.database.transaction() as transaction:
            await transaction.run(SET, "ada", number)
        assert await little.database.one(NUMBER, "ada") == number


async def test_a_database_without_our_tables_is_not_fit_to_serve(little: Little) -> None:
    with pytest.raises(StorageFailure, match="schema_version"):
        await little.database.check()


async def test_closing_waits_for_the_transaction_that_is_under_way(
    side: Side, little_url: str
) -> None:
    async with opened(side, little_url, 3) as little:
        async with little.database.transaction() as transaction:
            await transaction.run(ADD, "ada")
            closing = asyncio.create_task(little.database.close())
            await settled()
            assert not closing.done()
            await transaction.run(ADD, "ben")
        await closing

        assert side.rows(little_url, "SELECT name FROM things ORDER BY name") == [
            ("ada",),
            ("ben",),
        ]
        assert little.ask(OPEN) == 0
