"""An account has one key pair for Web Push."""

from partywire.storage import vapid_keys
from partywire.storage.database import Database
from partywire.storage.vapid_keys import VapidKey
from storage import rows


async def test_the_first_key_of_an_account_stays(database: Database) -> None:
    assert await vapid_keys.fetch(database, rows.ACCOUNT) is None
    first = VapidKey(rows.ACCOUNT, "encrypted", 1)
    async with database.transaction() as transaction:
        await vapid_keys.add(transaction, first)
        await vapid_keys.add(transaction, VapidKey(rows.ACCOUNT, "another", 2))
    assert await vapid_keys.fetch(database, rows.ACCOUNT) == first
