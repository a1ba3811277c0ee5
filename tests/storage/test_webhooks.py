import pytest
from msgspec.structs import replace

from partywire.model.pages import PageRequest
from partywire.storage import conversations, webhooks
from partywire.storage.database import Database, Transaction
from storage import rows

HERE = (rows.SERVICE, rows.conversation(1).sid)
NEXT_DOOR = (rows.SERVICE, rows.conversation(2).sid)
FIRST = rows.webhook(1)


@pytest.fixture
async def talks(database: Database) -> Database:
    """A database with two conversations."""
    async with database.transaction() as transaction:
        for number in (1, 2):
            await conversations.add(transaction, rows.conversation(number))
    return database


async def fill(transaction: Transaction, *numbers: int, within: int = 1) -> None:
    for number in numbers:
        await webhooks.add(transaction, rows.webhook(number, within))


async def test_a_webhook_is_found_in_its_conversation_only(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await fill(transaction, 1)

    assert await webhooks.by_sid(talks, *HERE, FIRST.sid) == FIRST
    assert await webhooks.by_sid(talks, *NEXT_DOOR, FIRST.sid) is None
    assert await webhooks.by_sid(talks, rows.ELSEWHERE, HERE[1], FIRST.sid) is None


async def test_webhooks_are_listed_and_counted_by_conversation(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await fill(transaction, 3, 1, 2)
        await fill(transaction, 4, within=2)

    page = await webhooks.page(talks, *HERE, PageRequest(2))
    assert page.items == [rows.webhook(1), rows.webhook(2)]
    rest = await webhooks.page(talks, *HERE, PageRequest(2, page.next))
    assert rest.items == [rows.webhook(3)]
    assert rest.next is None
    assert await webhooks.count(talks, *HERE) == 3
    assert await webhooks.count(talks, *NEXT_DOOR) == 1
    assert await webhooks.count(talks, rows.ELSEWHERE, HERE[1]) == 0


async def test_what_is_fixed_on_a_webhook_is_not_saved(talks: Database) -> None:
    changed = replace(
        FIRST,
        url=None,
        method="get",
        filters=None,
        triggers='["help"]',
        flow_sid="FW1",
        replay_after=0,
        date_updated=9,
    )
    async with talks.transaction() as transaction:
        await fill(transaction, 1, 2)
        assert await webhooks.lock(transaction, *HERE, FIRST.sid) == FIRST
        assert await webhooks.lock(transaction, *NEXT_DOOR, FIRST.sid) is None
        await webhooks.save(transaction, replace(changed, target="studio", date_created=9))

    assert await webhooks.by_sid(talks, *HERE, FIRST.sid) == changed
    assert await webhooks.by_sid(talks, *HERE, rows.webhook(2).sid) == rows.webhook(2)


async def test_a_webhook_is_deleted_once_and_from_its_conversation_only(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await fill(transaction, 1, 2)
        assert not await webhooks.delete(transaction, *NEXT_DOOR, FIRST.sid)
        assert not await webhooks.delete(transaction, rows.ELSEWHERE, HERE[1], FIRST.sid)
        assert await webhooks.delete(transaction, *HERE, FIRST.sid)
        assert not await webhooks.delete(transaction, *HERE, FIRST.sid)

    assert await webhooks.count(talks, *HERE) == 1


async def test_a_deleted_conversation_takes_its_webhooks_along(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await fill(transaction, 1, 2)
        await fill(transaction, 3, within=2)
        await conversations.delete(transaction, *HERE)

    assert await webhooks.count(talks, *HERE) == 0
    assert await webhooks.count(talks, *NEXT_DOOR) == 1


async def test_all_webhooks_of_a_conversation_are_read_at_once(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await fill(transaction, 3, 1)
        await fill(transaction, 4, within=2)

    assert await webhooks.every(talks, *HERE) == [rows.webhook(1), rows.webhook(3)]
    assert await webhooks.every(talks, rows.ELSEWHERE, HERE[1]) == []
