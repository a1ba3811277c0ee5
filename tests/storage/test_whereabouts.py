import pytest

from partywire.storage import (
    bindings,
    conversations,
    messages,
    participants,
    receipts,
    roles,
    users,
    webhooks,
    whereabouts,
)
from partywire.storage.database import Database
from partywire.storage.whereabouts import Whereabouts
from storage import rows


@pytest.fixture
async def full(database: Database) -> Database:
    """One thing of each kind, in the second service."""
    there = {"service_sid": rows.ELSEWHERE}
    async with database.transaction() as transaction:
        await roles.add(transaction, rows.role(**there))
        await users.add(transaction, rows.user(**there))
        await conversations.add(transaction, rows.conversation(**there))
        await participants.add(transaction, rows.participant(**there))
        await messages.add(transaction, rows.message(**there))
        await webhooks.add(transaction, rows.webhook(**there))
        await bindings.add(transaction, rows.binding(**there))
        await receipts.add(transaction, rows.receipt(**there))
    return database


@pytest.mark.parametrize(
    "sid",
    [
        rows.ELSEWHERE,
        rows.role().sid,
        rows.user().sid,
        rows.conversation().sid,
        rows.participant().sid,
        rows.message().sid,
        rows.webhook().sid,
        rows.binding().sid,
        rows.receipt().sid,
    ],
)
async def test_every_kind_of_thing_is_found_where_it_is(full: Database, sid: str) -> None:
    found = await whereabouts.of(full, sid)

    assert found == Whereabouts(rows.ACCOUNT, rows.ACCOUNT, rows.ELSEWHERE)


@pytest.mark.parametrize(
    "sid", [rows.sid("CH", 77), rows.sid("ZZ", 1), rows.sid("EV", 1), "", "CH", "nobody"]
)
async def test_what_is_nowhere_is_not_found(full: Database, sid: str) -> None:
    assert await whereabouts.of(full, sid) is None
