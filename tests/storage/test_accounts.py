from msgspec.structs import replace

from partywire.model.accounts import ApiKey, Credential
from partywire.storage import accounts
from partywire.storage.database import Database
from storage import rows

ONE, TWO = rows.account(1), rows.account(2)


def key(number: int, account: str, sid: str) -> ApiKey:
    return ApiKey(rows.sid("SK", number), sid, account, None, f"secret {number}", 1)


async def test_an_account_is_found_by_its_sid(empty: Database) -> None:
    async with empty.transaction() as transaction:
        await accounts.add(transaction, TWO)
        await accounts.add(transaction, ONE)

    assert await accounts.by_sid(empty, ONE.sid) == [ONE]
    assert await accounts.every(empty) == [ONE, TWO]
    assert await accounts.by_sid(empty, "AC nobody") == []


async def test_accounts_that_show_the_same_sid_are_told_apart_by_their_ids(
    empty: Database,
) -> None:
    twin = rows.account(2, sid=ONE.sid, token="another")
    async with empty.transaction() as transaction:
        await accounts.add(transaction, twin)
        await accounts.add(transaction, ONE)

    assert await accounts.by_sid(empty, ONE.sid) == [ONE, twin]
    assert [found.encrypted for found in await accounts.credentials(empty, ONE.sid)] == [
        ONE.token,
        "another",
    ]


async def test_a_key_leads_to_the_account_that_it_belongs_to(empty: Database) -> None:
    name = "SK" + "a" * 32
    async with empty.transaction() as transaction:
        await accounts.add(transaction, ONE)
        await accounts.add(transaction, TWO)
        await accounts.add_key(transaction, key(1, ONE.id, name))
        await accounts.add_key(transaction, key(2, TWO.id, name))

    assert await accounts.credentials(empty, name) == [
        Credential(ONE.id, ONE.sid, ONE.default_service_sid, "secret 1"),
        Credential(TWO.id, TWO.sid, TWO.default_service_sid, "secret 2"),
    ]
    assert await accounts.credentials(empty, ONE.sid + "x") == []


async def test_only_the_owner_lists_and_deletes_a_key(empty: Database) -> None:
    mine = key(1, ONE.id, "SK mine")
    async with empty.transaction() as transaction:
        await accounts.add(transaction, ONE)
        await accounts.add(transaction, TWO)
        await accounts.add_key(transaction, mine)

    async with empty.transaction() as transaction:
        assert not await accounts.delete_key(transaction, TWO.id, mine.sid)
        assert await accounts.keys(transaction, TWO.id) == []
        assert await accounts.keys(transaction, ONE.id) == [mine]
        assert await accounts.delete_key(transaction, ONE.id, mine.sid)
        assert not await accounts.delete_key(transaction, ONE.id, mine.sid)


async def test_token_and_default_service_are_replaced_for_one_account_only(
    empty: Database,
) -> None:
    async with empty.transaction() as transaction:
        await accounts.add(transaction, ONE)
        await accounts.add(transaction, TWO)
        now = await accounts.set_default_service(transaction, ONE, rows.ELSEWHERE)
        await accounts.set_token(transaction, ONE.id, "rotated")

    assert now == rows.account(1, default_service_sid=rows.ELSEWHERE)
    assert await accounts.every(empty) == [
        rows.account(1, default_service_sid=rows.ELSEWHERE, token="rotated"),
        TWO,
    ]


async def test_an_account_is_found_and_held_by_its_id(empty: Database) -> None:
    twin = rows.account(2, sid=ONE.sid)
    async with empty.transaction() as transaction:
        await accounts.add(transaction, ONE)
        await accounts.add(transaction, twin)
        assert await accounts.lock(transaction, twin.id) == twin
        assert await accounts.lock(transaction, "AC nobody") is None

    assert await accounts.by_id(empty, ONE.id) == ONE
    assert await accounts.by_id(empty, "AC nobody") is None


async def test_a_turn_to_open_an_account_costs_nothing_while_nobody_else_wants_it(
    empty: Database,
) -> None:
    async with empty.transaction() as transaction:
        await accounts.take_turn(transaction, ONE.sid)
        await accounts.take_turn(transaction, ONE.sid)
        await accounts.add(transaction, ONE)

    assert await accounts.every(empty) == [ONE]


async def test_a_configuration_is_written_for_one_account_and_nothing_else_of_it(
    empty: Database,
) -> None:
    configured = replace(
        ONE,
        default_service_sid=rows.ELSEWHERE,
        default_messaging_service_sid=rows.sid("MG", 1),
        default_inactive_timer="PT1M",
        default_closed_timer="P1D",
    )
    async with empty.transaction() as transaction:
        await accounts.add(transaction, ONE)
        await accounts.add(transaction, TWO)
        fixed = {"sid": TWO.sid, "friendly_name": "another", "token": "stolen", "date_created": 9}
        await accounts.configure(transaction, replace(configured, **fixed))

    assert await accounts.every(empty) == [configured, TWO]
    assert [found.default_service_sid for found in await accounts.credentials(empty, ONE.sid)] == [
        rows.ELSEWHERE
    ]

    async with empty.transaction() as transaction:
        await accounts.configure(transaction, ONE)
    assert await accounts.by_id(empty, ONE.id) == ONE


async def test_a_service_leads_to_its_account(database: Database) -> None:
    assert await accounts.of_service(database, rows.SERVICE) == ONE
    assert await accounts.of_service(database, rows.sid("IS", 9)) is None
