"""Lanes are found by when they are due, receiver by receiver."""

from partywire.model.deliveries import Lane
from partywire.storage import delivery_lanes
from partywire.storage.database import Database
from storage import rows


async def fill(database: Database, *made: Lane) -> None:
    async with database.transaction() as transaction:
        for one in made:
            await delivery_lanes.open_(transaction, one)


async def test_a_lane_that_is_there_stays_as_it_is(database: Database) -> None:
    await fill(database, rows.lane(due=5, failures=2))
    await fill(database, rows.lane(due=1))
    assert await delivery_lanes.look(database, "lane") == rows.lane(due=5, failures=2)
    async with database.transaction() as transaction:
        assert await delivery_lanes.hold(transaction, "lane") == rows.lane(due=5, failures=2)
        await delivery_lanes.save(transaction, rows.lane(receiver="new", due=7, failures=3))
    assert await delivery_lanes.look(database, "lane") == rows.lane("lane", "new", 7, 3)
    async with database.transaction() as transaction:
        await delivery_lanes.close(transaction, "lane")
    assert await delivery_lanes.look(database, "lane") is None


async def test_a_lane_that_is_hurried_is_due_at_once(database: Database) -> None:
    async with database.transaction() as transaction:
        await delivery_lanes.hurry(transaction, rows.lane(due=5))
    async with database.transaction() as transaction:
        await delivery_lanes.hurry(transaction, rows.lane(receiver="other", due=2, failures=9))
    assert await delivery_lanes.look(database, "lane") == rows.lane(due=2)


async def test_receivers_are_stepped_over_one_by_one(database: Database) -> None:
    assert await delivery_lanes.receivers(database, 100) == []
    await fill(database, *(rows.lane(f"a{n}", "a", due=n) for n in range(1, 20)))
    await fill(database, rows.lane("b1", "b", due=50), rows.lane("c1", "c", due=3))
    assert await delivery_lanes.receivers(database, 0) == []
    assert await delivery_lanes.receivers(database, 3) == ["a", "c"]
    assert await delivery_lanes.receivers(database, 50) == ["a", "b", "c"]


async def test_of_a_receiver_those_that_wait_the_longest_come_first(database: Database) -> None:
    await fill(database, *(rows.lane(f"a{n}", "a", due=10 - n) for n in range(9)))
    found = await delivery_lanes.due(database, "a", 8, 3)
    assert [one.lane for one in found] == ["a8", "a7", "a6"]
    assert len(await delivery_lanes.due(database, "a", 4, 100)) == 3
    assert await delivery_lanes.due(database, "b", 100, 100) == []


async def test_what_is_due_later_than_can_be_is_brought_nearer(database: Database) -> None:
    await fill(database, rows.lane("a1", "a", due=10), rows.lane("a2", "a", due=101))
    await fill(database, rows.lane("b1", "b", due=1000))
    async with database.transaction() as transaction:
        await delivery_lanes.bring_nearer(transaction, 5, 100)
    found = [await delivery_lanes.look(database, lane) for lane in ("a1", "a2", "b1")]
    assert [one and one.due for one in found] == [10, 5, 5]
