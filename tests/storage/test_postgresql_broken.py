"""PostgreSQL: connections that break, and callers that are cancelled, at the worst moments."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from partywire.storage.database import Again, StorageFailure
from storage.little import (
    ADD,
    IN_TRANSACTION,
    OURS,
    PID,
    SLEEP,
    Little,
    assert_whole,
)
from storage.things import settled


async def test_a_connection_that_breaks_before_the_commit_lets_one_try_again(
    little: Little,
) -> None:
    async def broken() -> None:
        async with little.database.transaction() as transaction:
            await transaction.run(ADD, "ada")
            pid = await transaction.one(PID)
            assert pid is not None
            little.end(pid)
            await transaction.run(ADD, "ben")

    with pytest.raises(Again):
        await broken()

    await assert_whole(little)


async def test_a_connection_that_breaks_within_a_statement_lets_one_try_again(
    little: Little,
) -> None:
    pids: list[int | None] = []

    async def sleep() -> None:
        async with little.database.transaction() as transaction:
            await transaction.run(ADD, "ada")
            pids.append(await transaction.one(PID))
            await transaction.run(SLEEP, 60)

    sleeping = asyncio.create_task(sleep())
    await little.until_sleeping()
    assert pids[0] is not None
    little.end(pids[0])

    with pytest.raises(Again):
        await sleeping
    await assert_whole(little)


@pytest.fixture
def slow_commit(little: Little) -> None:
    """A COMMIT that begins, and then takes a minute."""
    little.side.execute(little.url, AT_COMMIT.format(act="PERFORM pg_sleep(60)"))


AT_COMMIT = """
    CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN {act}; RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION at_commit()
"""
NOT_AT_COMMIT = "DROP TRIGGER IF EXISTS late ON things; DROP FUNCTION IF EXISTS at_commit"


@pytest.fixture(autouse=True)
async def ordinary_commit(little: Little) -> AsyncIterator[None]:
    yield
    little.side.execute(little.url, NOT_AT_COMMIT)


SLEEPER = """SELECT pid FROM pg_stat_activity
    WHERE wait_event = 'PgSleep' AND datname = current_database()"""


async def test_a_connection_that_breaks_at_the_commit_leaves_it_unknown(
    little: Little, slow_commit: None
) -> None:
    adding = asyncio.create_task(little.add("ada"))
    await little.until_sleeping()
    little.end(little.ask(SLEEPER))

    with pytest.raises(StorageFailure, match="not known whether") as caught:
        await adding

    assert type(caught.value) is StorageFailure, "it must not be done again"
    little.side.execute(little.url, NOT_AT_COMMIT)
    await assert_whole(little)


async def test_who_is_cancelled_at_the_commit_leaves_the_pool_whole(
    little: Little, slow_commit: None
) -> None:
    adding = asyncio.create_task(little.add("ada"))
    await little.until_sleeping()

    adding.cancel()

    with pytest.raises(asyncio.CancelledError):
        await adding
    little.end(little.ask(SLEEPER))  # it was given up, and would sleep on
    little.side.execute(little.url, NOT_AT_COMMIT)
    await assert_whole(little)


@pytest.mark.parametrize(
    ("state", "kind"), [("serialization_failure", Again), ("check_violation", StorageFailure)]
)
async def test_a_commit_that_is_refused_undoes_everything(
    little: Little, state: str, kind: type[Exception]
) -> None:
    refuse = f"RAISE EXCEPTION 'not this time' USING ERRCODE = '{state}'"
    little.side.execute(little.url, AT_COMMIT.format(act=refuse))

    with pytest.raises(kind, match="not this time") as caught:
        await little.add("ada")

    assert type(caught.value) is kind
    little.side.execute(little.url, NOT_AT_COMMIT)
    await assert_whole(little)


async def test_who_is_cancelled_within_a_statement_leaves_nothing_behind(little: Little) -> None:
    async def sleep() -> None:
        async with little.database.transaction() as transaction:
            await transaction.run(ADD, "ada")
            await transaction.run(SLEEP, 60)

    sleeping = asyncio.create_task(sleep())
    await little.until_sleeping()

    sleeping.cancel()

    with pytest.raises(asyncio.CancelledError):
        await sleeping
    await little.until(IN_TRANSACTION, 0)
    await assert_whole(little)


async def test_who_is_cancelled_while_reading_leaves_the_pool_whole(little: Little) -> None:
    for _ in range(2 * little.database.pool.size):
        reading = asyncio.create_task(little.names())
        await settled()
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading

    await assert_whole(little)


async def test_who_is_cancelled_while_waiting_for_a_turn_does_not_keep_it(little: Little) -> None:
    async with little.database.transaction(), little.database.transaction():
        waiting = asyncio.create_task(little.add("ada"))
        await settled()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    await asyncio.wait_for(assert_whole(little), 20)


async def test_reads_and_transactions_replace_connections_that_were_cut(little: Little) -> None:
    for act in (little.names, little.add):
        await asyncio.gather(*(little.names() for _ in range(10)))
        little.side.rows(
            little.url,
            f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {OURS}",
        )

        await act()

    await assert_whole(little)
