from msgspec.structs import replace

from partywire.model.pages import PageRequest
from partywire.storage import (
    accounts,
    conversations,
    messages,
    participants,
    roles,
    services,
    users,
)
from partywire.storage.database import Database
from storage import rows

STRANGER = rows.sid("AC", 9)


async def test_a_service_is_seen_by_its_own_account_only(database: Database) -> None:
    assert await services.fetch(database, rows.ACCOUNT, rows.SERVICE) == rows.service(1)
    assert await services.fetch(database, STRANGER, rows.SERVICE) is None


async def test_services_are_listed_in_the_order_of_their_sids(database: Database) -> None:
    async with database.transaction() as transaction:
        await accounts.add(transaction, rows.account(9))
        await services.add(transaction, rows.service(3, account=STRANGER))

    page = await services.page(database, rows.ACCOUNT, PageRequest(50))

    assert page.items == [rows.service(1), rows.service(2)]


async def test_another_account_cannot_delete_a_service(database: Database) -> None:
    async with database.transaction() as transaction:
        await services.delete(transaction, STRANGER, rows.SERVICE)

    assert await services.fetch(database, rows.ACCOUNT, rows.SERVICE) is not None


async def test_a_deleted_service_takes_everything_in_it_along(database: Database) -> None:
    async with database.transaction() as transaction:
        await users.add(transaction, rows.user())
        await conversations.add(transaction, rows.conversation())
        await participants.add(transaction, rows.participant())
        await messages.add(transaction, rows.message())
        await services.delete(transaction, rows.ACCOUNT, rows.SERVICE)

    talk, someone = rows.conversation().sid, rows.user().sid
    assert await services.fetch(database, rows.ACCOUNT, rows.SERVICE) is None
    assert await users.by_sid(database, rows.SERVICE, someone) is None
    assert await conversations.by_sid(database, rows.SERVICE, talk) is None
    found = await participants.page(database, rows.SERVICE, talk, PageRequest(50))
    assert found.items == []
    left = await messages.page(database, rows.SERVICE, talk, "asc", PageRequest(50))
    assert left.items == []
    assert await services.fetch(database, rows.ACCOUNT, rows.ELSEWHERE) is not None


async def test_newcomers_get_the_default_role_of_its_type_while_there_is_one(
    database: Database,
) -> None:
    member, user = rows.role(2, type="conversation"), rows.role(3)
    async with database.transaction() as transaction:
        await services.save(
            transaction,
            rows.service(
                default_conversation_role_sid=member.sid, default_chat_service_role_sid=user.sid
            ),
        )
        key = (rows.ACCOUNT, rows.SERVICE)
        assert await services.default_role(transaction, *key, "service") is None
        await roles.add(transaction, member)
        await roles.add(transaction, user)
        assert await services.default_role(transaction, *key, "service") == user.sid
        assert await services.default_role(transaction, *key, "conversation") == member.sid
        assert await services.default_role(transaction, STRANGER, rows.SERVICE, "service") is None


async def test_a_configuration_is_saved_for_one_service_and_nothing_else_of_it(
    database: Database,
) -> None:
    configured = rows.service(
        1,
        default_conversation_creator_role_sid=rows.sid("RL", 2),
        default_conversation_role_sid=rows.sid("RL", 3),
        default_chat_service_role_sid=rows.sid("RL", 4),
        reachability_enabled=1,
    )
    async with database.transaction() as transaction:
        assert await services.lock(transaction, rows.ACCOUNT, rows.SERVICE) == rows.service(1)
        assert await services.lock(transaction, STRANGER, rows.SERVICE) is None
        await services.save(transaction, replace(configured, friendly_name="x", date_created=9))
        await services.save(transaction, replace(configured, account=STRANGER, sid=rows.ELSEWHERE))

    page = await services.page(database, rows.ACCOUNT, PageRequest(50))
    assert page.items == [configured, rows.service(2)]


async def test_a_service_says_whose_it_is(database: Database) -> None:
    assert await services.account_of(database, rows.SERVICE) == rows.ACCOUNT
    assert await services.account_of(database, rows.sid("IS", 7)) is None
