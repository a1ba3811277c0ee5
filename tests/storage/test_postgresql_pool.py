"""Connections to PostgreSQL, lent out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from engines import Side
from partywire.storage import postgresql_pool
from partywire.storage.database import StorageFailure
from partywire.storage.postgresql_pool import SETTINGS, Pool
from storage.things import settled

SIZE = 3
NOBODY = "postgresql://ada:hunter2hunter2@127.0.0.1:1/nowhere"  # nobody listens there
OPEN = """SELECT count(*)::int FROM pg_stat_activity
    WHERE application_name = 'partywire' AND datname = current_database()"""


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every connection that was opened."""
    found = []
    connect = postgresql_pool.connect

    async def watched(url: str) -> Any:
        connection = await connect(url)
        found.append(connection)
        return connection

    monkeypatch.setattr(postgresql_pool, "connect", watched)
    return found


@pytest.fixture
async def pool(little_url: str, connected: list[Any]) -> AsyncIterator[Pool]:
    made = Pool(little_url, SIZE)
    yield made
    for connection in connected:
        connection.terminate()
        if connection not in made._idle:
            made.give_back(connection)
    await made.close()


async def taken(pool: Pool, number: int) -> list[Any]:
    return [await pool.take() for _ in range(number)]


def give_back(pool: Pool, connections: list[Any]) -> None:
    for connection in connections:
        pool.give_back(connection)


async def begun(pool: Pool, number: int = 1) -> list[asyncio.Task[Any]]:
    """Tasks that wait for a connection already."""
    tasks = [asyncio.create_task(pool.take()) for _ in range(number)]
    await settled()
    return tasks


async def test_connections_are_opened_as_they_are_needed(
    pool: Pool, side: Side, little_url: str
) -> None:
    first = await pool.take()
    pool.give_back(first)
    again = await pool.take()

    assert again is first
    assert side.rows(little_url, OPEN) == [(1,)]
    pool.give_back(again)


async def test_no_more_are_opened_than_are_allowed(pool: Pool, side: Side, little_url: str) -> None:
    async def use(number: int) -> None:
        connection = await pool.take()
        assert await connection.fetchval("SELECT $1::int", number) == number
        pool.give_back(connection)

    await asyncio.gather(*(use(number) for number in range(40)))

    assert side.rows(little_url, OPEN) == [(SIZE,)]


async def test_who_waits_longest_is_served_first(pool: Pool) -> None:
    held = await taken(pool, SIZE)
    waiting = await begun(pool, 4)

    assert not any(task.done() for task in waiting)
    order = []
    for _ in range(4):
        pool.give_back(held.pop(0))
        await settled()
        [served] = [task for task in waiting if task.done() and task not in order]
        order.append(served)
        held.append(served.result())

    assert order == waiting
    give_back(pool, held)


async def test_a_connection_that_broke_while_it_was_lent_is_replaced(pool: Pool) -> None:
    held = await taken(pool, SIZE)
    [waiting] = await begun(pool)

    held[0].terminate()
    pool.give_back(held[0])

    fresh = await waiting
    assert fresh not in held
    assert await fresh.fetchval("SELECT 1") == 1
    give_back(pool, [fresh, *held[1:]])


async def test_connections_that_broke_while_they_were_idle_are_replaced(pool: Pool) -> None:
    held = await taken(pool, SIZE)
    give_back(pool, held)
    for connection in held:
        connection.terminate()

    fresh = await taken(pool, SIZE)

    assert not {id(each) for each in fresh} & {id(each) for each in held}
    for connection in fresh:
        assert await connection.fetchval("SELECT 1") == 1
    give_back(pool, fresh)


async def test_who_waits_too_long_is_told_so_and_the_pool_goes_on(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_pool, "_WAITING_SECONDS", 0.01)
    held = await taken(pool, SIZE)

    with pytest.raises(StorageFailure, match="busy"):
        await pool.take()

    give_back(pool, held)
    give_back(pool, await taken(pool, SIZE))


