from msgspec.structs import replace

from partywire.model.pages import PageRequest
from partywire.storage import bindings, services, users
from partywire.storage.database import Database
from storage import rows

ANN = rows.user(1, identity="Ann")


async def test_a_user_is_found_by_sid_and_by_identity_in_their_service_only(
    database: Database,
) -> None:
    async with database.transaction() as transaction:
        assert await users.add(transaction, ANN) == ANN

    assert await users.by_sid(database, rows.SERVICE, ANN.sid) == ANN
    assert await users.by_identity(database, rows.SERVICE, "Ann") == ANN
    assert await users.by_sid(database, rows.ELSEWHERE, ANN.sid) is None
    assert await users.by_identity(database, rows.ELSEWHERE, "Ann") is None


async def test_identities_differ_by_case_and_by_service(database: Database) -> None:
    others = [
        rows.user(2, identity="ann"),
        rows.user(3, identity="Ann", service_sid=rows.ELSEWHERE),
    ]
    async with database.transaction() as transaction:
        await users.add(transaction, ANN)
        for other in others:
            assert await users.add(transaction, other) == other

    assert await users.by_identity(database, rows.SERVICE, "ANN") is None


async def test_a_known_identity_is_not_added_twice(database: Database) -> None:
    async with database.transaction() as transaction:
        await users.add(transaction, ANN)
        assert await users.add(transaction, rows.user(2, identity="Ann")) is None

    assert await users.by_identity(database, rows.SERVICE, "Ann") == ANN


async def test_users_are_listed_in_the_order_of_their_sids(database: Database) -> None:
    async with database.transaction() as transaction:
        for number in (3, 1, 2):
            await users.add(transaction, rows.user(number))
        await users.add(transaction, rows.user(4, service_sid=rows.ELSEWHERE))

    page = await users.page(database, rows.SERVICE, PageRequest(2))
    assert page.items == [rows.user(1), rows.user(2)]
    assert page.previous is None
    rest = await users.page(database, rows.SERVICE, PageRequest(2, page.next))
    assert rest.items == [rows.user(3)]
    assert rest.next is None


async def test_what_is_fixed_on_a_user_is_not_saved(database: Database) -> None:
    changed = replace(ANN, friendly_name="Ann B.", attributes="[1]", role_sid="RL9", date_updated=9)
    async with database.transaction() as transaction:
        await users.add(transaction, ANN)
        assert await users.lock(transaction, rows.SERVICE, ANN.sid) == ANN
        assert await users.lock(transaction, rows.ELSEWHERE, ANN.sid) is None
        assert await users.lock_by_identity(transaction, rows.SERVICE, "Ann") == ANN
        assert await users.lock_by_identity(transaction, rows.ELSEWHERE, "Ann") is None
        await users.save(transaction, replace(changed, identity="Bob", date_created=9))

    assert await users.by_sid(database, rows.SERVICE, ANN.sid) == changed


async def test_a_user_is_deleted_once_and_from_their_service_only(database: Database) -> None:
    async with database.transaction() as transaction:
        await users.add(transaction, ANN)
        assert await users.delete(transaction, rows.ELSEWHERE, ANN.sid) is None
        assert await users.delete(transaction, rows.SERVICE, ANN.sid) == ANN
        assert await users.delete(transaction, rows.SERVICE, ANN.sid) is None


async def with_reachability(database: Database, *numbers: int) -> None:
    """These services show who can be reached."""
    async with database.transaction() as transaction:
        for number in numbers:
            await services.save(transaction, rows.service(number, reachability_enabled=1))


async def test_devices_are_shown_where_reachability_is_on_only(database: Database) -> None:
    async with database.transaction() as transaction:
        await users.add(transaction, ANN)

    assert await users.devices(database, rows.SERVICE, ANN.sid) is None
    await with_reachability(database, 1)
    assert await users.devices(database, rows.SERVICE, ANN.sid) == 0
    assert await users.devices(database, rows.ELSEWHERE, ANN.sid) is None


async def test_one_device_or_several_are_the_same(database: Database) -> None:
    await with_reachability(database, 1)
    async with database.transaction() as transaction:
        await users.add(transaction, ANN)
        await users.add(transaction, rows.user(2))
        await bindings.add(transaction, rows.binding(1))
        assert await users.devices(transaction, rows.SERVICE, ANN.sid) == 1
        await bindings.add(transaction, rows.binding(2))

    assert await users.devices(database, rows.SERVICE, ANN.sid) == 1
    assert await users.devices(database, rows.SERVICE, rows.user(2).sid) == 0
