import pytest
from msgspec.structs import replace

from partywire.model.pages import PageRequest
from partywire.storage import accounts, addresses
from partywire.storage.database import Database
from storage import rows

OTHER = rows.account(2)
FIRST = rows.address(1)


@pytest.fixture
async def two(database: Database) -> Database:
    """A database with two accounts."""
    async with database.transaction() as transaction:
        await accounts.add(transaction, OTHER)
    return database


async def test_a_configuration_is_found_by_sid_and_by_address_in_its_account_only(
    two: Database,
) -> None:
    async with two.transaction() as transaction:
        assert await addresses.add(transaction, FIRST) == FIRST

    assert await addresses.by_sid(two, rows.ACCOUNT, FIRST.sid) == FIRST
    assert await addresses.by_address(two, rows.ACCOUNT, FIRST.address) == FIRST
    assert await addresses.by_sid(two, OTHER.id, FIRST.sid) is None
    assert await addresses.by_address(two, OTHER.id, FIRST.address) is None


async def test_an_address_is_configured_once_in_each_account(two: Database) -> None:
    same = {"address": FIRST.address}
    async with two.transaction() as transaction:
        await addresses.add(transaction, FIRST)
        assert await addresses.add(transaction, rows.address(2, type="whatsapp", **same)) is None
        foreign = rows.address(3, account=OTHER.id, **same)
        assert await addresses.add(transaction, foreign) == foreign

    assert await addresses.by_address(two, rows.ACCOUNT, FIRST.address) == FIRST


async def test_configurations_are_listed_by_sid_all_or_of_one_type(two: Database) -> None:
    async with two.transaction() as transaction:
        for number, kind in ((3, "sms"), (1, "sms"), (2, "email")):
            await addresses.add(transaction, rows.address(number, type=kind))
        await addresses.add(transaction, rows.address(4, account=OTHER.id))

    async def sids(kind: str | None) -> list[str]:
        found = await addresses.page(two, rows.ACCOUNT, kind, PageRequest(5))
        return [address.sid for address in found.items]

    assert await sids(None) == [rows.address(number).sid for number in (1, 2, 3)]
    assert await sids("sms") == [rows.address(1).sid, rows.address(3).sid]
    assert await sids("apple") == []


async def test_what_is_fixed_on_a_configuration_is_not_saved(two: Database) -> None:
    changed = replace(FIRST, friendly_name="ours", auto_creation='{"enabled":1}', date_updated=9)
    fixed = {"type": "email", "address": "x", "address_country": "EE", "date_created": 9}
    async with two.transaction() as transaction:
        await addresses.add(transaction, FIRST)
        assert await addresses.lock(transaction, rows.ACCOUNT, FIRST.sid) == FIRST
        assert await addresses.lock(transaction, OTHER.id, FIRST.sid) is None
        await addresses.save(transaction, replace(changed, **fixed))

    assert await addresses.by_sid(two, rows.ACCOUNT, FIRST.sid) == changed


async def test_a_configuration_is_deleted_once_and_from_its_account_only(two: Database) -> None:
    async with two.transaction() as transaction:
        await addresses.add(transaction, FIRST)
        assert not await addresses.delete(transaction, OTHER.id, FIRST.sid)
        assert await addresses.delete(transaction, rows.ACCOUNT, FIRST.sid)
        assert not await addresses.delete(transaction, rows.ACCOUNT, FIRST.sid)
        assert await addresses.add(transaction, rows.address(2, address=FIRST.address))
