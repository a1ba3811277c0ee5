import pytest

from partywire.storage import roles
from partywire.storage.database import Database, Duplicate
from storage import rows


async def test_a_role_is_found_in_its_own_service_only(database: Database) -> None:
    async with database.transaction() as transaction:
        await roles.add(transaction, rows.role(permissions='["sendMessage"]'))

    sid = rows.role().sid
    assert await roles.fetch(database, rows.SERVICE, sid) == rows.role(
        permissions='["sendMessage"]'
    )
    assert await roles.fetch(database, rows.ELSEWHERE, sid) is None


async def test_a_sid_is_given_to_one_role(database: Database) -> None:
    async with database.transaction() as transaction:
        await roles.add(transaction, rows.role())
        with pytest.raises(Duplicate):
            await roles.add(transaction, rows.role(service_sid=rows.ELSEWHERE))

    assert await roles.fetch(database, rows.ELSEWHERE, rows.role().sid) is None
