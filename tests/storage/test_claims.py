"""Claims: at most one node holds a duty, and each change of hands moves the beat."""

import asyncio
import random
import time
from collections.abc import AsyncIterator

import pytest

from engines import ON_POSTGRESQL, Side
from partywire.storage import claims
from partywire.storage.claims import NOBODY, Claim
from partywire.storage.database import Database
from partywire.storage.opening import open_database

PATIENCE = 20.0
FREE = Claim("sweep", NOBODY, 0)
WAITING = """SELECT count(*)::int FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@pytest.fixture
async def other(empty: Database, database_url: str) -> AsyncIterator[Database]:
    """Another node of the same database."""
    made = await open_database(database_url, 4)
    yield made
    await made.close()


async def beat(database: Database, claim: Claim, holder: str) -> Claim | None:
    async with database.transaction() as transaction:
        return await claims.beat(transaction, claim, holder)


async def is_held(database: Database, holder: str) -> bool:
    async with database.transaction() as transaction:
        return await claims.is_held(transaction, "sweep", holder)


async def let_go(database: Database, holder: str) -> None:
    async with database.transaction() as transaction:
        await claims.let_go(transaction, "sweep", holder)


async def test_a_duty_that_nobody_ever_had_is_free(empty: Database) -> None:
    assert await claims.look(empty, "sweep") == FREE
    assert not await is_held(empty, "ada")
    assert not await is_held(empty, NOBODY)


async def test_who_takes_a_duty_has_it_and_everybody_sees_it(
    empty: Database, other: Database
) -> None:
    mine = await beat(empty, FREE, "ada")

    assert mine == Claim("sweep", "ada", 1)
    assert await claims.look(other, "sweep") == mine
    assert await is_held(other, "ada")
    assert not await is_held(other, "ben")
    assert await claims.look(other, "cook") == Claim("cook", NOBODY, 0)


async def test_who_keeps_it_moves_the_beat_on(empty: Database) -> None:
    claim: Claim | None = FREE
    for number in (1, 2, 3):
        assert claim is not None
        claim = await beat(empty, claim, "ada")
        assert claim == Claim("sweep", "ada", number)


async def test_a_beat_that_has_moved_since_it_was_seen_is_left_alone(
    empty: Database, other: Database
) -> None:
    first = await beat(empty, FREE, "ada")
    assert first is not None
    await beat(empty, first, "ada")

    assert await beat(other, first, "ben") is None
    assert await beat(other, FREE, "ben") is None

    assert await claims.look(other, "sweep") == Claim("sweep", "ada", 2)


async def test_a_beat_that_stands_still_is_taken_and_its_holder_is_told(
    empty: Database, other: Database
) -> None:
    seen = await beat(empty, FREE, "ada")
    assert seen is not None

    assert await beat(other, seen, "ben") == Claim("sweep", "ben", 2)

    assert await beat(empty, seen, "ada") is None
    assert not await is_held(empty, "ada")
    assert await is_held(empty, "ben")


async def test_who_lets_go_leaves_it_to_anybody(empty: Database, other: Database) -> None:
    mine = await beat(empty, FREE, "ada")
    assert mine is not None
    await let_go(empty, "ada")

    free = await claims.look(other, "sweep")
    assert free == Claim("sweep", NOBODY, 2)
    assert await beat(empty, mine, "ada") is None
    assert await beat(other, free, "ben") == Claim("sweep", "ben", 3)


async def test_nobody_lets_go_of_what_another_one_holds(empty: Database) -> None:
    mine = await beat(empty, FREE, "ada")
    await let_go(empty, "ben")
    assert await claims.look(empty, "sweep") == mine


async def test_of_all_who_reach_for_it_at_once_one_gets_it(
    empty: Database, other: Database
) -> None:
    seen = FREE
    for turn in range(1, 6):
        names = [f"{turn}.{number}" for number in range(8)]
        asked = [beat((empty, other)[at % 2], seen, name) for at, name in enumerate(names)]

        got = [claim for claim in await asyncio.gather(*asked) if claim is not None]

        assert len(got) == 1
        assert got[0].beat == turn
        seen = await claims.look(empty, "sweep")
        assert seen == got[0]


async def test_however_often_it_changes_hands_nobody_has_it_twice(
    empty: Database, other: Database
) -> None:
    chance = random.Random(7)
    taken: list[int] = []

    async def reach(node: Database, name: str) -> None:
        for _ in range(15):
            seen = await claims.look(node, "sweep")
            got = await beat(node, seen, name)
            if got is not None:
                taken.append(got.beat)
                if chance.random() < 0.3:
                    await let_go(node, name)

    nodes = (empty, other, empty, other)
    await asyncio.gather(*(reach(node, f"{at}") for at, node in enumerate(nodes)))

    assert len(set(taken)) == len(taken)


@ON_POSTGRESQL
async def test_a_claim_is_not_taken_from_within_its_holder_s_transaction(
    empty: Database, other: Database, side: Side, database_url: str
) -> None:
    seen = await beat(empty, FREE, "ada")
    assert seen is not None
    async with empty.transaction() as transaction:
        assert await claims.is_held(transaction, "sweep", "ada")
        taking = asyncio.create_task(beat(other, seen, "ben"))
        deadline = time.monotonic() + PATIENCE
        while side.rows(database_url, WAITING) != [(1,)]:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.005)
        assert not taking.done()
        assert await claims.is_held(transaction, "sweep", "ada")
    taken = await asyncio.wait_for(taking, PATIENCE)
    assert taken == Claim("sweep", "ben", 2)
