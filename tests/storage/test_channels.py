import pytest

from delivery.channels.duty import placed
from partywire.model.messages import Message
from partywire.storage import channels, conversations, outbox, participants
from partywire.storage.database import Database
from storage import rows


async def post(database: Database, *said: Message) -> None:
    async with database.transaction() as transaction:
        for number, message in enumerate(said):
            event = rows.event(
                number, kind="message.added", conversation_sid=message.conversation_sid
            )
            await outbox.append(transaction, event)
            await outbox.append(transaction, rows.event(100 + number))
    await placed(database)


@pytest.fixture
async def talks(database: Database) -> Database:
    """Two conversations, with nobody in them."""
    async with database.transaction() as transaction:
        for number in (1, 2):
            await conversations.add(transaction, rows.conversation(number))
    return database


async def join(database: Database, **more: str | None) -> None:
    async with database.transaction() as transaction:
        person = rows.participant(within=2, user_sid=None, identity=None, **more)
        await participants.add(transaction, person)


async def test_somebody_has_an_address_or_nobody(talks: Database) -> None:
    await join(talks, projected_address="+15550100")
    assert not await channels.is_anybody_addressed(talks)
    async with talks.transaction() as transaction:
        await participants.delete(
            transaction, rows.SERVICE, rows.conversation(2).sid, rows.sid("MB", 1)
        )
    await join(talks, address="+15550001")
    assert await channels.is_anybody_addressed(talks)


async def test_only_messages_where_somebody_has_an_address_are_found(talks: Database) -> None:
    await join(talks, address="+15550001")
    await post(
        talks, rows.message(0, 1), rows.message(0, 2), rows.message(1, 1), rows.message(1, 2)
    )

    found = await channels.messages(talks, 0, 100, 10)
    assert [each.position for each in found] == [3, 7]
    assert {each.conversation_sid for each in found} == {rows.conversation(2).sid}


@pytest.mark.parametrize(
    ("position", "last", "limit", "wanted"),
    [(3, 100, 10, [7]), (0, 6, 10, [3]), (0, 100, 1, [3]), (7, 100, 10, [])],
)
async def test_messages_are_found_beyond_a_position_up_to_another(
    talks: Database, position: int, last: int, limit: int, wanted: list[int]
) -> None:
    await join(talks, address="+15550001")
    await post(
        talks, rows.message(0, 1), rows.message(0, 2), rows.message(1, 1), rows.message(1, 2)
    )
    found = await channels.messages(talks, position, last, limit)
    assert [each.position for each in found] == wanted
