"""Pages that begin with a key, and events that somebody missed."""

import pytest

from partywire import sids
from partywire.model.deliveries import RemovedConversation
from partywire.model.events import Event
from partywire.model.sync import Span
from partywire.storage import conversations, messages, outbox, participants, removals, sync, users
from partywire.storage.database import Database
from storage import rows

ROOM = rows.conversation(1).sid


@pytest.fixture
async def filled(database: Database) -> Database:
    """A conversation with the messages 0, 2, 4, 6 and three users, one of them in another too."""
    async with database.transaction() as transaction:
        for number in (1, 2, 3):
            await conversations.add(transaction, rows.conversation(number))
        for index in (0, 2, 4, 6):
            await messages.add(transaction, rows.message(index))
        for number in (1, 2, 3):
            await users.add(transaction, rows.user(number))
            await participants.add(transaction, rows.participant(number, of=number))
        await participants.add(transaction, rows.participant(4, of=1, within=3))
    return database


@pytest.mark.parametrize(
    ("span", "indexes", "before", "beyond"),
    [
        (Span(None, 2), [0, 2], False, True),
        (Span(None, 4), [0, 2, 4, 6], False, False),
        (Span(2, 2), [2, 4], True, True),
        (Span(3, 9), [4, 6], True, False),
        (Span(0, 1), [0], False, True),
        (Span(7, 1), [], True, False),
        (Span(None, 3, True), [6, 4, 2], False, True),
        (Span(5, 2, True), [4, 2], True, True),
        (Span(6, 9, True), [6, 4, 2, 0], False, False),
        (Span(-1, 1, True), [], True, False),
    ],
)
async def test_messages_from_an_index_on(
    filled: Database, span: Span, indexes: list[int], before: bool, beyond: bool
) -> None:
    found = await sync.messages(filled, rows.SERVICE, ROOM, span)
    assert [each.index for each in found.items] == indexes
    assert (found.before, found.beyond) == (before, beyond)


@pytest.mark.parametrize("descending", [False, True])
async def test_participants_from_a_sid_on(filled: Database, descending: bool) -> None:
    numbers = [3, 2, 1] if descending else [1, 2, 3]
    expected = [rows.sid(sids.PARTICIPANT, number) for number in numbers]
    whole = await sync.roster(filled, rows.SERVICE, ROOM, Span(None, 9, descending))
    assert [each.sid for each in whole.items] == expected
    found = await sync.roster(filled, rows.SERVICE, ROOM, Span(expected[1], 1, descending))
    assert [each.sid for each in found.items] == expected[1:2]
    assert (found.before, found.beyond) == (True, True)


async def test_a_user_s_conversations(filled: Database) -> None:
    found = await sync.conversations(filled, rows.SERVICE, rows.user(1).sid, Span(None, 9))
    here = [rows.conversation(number).sid for number in (1, 3)]
    assert [each.conversation_sid for each in found.items] == here


async def append(database: Database, *events: Event) -> None:
    async with database.transaction() as transaction:
        for event in events:
            await outbox.append(transaction, event)
    while await outbox.is_to_place(database):
        async with database.transaction() as transaction:
            await outbox.place(transaction)


async def test_what_happened_in_a_conversation_between_two_positions(database: Database) -> None:
    other = rows.conversation(2).sid
    for number in range(1, 7):
        await append(database, rows.event(number, conversation_sid=ROOM if number % 2 else other))
    found = await sync.of_conversation(database, ROOM, 1, 5, 9)
    assert [each.position for each in found] == [3, 5]
    assert len(await sync.of_conversation(database, ROOM, 0, 9, 2)) == 2
    assert await sync.of_conversation(database, ROOM, 5, 9, 9) == []


async def test_what_happened_to_a_user(database: Database) -> None:
    mine = rows.user(1).sid
    await append(database, *(rows.event(number, user_sid=mine) for number in (1, 2)))
    await append(database, rows.event(3, user_sid=rows.user(2).sid), rows.event(4))
    assert [each.position for each in await sync.of_user(database, mine, 1, 9, 9)] == [2]


async def test_only_who_was_in_a_conversation_misses_it(database: Database) -> None:
    mine, other = rows.user(1).sid, rows.user(2).sid
    gone = RemovedConversation(ROOM, rows.SERVICE, "MG", "[]", 1, f'["{other}","{mine}"]')
    async with database.transaction() as transaction:
        await removals.add(transaction, gone)
    kind = {"kind": "conversation.removed", "conversation_sid": ROOM}
    await append(database, rows.event(1), rows.event(2, **kind))
    (found,) = await sync.removals(database, rows.SERVICE, mine, 0, 9, 9)
    assert (found.position, found.conversation_sid) == (2, ROOM)
    assert await sync.removals(database, rows.SERVICE, rows.user(3).sid, 0, 9, 9) == []
    assert await sync.removals(database, rows.ELSEWHERE, mine, 0, 9, 9) == []
    assert await sync.removals(database, rows.SERVICE, mine, 2, 9, 9) == []


async def test_the_oldest_event_that_is_left(database: Database) -> None:
    assert await sync.oldest(database) is None
    await append(database, rows.event(1), rows.event(2, date=10**15))
    assert await sync.oldest(database) == 1
    async with database.transaction() as transaction:
        await rows.everybody_has_read(transaction)
        await outbox.prune(transaction, 100, 9)
    assert await sync.oldest(database) == 2
