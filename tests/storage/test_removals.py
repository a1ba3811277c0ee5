"""What is known of conversations that are gone is kept as long as events of them may be."""

from partywire.model.deliveries import RemovedConversation
from partywire.storage import outbox, removals
from partywire.storage.database import Database
from storage import rows


def removed(number: int) -> RemovedConversation:
    sid = rows.conversation(number).sid
    return RemovedConversation(sid, rows.SERVICE, "MG", "[]", date=number)


async def fill(database: Database, *numbers: int) -> None:
    async with database.transaction() as transaction:
        for number in numbers:
            await removals.add(transaction, removed(number))


async def prune(database: Database, before: int, limit: int = 100) -> int:
    async with database.transaction() as transaction:
        return await removals.prune(transaction, before, limit)


async def test_it_is_found_until_it_is_forgotten(database: Database) -> None:
    await fill(database, 3, 1, 2)
    assert await removals.by_sid(database, removed(2).sid) == removed(2)
    assert await prune(database, 3, limit=1) == 1
    assert await removals.by_sid(database, removed(1).sid) is None
    assert await prune(database, 3) == 1
    assert await prune(database, 3) == 0
    assert await removals.by_sid(database, removed(3).sid) == removed(3)


async def test_as_long_as_there_is_an_older_event_nothing_is_forgotten(
    database: Database,
) -> None:
    await fill(database, 1, 5)
    async with database.transaction() as transaction:
        await outbox.append(transaction, rows.event(1, date=3))
    assert await prune(database, 100) == 1
    assert await removals.by_sid(database, removed(5).sid) == removed(5)
