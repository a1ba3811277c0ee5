from msgspec.structs import replace

from partywire import sids
from partywire.model.pages import PageRequest
from partywire.storage import accounts, credentials
from partywire.storage.database import Database
from storage import rows

KEY = rows.credential(friendly_name="Phones", secrets='{"secret":"x"}')
OTHER = rows.sid(sids.ACCOUNT, 2)


async def test_a_credential_is_found_in_its_account_only(database: Database) -> None:
    async with database.transaction() as transaction:
        await credentials.add(transaction, KEY)

    assert await credentials.fetch(database, rows.ACCOUNT, KEY.sid) == KEY
    assert await credentials.fetch(database, OTHER, KEY.sid) is None
    assert await credentials.fetch(database, rows.ACCOUNT, rows.credential(2).sid) is None


async def test_an_account_s_credentials_are_listed_in_the_order_of_their_sids(
    database: Database,
) -> None:
    async with database.transaction() as transaction:
        await accounts.add(transaction, rows.account(2))
        for number in (3, 1, 2):
            await credentials.add(transaction, rows.credential(number))
        await credentials.add(transaction, rows.credential(4, account=OTHER))

    page = await credentials.page(database, rows.ACCOUNT, PageRequest(2))
    assert page.items == [rows.credential(1), rows.credential(2)]
    rest = await credentials.page(database, rows.ACCOUNT, PageRequest(2, page.next))
    assert rest.items == [rows.credential(3)]
    assert rest.next is None


async def test_what_is_fixed_on_a_credential_is_not_saved(database: Database) -> None:
    changed = replace(
        KEY, type="apn", friendly_name="Tablets", sandbox=1, secrets="{}", date_updated=9
    )
    async with database.transaction() as transaction:
        await credentials.add(transaction, KEY)
        assert await credentials.lock(transaction, rows.ACCOUNT, KEY.sid) == KEY
        assert await credentials.lock(transaction, OTHER, KEY.sid) is None
        await credentials.save(transaction, replace(changed, date_created=9))

    assert await credentials.fetch(database, rows.ACCOUNT, KEY.sid) == changed


async def test_a_credential_is_deleted_once_and_from_its_account_only(database: Database) -> None:
    async with database.transaction() as transaction:
        await credentials.add(transaction, KEY)
        assert not await credentials.delete(transaction, OTHER, KEY.sid)
        assert await credentials.delete(transaction, rows.ACCOUNT, KEY.sid)
        assert not await credentials.delete(transaction, rows.ACCOUNT, KEY.sid)
