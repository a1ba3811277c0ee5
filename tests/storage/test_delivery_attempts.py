"""Attempts belong to their delivery, and are read in their order."""

from partywire.storage import deliveries, delivery_attempts
from partywire.storage.database import Database
from storage import rows


async def test_attempts_are_kept_in_their_order_until_they_are_forgotten(
    database: Database,
) -> None:
    async with database.transaction() as transaction:
        for number in (1, 2):
            await deliveries.add(transaction, rows.delivery(number))
    two, one = await deliveries.newest(database, 1000, 2)
    lost = rows.delivery_attempt(one.number, 2, status=None, response=None, problem="why")
    async with database.transaction() as transaction:
        await delivery_attempts.add(transaction, lost)
        await delivery_attempts.add(transaction, rows.delivery_attempt(one.number, 1))
        await delivery_attempts.add(transaction, rows.delivery_attempt(two.number, 1))
    kept = rows.delivery_attempt(one.number, 1)
    assert await delivery_attempts.of(database, one.number) == [kept, lost]
    async with database.transaction() as transaction:
        await delivery_attempts.forget(transaction, one.number, 1)
    assert await delivery_attempts.of(database, one.number) == [lost]
    assert len(await delivery_attempts.of(database, two.number)) == 1