async def test_who_is_cancelled_while_waiting_does_not_keep_a_connection(pool: Pool) -> None:
    held = await taken(pool, SIZE)
    gone, stays = await begun(pool, 2)

    gone.cancel()
    pool.give_back(held[0])

    assert await stays is held[0]
    assert gone.cancelled()
    give_back(pool, held)


async def test_who_is_cancelled_just_when_served_passes_the_connection_on(pool: Pool) -> None:
    held = await taken(pool, SIZE)
    gone, stays = await begun(pool, 2)

    pool.give_back(held[0])  # to the first, who has not seen it yet
    gone.cancel()

    assert await stays is held[0]
    assert gone.cancelled()
    give_back(pool, held)


async def test_who_is_cancelled_just_when_told_to_connect_passes_that_on(pool: Pool) -> None:
    held = await taken(pool, SIZE)
    gone, stays = await begun(pool, 2)

    held[0].terminate()
    pool.give_back(held[0])
    gone.cancel()

    fresh = await stays
    assert await fresh.fetchval("SELECT 1") == 1
    assert gone.cancelled()
    give_back(pool, [fresh, *held[1:]])


async def test_who_is_cancelled_while_connecting_leaves_the_place_free(pool: Pool) -> None:
    held = await taken(pool, SIZE - 1)
    [gone] = await begun(pool)
    gone.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        held.append(await gone)  # it may have been quick
    last = await asyncio.wait_for(taken(pool, SIZE - len(held)), 20)

    give_back(pool, [*held, *last])


async def test_a_server_that_is_not_there_fails_all_who_ask_and_tells_no_password() -> None:
    pool = Pool(NOBODY, 2)

    found = await asyncio.gather(*(pool.take() for _ in range(10)), return_exceptions=True)

    assert {type(each) for each in found} == {StorageFailure}
    assert not any("hunter2" in str(each) for each in found)
    await pool.close()


async def test_a_server_that_is_not_there_is_left_alone_for_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts = []

    async def connect(url: str) -> Any:
        attempts.append(url)
        raise StorageFailure("it is not there")

    monkeypatch.setattr(postgresql_pool, "connect", connect)
    monkeypatch.setattr(postgresql_pool, "_DOWN_SECONDS", 3600.0)
    pool = Pool(NOBODY, 2)
    for _ in range(3):
        with pytest.raises(StorageFailure, match="it is not there"):
            await pool.take()
    assert len(attempts) == 1

    monkeypatch.setattr(pool, "_down_until", 0.0)
    with pytest.raises(StorageFailure, match="it is not there"):
        await pool.take()
    assert len(attempts) == 2


async def test_closing_waits_for_what_is_lent_out(little_url: str, side: Side) -> None:
    pool = Pool(little_url, SIZE)
    held = await taken(pool, 2)
    closing = asyncio.create_task(pool.close())
    await settled()
    assert not closing.done()
    assert await held[0].fetchval("SELECT 1") == 1

    give_back(pool, held)
    await closing

    assert all(connection.is_closed() for connection in held)
    assert side.rows(little_url, OPEN) == [(0,)]


async def test_closing_does_not_wait_for_ever(
    little_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_pool, "_CLOSING_SECONDS", 0.01)
    pool = Pool(little_url, SIZE)
    kept = await pool.take()

    await pool.close()

    assert kept.is_closed()
    pool.give_back(kept)


async def test_closing_does_not_wait_for_connections_that_broke(little_url: str) -> None:
    pool = Pool(little_url, SIZE)
    held = await taken(pool, SIZE)
    closing = asyncio.create_task(pool.close())
    await settled()

    for connection in held:
        connection.terminate()
    give_back(pool, held)

    await asyncio.wait_for(closing, 5)


async def test_sessions_have_the_settings_that_the_program_counts_on(pool: Pool) -> None:
    connection = await pool.take()

    found = {name: await connection.fetchval(f"SHOW {name}") for name in SETTINGS}

    assert found == SETTINGS
    pool.give_back(connection)
