import pytest

from partywire.model.pages import PageRequest
from partywire.storage import conversations, messages, receipts
from partywire.storage.database import Database
from storage import rows

HERE = (rows.SERVICE, rows.conversation().sid, rows.message(0).sid)


@pytest.fixture
async def full(database: Database) -> Database:
    """Two messages: three receipts of the first, one of the second."""
    async with database.transaction() as transaction:
        await conversations.add(transaction, rows.conversation())
        await messages.add(transaction, rows.message(0))
        await messages.add(transaction, rows.message(1))
        for number in (3, 1, 2):
            await receipts.add(transaction, rows.receipt(number))
        await receipts.add(transaction, rows.receipt(4, index=1, status="failed", error_code=30003))
    return database


async def test_a_receipt_is_found_below_its_own_message_only(full: Database) -> None:
    service, conversation, message = HERE
    assert await receipts.fetch(full, *HERE, rows.receipt(1).sid) == rows.receipt(1)
    for key in (
        (service, conversation, rows.message(1).sid),
        (service, rows.conversation(2).sid, message),
        (rows.ELSEWHERE, conversation, message),
    ):
        assert await receipts.fetch(full, *key, rows.receipt(1).sid) is None


async def test_a_message_s_receipts_are_listed_in_the_order_of_their_sids(full: Database) -> None:
    page = await receipts.page(full, *HERE, PageRequest(2))
    assert page.items == [rows.receipt(1), rows.receipt(2)]
    rest = await receipts.page(full, *HERE, PageRequest(2, page.next))
    assert rest.items == [rows.receipt(3)]
    assert rest.next is None


@pytest.mark.parametrize(
    "key",
    [
        (rows.ELSEWHERE, *HERE[1:]),
        (rows.SERVICE, rows.conversation(2).sid, HERE[2]),
        (*HERE[:2], rows.message(7).sid),
    ],
)
async def test_another_message_s_list_is_another(full: Database, key: tuple[str, str, str]) -> None:
    assert (await receipts.page(full, *key, PageRequest(5))).items == []


async def test_a_deleted_message_takes_its_receipts_along(full: Database) -> None:
    async with full.transaction() as transaction:
        await messages.delete(transaction, *HERE)
    assert (await receipts.page(full, *HERE, PageRequest(5))).items == []
    second = (*HERE[:2], rows.message(1).sid)
    assert len((await receipts.page(full, *second, PageRequest(5))).items) == 1


async def test_a_deleted_conversation_takes_its_messages_receipts_along(full: Database) -> None:
    async with full.transaction() as transaction:
        await conversations.delete(transaction, rows.SERVICE, rows.conversation().sid)
    for number in (0, 1):
        key = (*HERE[:2], rows.message(number).sid)
        assert (await receipts.page(full, *key, PageRequest(5))).items == []


async def test_a_receipt_is_found_by_the_channel_s_message_in_its_service(full: Database) -> None:
    sms = rows.receipt(2).channel_message_sid
    assert await receipts.by_channel_message(full, rows.SERVICE, sms) == rows.receipt(2)
    assert await receipts.by_channel_message(full, rows.ELSEWHERE, sms) is None
    assert await receipts.by_channel_message(full, rows.SERVICE, rows.sid("SM", 9)) is None


async def test_a_changed_status_is_one_of_the_message_s_statuses(full: Database) -> None:
    changed = rows.receipt(2, status="failed", error_code=30003, date_updated=7)
    async with full.transaction() as transaction:
        await receipts.save(transaction, changed)
    assert await receipts.fetch(full, *HERE, changed.sid) == changed
    assert sorted(await receipts.statuses(full, *HERE)) == ["failed", "sent", "sent"]


async def test_a_message_says_how_its_receipts_stand_and_an_edit_leaves_that(
    full: Database,
) -> None:
    async with full.transaction() as transaction:
        await messages.set_delivery(transaction, *HERE, "{}")
        found = await messages.lock(transaction, *HERE)
        assert found == rows.message(0, delivery="{}")
        await messages.save(transaction, rows.message(0, body="edited"))
    assert await messages.by_sid(full, *HERE) == rows.message(0, body="edited", delivery="{}")
