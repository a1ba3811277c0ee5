from partywire.model.notifications import Notifications
from partywire.storage import notifications
from partywire.storage.database import Database
from storage import rows

LOUD = Notifications(log_enabled=1, new_message_sound="ring", new_message_template=None)


async def test_a_service_that_was_never_configured_has_empty_settings(database: Database) -> None:
    assert await notifications.fetch(database, rows.SERVICE) == Notifications()


async def test_settings_come_back_as_they_were_saved_last(database: Database) -> None:
    for settings in (LOUD, Notifications(log_enabled=0), Notifications()):
        async with database.transaction() as transaction:
            await notifications.save(transaction, rows.SERVICE, settings)
            assert await notifications.fetch(transaction, rows.SERVICE) == settings
        assert await notifications.fetch(database, rows.SERVICE) == settings


async def test_services_have_settings_of_their_own(database: Database) -> None:
    async with database.transaction() as transaction:
        await notifications.save(transaction, rows.SERVICE, LOUD)
    assert await notifications.fetch(database, rows.ELSEWHERE) == Notifications()
