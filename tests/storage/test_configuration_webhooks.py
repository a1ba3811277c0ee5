from msgspec.structs import replace

from partywire.model.configuration_webhooks import AccountWebhooks, ServiceWebhooks
from partywire.storage import configuration_webhooks, services
from partywire.storage.database import Database
from storage import rows

OF_ACCOUNT = AccountWebhooks(rows.ACCOUNT, None, None, None, "POST", "webhook")
OF_SERVICE = ServiceWebhooks(rows.SERVICE, None, None, None, None)


async def test_nothing_is_there_before_something_was_set(database: Database) -> None:
    assert await configuration_webhooks.of_account(database, rows.ACCOUNT) is None
    assert await configuration_webhooks.of_service(database, rows.SERVICE) is None


async def test_holding_an_account_s_webhooks_writes_them_once(database: Database) -> None:
    changed = AccountWebhooks(rows.ACCOUNT, "http://pre", "http://post", '["onX"]', "GET", "flex")
    async with database.transaction() as transaction:
        held = await configuration_webhooks.hold_account(transaction, OF_ACCOUNT)
        assert held == OF_ACCOUNT
        await configuration_webhooks.save_account(transaction, changed)
        held = await configuration_webhooks.hold_account(transaction, OF_ACCOUNT)
        assert held == changed

    assert await configuration_webhooks.of_account(database, rows.ACCOUNT) == changed


async def test_holding_a_service_s_webhooks_writes_them_once(database: Database) -> None:
    changed = ServiceWebhooks(rows.SERVICE, "http://pre", "http://post", "[]", "GET")
    async with database.transaction() as transaction:
        held = await configuration_webhooks.hold_service(transaction, OF_SERVICE)
        assert held == OF_SERVICE
        await configuration_webhooks.save_service(transaction, changed)
        held = await configuration_webhooks.hold_service(transaction, OF_SERVICE)
        assert held == changed

    assert await configuration_webhooks.of_service(database, rows.SERVICE) == changed
    assert await configuration_webhooks.of_service(database, rows.ELSEWHERE) is None


async def test_a_deleted_service_takes_its_webhooks_along(database: Database) -> None:
    kept = replace(OF_SERVICE, service_sid=rows.ELSEWHERE)
    async with database.transaction() as transaction:
        await configuration_webhooks.hold_service(transaction, OF_SERVICE)
        await configuration_webhooks.hold_service(transaction, kept)
        await services.delete(transaction, rows.ACCOUNT, rows.SERVICE)

    assert await configuration_webhooks.of_service(database, rows.SERVICE) is None
    assert await configuration_webhooks.of_service(database, rows.ELSEWHERE) == kept
