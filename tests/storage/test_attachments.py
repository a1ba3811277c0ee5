"""What messages have attached."""

import pytest

from partywire.storage import attachments, media
from partywire.storage.database import Database
from storage import rows

ROOM, MESSAGE = rows.conversation().sid, rows.message(0).sid
TO = (ROOM, MESSAGE, 5)


@pytest.fixture
async def full(database: Database) -> Database:
    """A whole file, one that is on its way, and one in another service."""
    async with database.transaction() as transaction:
        await media.add(transaction, rows.media(1))
        await media.add(transaction, rows.media(2, size=None))
        await media.add(transaction, rows.media(3, service_sid=rows.ELSEWHERE))
    return database


async def attach(database: Database, number: int, service: str = rows.SERVICE) -> bool:
    async with database.transaction() as transaction:
        return await attachments.attach(transaction, service, rows.media(number).sid, *TO)


async def test_a_file_goes_to_one_message(full: Database) -> None:
    assert await attach(full, 1)
    assert not await attach(full, 1)
    room, message, now = TO
    assert await media.by_sid(full, rows.SERVICE, rows.media(1).sid) == rows.media(
        1, conversation_sid=room, message_sid=message, date_updated=now
    )


@pytest.mark.parametrize("number", [2, 3, 4], ids=["on its way", "elsewhere", "nowhere"])
async def test_what_is_not_there_goes_to_none(full: Database, number: int) -> None:
    assert not await attach(full, number)


async def test_with_a_message_its_rows_go(full: Database) -> None:
    assert await attach(full, 1)
    assert await attach(full, 3, rows.ELSEWHERE)
    async with full.transaction() as transaction:
        await attachments.remove(transaction, ROOM, rows.message(1).sid)
        await attachments.remove(transaction, rows.conversation(2).sid, MESSAGE)
    assert await media.by_sid(full, rows.SERVICE, rows.media(1).sid) is not None
    async with full.transaction() as transaction:
        await attachments.remove(transaction, ROOM, MESSAGE)
    assert await media.by_sid(full, rows.SERVICE, rows.media(1).sid) is None
