import pytest
from msgspec.structs import replace

from partywire.model.pages import PageRequest
from partywire.model.roles import Role
from partywire.storage import conversations, participants, roles, users
from partywire.storage.database import Database, Duplicate
from storage import rows

DOOMED, HEIR, OTHER = rows.role(1), rows.role(2), rows.role(3)
TALK = rows.conversation(1).sid
ELSEWHERE_TALK = rows.conversation(2, service_sid=rows.ELSEWHERE)


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
        async with database.transaction() as transaction:
            await roles.add(transaction, rows.role(service_sid=rows.ELSEWHERE))

    assert await roles.fetch(database, rows.ELSEWHERE, rows.role().sid) is None


async def test_roles_are_listed_in_the_order_of_their_sids(database: Database) -> None:
    async with database.transaction() as transaction:
        for number in (3, 1, 2):
            await roles.add(transaction, rows.role(number))
        await roles.add(transaction, rows.role(4, service_sid=rows.ELSEWHERE))

    page = await roles.page(database, rows.SERVICE, PageRequest(2))
    assert page.items == [rows.role(1), rows.role(2)]
    rest = await roles.page(database, rows.SERVICE, PageRequest(2, page.next))
    assert rest.items == [rows.role(3)]
    assert rest.next is None


async def test_a_role_is_kept_or_locked_in_its_own_service_only(database: Database) -> None:
    async with database.transaction() as transaction:
        await roles.add(transaction, DOOMED)
        for take in (roles.keep, roles.lock_to_delete):
            assert await take(transaction, rows.SERVICE, DOOMED.sid) == DOOMED
            assert await take(transaction, rows.ELSEWHERE, DOOMED.sid) is None


async def test_what_is_fixed_on_a_role_is_not_saved(database: Database) -> None:
    changed = replace(DOOMED, permissions='["editAnyMessage"]', date_updated=9)
    async with database.transaction() as transaction:
        await roles.add(transaction, DOOMED)
        await roles.add(transaction, OTHER)
        assert await roles.lock(transaction, rows.SERVICE, DOOMED.sid) == DOOMED
        assert await roles.lock(transaction, rows.ELSEWHERE, DOOMED.sid) is None
        fixed = {"friendly_name": "another", "type": "conversation", "date_created": 9}
        await roles.save(transaction, replace(changed, **fixed))
        await roles.save(transaction, replace(OTHER, service_sid=rows.ELSEWHERE, permissions="[]"))

    assert await roles.fetch(database, rows.SERVICE, DOOMED.sid) == changed
    assert await roles.fetch(database, rows.SERVICE, OTHER.sid) == OTHER


async def with_holders(database: Database) -> None:
    """Users and participants of two services who hold the doomed role, and one who does not."""
    async with database.transaction() as transaction:
        for number, service, held in (
            (1, rows.SERVICE, DOOMED),
            (2, rows.SERVICE, OTHER),
            (3, rows.ELSEWHERE, DOOMED),
        ):
            user = rows.user(number, service_sid=service, role_sid=held.sid)
            await users.add(transaction, user)
        await conversations.add(transaction, rows.conversation(1))
        await conversations.add(transaction, ELSEWHERE_TALK)
        for number, service, within, role in (
            (1, rows.SERVICE, 1, DOOMED.sid),
            (2, rows.SERVICE, 1, OTHER.sid),
            (3, rows.ELSEWHERE, 2, DOOMED.sid),
        ):
            someone = rows.participant(number, of=number, within=within, role_sid=role)
            await participants.add(transaction, replace(someone, service_sid=service))
        nobody = replace(rows.participant(4), user_sid=None, identity=None)
        await participants.add(transaction, nobody)


async def deleted(database: Database, role: Role) -> None:
    async with database.transaction() as transaction:
        for each in (role, HEIR, OTHER):
            await roles.add(transaction, each)
    await with_holders(database)
    async with database.transaction() as transaction:
        await roles.delete(transaction, role, HEIR.sid)


async def users_roles(database: Database) -> list[str]:
    here = await users.page(database, rows.SERVICE, PageRequest(9))
    there = await users.page(database, rows.ELSEWHERE, PageRequest(9))
    return [user.role_sid for user in here.items + there.items]


async def participants_roles(database: Database) -> list[str | None]:
    here = await participants.page(database, rows.SERVICE, TALK, PageRequest(9))
    there = await participants.page(database, rows.ELSEWHERE, ELSEWHERE_TALK.sid, PageRequest(9))
    return [someone.role_sid for someone in here.items + there.items]


async def test_the_users_of_a_deleted_role_get_its_heir(database: Database) -> None:
    await deleted(database, DOOMED)

    assert await roles.fetch(database, rows.SERVICE, DOOMED.sid) is None
    assert await roles.fetch(database, rows.SERVICE, OTHER.sid) == OTHER
    assert await users_roles(database) == [HEIR.sid, OTHER.sid, DOOMED.sid]
    assert await participants_roles(database) == [DOOMED.sid, OTHER.sid, None, DOOMED.sid]


async def test_the_participants_of_a_deleted_role_get_its_heir(database: Database) -> None:
    await deleted(database, replace(DOOMED, type="conversation"))

    assert await participants_roles(database) == [HEIR.sid, OTHER.sid, None, DOOMED.sid]
    assert await users_roles(database) == [DOOMED.sid, OTHER.sid, DOOMED.sid]
