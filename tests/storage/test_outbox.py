"""The outbox: what is in it, in which order, and what is forgotten."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from engines import ON_POSTGRESQL, ON_SQLITE
from partywire.model.events import Event
from partywire.storage import outbox
from partywire.storage.database import Database
from partywire.storage.opening import open_database
from partywire.storage.query import Query, Statement
from storage import rows

_WITHOUT_A_PLACE = Query("SELECT count(*) FROM events WHERE position IS NULL", int)
_SIDS = Query("SELECT sid FROM events ORDER BY arrival", str)
_FORGET_FEED = Statement("DELETE FROM feed")


@pytest.fixture
async def other(empty: Database, database_url: str) -> AsyncIterator[Database]:
    """Another node of the same database."""
    made = await open_database(database_url, 4)
    yield made
    await made.close()


async def append(database: Database, *numbers: int) -> None:
    """Appends these events in one transaction."""
    async with database.transaction() as transaction:
        for number in numbers:
            await outbox.append(transaction, rows.event(number))


async def place(database: Database) -> int:
    async with database.transaction() as transaction:
        return await outbox.place(transaction)


async def place_all(database: Database) -> None:
    while await outbox.is_to_place(database):
        await place(database)


async def prune(database: Database, before: int, limit: int = 100) -> int:
    async with database.transaction() as transaction:
        await rows.everybody_has_read(transaction)
        return await outbox.prune(transaction, before, limit)


async def left(database: Database) -> list[str]:
    """The events that there are, placed or not."""
    return await database.all(_SIDS)


def sids(*numbers: int) -> list[str]:
    return [rows.event(number).sid for number in numbers]


def placed(*numbers: int, first: int = 1) -> list[Event]:
    """These events with positions from the first on."""
    return [rows.event(number, position=at) for at, number in enumerate(numbers, first)]


async def test_events_are_read_in_the_order_in_which_they_came(empty: Database) -> None:
    await append(empty, 3, 1)
    await append(empty, 2)
    await place_all(empty)

    assert await outbox.after(empty, 0, 10) == placed(3, 1, 2)
    assert await outbox.last(empty) == 3


async def test_reading_goes_on_after_the_event_that_was_read_last(empty: Database) -> None:
    await append(empty, 1, 2, 3, 4)
    await place_all(empty)

    assert await outbox.after(empty, 0, 3) == placed(1, 2, 3)
    assert await outbox.after(empty, 3, 3) == placed(4, first=4)
    assert await outbox.after(empty, 4, 3) == []


async def test_an_event_of_a_change_that_was_undone_is_not_there(empty: Database) -> None:
    async def refused() -> None:
        async with empty.transaction() as transaction:
            await outbox.append(transaction, rows.event())
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await refused()
    await append(empty, 2)
    await place_all(empty)

    assert await outbox.after(empty, 0, 10) == placed(2)


async def test_an_empty_outbox_has_nothing_to_place_and_no_last_event(empty: Database) -> None:
    assert not await outbox.is_to_place(empty)
    assert await outbox.last(empty) == 0
    assert await place(empty) == 0
    assert await prune(empty, 10**9) == 0


@ON_SQLITE
async def test_where_writers_take_turns_an_event_has_its_place_at_once(empty: Database) -> None:
    await append(empty, 1, 2)
    assert not await outbox.is_to_place(empty)
    assert await outbox.after(empty, 0, 10) == placed(1, 2)


@ON_POSTGRESQL
async def test_where_they_do_not_it_is_read_only_once_it_has_been_placed(empty: Database) -> None:
    await append(empty, 1, 2)
    assert await outbox.is_to_place(empty)
    assert (await outbox.after(empty, 0, 10), await outbox.last(empty)) == ([], 0)

    assert await place(empty) == 2

    assert not await outbox.is_to_place(empty)
    assert await outbox.after(empty, 0, 10) == placed(1, 2)
    assert await place(empty) == 0


@ON_POSTGRESQL
async def test_a_transaction_that_ends_late_is_behind_what_was_read_meanwhile(
    empty: Database, other: Database
) -> None:
    async with empty.transaction() as slow:
        await outbox.append(slow, rows.event(1))
        await append(other, 2)
        await place_all(other)
        assert await outbox.after(other, 0, 10) == placed(2)
    await place_all(other)

    assert await outbox.after(other, 1, 10) == placed(1, first=2)


@ON_POSTGRESQL
async def test_many_events_are_placed_a_part_at_a_time(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_MOST_AT_ONCE", 2)
    await append(empty, 1, 2, 3, 4, 5)

    assert [await place(empty) for _ in range(4)] == [2, 2, 1, 0]

    assert await outbox.after(empty, 0, 10) == placed(1, 2, 3, 4, 5)


@ON_POSTGRESQL
async def test_nodes_that_place_at_once_give_each_event_one_place(
    empty: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_MOST_AT_ONCE", 3)
    chance = random.Random(5)
    numbers = iter(range(1, 10**6))

    async def act(node: Database) -> None:
        for _ in range(12):
            if chance.random() < 0.5:
                await append(node, *[next(numbers) for _ in range(chance.randint(1, 4))])
            else:
                await place(node)

    await asyncio.gather(*(act(node) for node in (empty, other) for _ in range(3)))
    await asyncio.gather(place_all(empty), place_all(other))

    events = await outbox.after(other, 0, 10**6)
    assert len(events) == next(numbers) - 1
    assert len({event.sid for event in events}) == len(events)
    assert [event.position for event in events] == list(range(1, len(events) + 1))


async def test_of_each_row_that_is_held_events_have_the_order_of_the_commits(
    empty: Database, other: Database
) -> None:
    counted = Statement("UPDATE claims SET beat = beat + 1 WHERE duty = $1")
    beat = Query("SELECT beat FROM claims WHERE duty = $1", int)
    async with empty.transaction() as transaction:
        for row in ("a", "b"):
            await transaction.run(Statement("INSERT INTO claims VALUES ($1, '', 0)"), row)
    chance = random.Random(6)

    async def act(node: Database) -> None:
        for _ in range(10):
            row = chance.choice("ab")
            async with node.transaction() as transaction:
                await transaction.run(counted, row)
                number = await transaction.one(beat, row)
                event = rows.event(int(f"{ord(row)}{number:06}"), conversation_sid=row)
                await outbox.append(transaction, event)
            await place_all(node)

    await asyncio.gather(*(act(node) for node in (empty, other) for _ in range(3)))

    events = await outbox.after(other, 0, 1000)
    assert len(events) == 60
    for row in ("a", "b"):
        mine = [event.sid for event in events if event.conversation_sid == row]
        assert mine == sorted(mine)


async def test_what_was_moved_from_another_engine_keeps_its_places(empty: Database) -> None:
    insert = "INSERT INTO events (sid, service_sid, kind, webhooks, date, payload, position)"
    async with empty.transaction() as transaction:
        for number in (1, 2, 3):
            event = rows.event(number)
            values = (event.sid, event.service_sid, event.kind, 0, event.date, "{}", number)
            await transaction.run(
                Statement(f"{insert} VALUES ($1, $2, $3, $4, $5, $6, $7)"), *values
            )
        await transaction.run(_FORGET_FEED)
        await transaction.run(Statement("INSERT INTO feed VALUES ('events', 1)"))

    await append(empty, 4)
    await place_all(empty)
    await append(empty, 5)
    await place_all(empty)

    assert await outbox.after(empty, 0, 10) == placed(1, 2, 3, 4, 5)


async def test_what_is_old_enough_is_pruned(empty: Database) -> None:
    await append(empty, 10, 20, 30, 40)
    await place_all(empty)

    assert await prune(empty, before=30) == 2

    assert await left(empty) == sids(30, 40)
    assert await outbox.after(empty, 0, 10) == placed(30, 40, first=3)
    assert await prune(empty, before=30) == 0


async def test_the_newest_event_stays_whatever_its_age_and_positions_go_on_from_it(
    empty: Database,
) -> None:
    await append(empty, 1, 2, 3)
    await place_all(empty)

    assert await prune(empty, before=10**9) == 2

    assert await outbox.after(empty, 0, 10) == placed(3, first=3)
    await append(empty, 4)
    await place_all(empty)
    assert await outbox.after(empty, 3, 10) == placed(4, first=4)


async def test_only_so_many_are_pruned_at_once(empty: Database) -> None:
    await append(empty, 1, 2, 3, 4, 5)
    await place_all(empty)

    assert [await prune(empty, 10**9, limit=3) for _ in range(3)] == [3, 1, 0]


@ON_POSTGRESQL
async def test_nothing_is_pruned_before_it_has_been_placed(empty: Database) -> None:
    await append(empty, 1)
    assert await prune(empty, before=10**9) == 0
    await place_all(empty)
    await append(empty, 2, 3)

    assert await prune(empty, before=10**9) == 0

    assert await empty.one(_WITHOUT_A_PLACE) == 2
    assert await left(empty) == sids(1, 2, 3)
    await place_all(empty)
    assert await prune(empty, before=10**9) == 2
    assert await outbox.after(empty, 0, 10) == placed(3, first=3)
