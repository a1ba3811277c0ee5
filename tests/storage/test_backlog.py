"""How much stands in the outbox."""

from partywire.storage import backlog, outbox
from partywire.storage.database import Database
from storage import rows


async def appended(database: Database, *numbers: int) -> None:
    async with database.transaction() as transaction:
        for number in numbers:
            await outbox.append(transaction, rows.event(number))


async def placed(database: Database) -> None:
    """Gives every event its position, as a node does in the background."""
    while await outbox.is_to_place(database):
        async with database.transaction() as transaction:
            await outbox.place(transaction)


async def test_an_empty_outbox_holds_nothing(empty: Database) -> None:
    assert (await backlog.kept(empty), await backlog.unplaced(empty, 10)) == (0, 0)


async def test_events_are_kept_from_when_they_have_their_position(empty: Database) -> None:
    await appended(empty, 1, 2, 3)
    assert await backlog.kept(empty) + await backlog.unplaced(empty, 10) == 3
    await placed(empty)
    assert (await backlog.kept(empty), await backlog.unplaced(empty, 10)) == (3, 0)


async def test_events_that_were_pruned_are_not_kept(empty: Database) -> None:
    await appended(empty, 1, 2, 3)
    await placed(empty)
    async with empty.transaction() as transaction:
        await rows.everybody_has_read(transaction)
        pruned = await outbox.prune(transaction, 2**62, 2)
    assert pruned == 2
    assert await backlog.kept(empty) == 1


async def test_counting_what_waits_ends_where_nobody_asks_for_more(empty: Database) -> None:
    await appended(empty, 1, 2, 3)
    waiting = await backlog.unplaced(empty, 10)
    assert await backlog.unplaced(empty, 2) == min(waiting, 2)
