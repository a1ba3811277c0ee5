import pytest
from msgspec.structs import replace

from partywire.model.conversations import Conversation, ConversationFilter, Counted
from partywire.model.pages import PageRequest
from partywire.storage import conversations, messages, participants, users
from partywire.storage.database import Database, Duplicate
from storage import rows

TALK = rows.conversation(1, unique_name="talk")


async def written(database: Database, *made: Conversation) -> None:
    async with database.transaction() as transaction:
        for conversation in made:
            await conversations.add(transaction, conversation)


async def listed(database: Database, now: int = 0, **wanted: object) -> list[int]:
    """Creation dates, which number the rows, of what is listed."""
    found = await conversations.page(
        database, rows.SERVICE, ConversationFilter(**wanted), now, PageRequest(50)
    )
    return [conversation.date_created for conversation in found.items]


async def test_a_conversation_is_found_in_its_own_service_only(database: Database) -> None:
    await written(database, TALK)

    assert await conversations.by_sid(database, rows.SERVICE, TALK.sid) == TALK
    assert await conversations.by_sid(database, rows.ELSEWHERE, TALK.sid) is None
    assert await conversations.sid_by_unique_name(database, rows.SERVICE, "talk") == TALK.sid
    assert await conversations.sid_by_unique_name(database, rows.ELSEWHERE, "talk") is None
    assert await conversations.sid_by_unique_name(database, rows.SERVICE, "Talk") is None


async def test_a_unique_name_is_given_once_in_a_service(database: Database) -> None:
    twin = rows.conversation(2, unique_name="talk")
    await written(database, TALK, replace(twin, service_sid=rows.ELSEWHERE))

    with pytest.raises(Duplicate):
        await written(database, replace(twin, sid=rows.sid("CH", 3)))


async def test_many_conversations_have_no_unique_name(database: Database) -> None:
    await written(database, rows.conversation(1), rows.conversation(2))

    assert await listed(database) == [2, 1]


async def test_the_latest_activity_comes_first(database: Database) -> None:
    made = [rows.conversation(n, date_active=active) for n, active in ((1, 5), (2, 9), (3, 5))]
    await written(database, *made, rows.conversation(4, service_sid=rows.ELSEWHERE))

    assert await listed(database) == [2, 3, 1]


async def test_with_dates_the_latest_creation_comes_first_and_both_ends_count(
    database: Database,
) -> None:
    await written(database, *(rows.conversation(n, date_active=-n) for n in range(1, 6)))

    assert await listed(database, start_date=2, end_date=4) == [4, 3, 2]
    assert await listed(database, start_date=4) == [5, 4]
    assert await listed(database, end_date=2) == [2, 1]


async def test_a_state_filters_with_dates_and_without(database: Database) -> None:
    await written(database, rows.conversation(1), rows.conversation(2, state="closed"))

    assert await listed(database, state="closed") == [2]
    assert await listed(database, state="active", start_date=0) == [1]
    assert await listed(database, state="inactive") == []


async def test_the_state_that_filters_is_that_of_the_moment(database: Database) -> None:
    ends = {"date_inactive": 100, "date_closed": 200}
    await written(
        database,
        rows.conversation(1, **ends),
        rows.conversation(2, state="inactive", date_closed=100),
        rows.conversation(3, date_closed=200),
        rows.conversation(4),
    )

    async def found(now: int, **dates: int) -> list[list[int]]:
        states = ("active", "inactive", "closed")
        return [await listed(database, now, state=state, **dates) for state in states]

    for dates in ({}, {"start_date": 0}):
        assert await found(99, **dates) == [[4, 3, 1], [2], []]
        assert await found(100, **dates) == [[4, 3], [1], [2]]
        assert await found(200, **dates) == [[4], [], [3, 2, 1]]
    assert await listed(database, 200) == [4, 3, 2, 1]


async def test_the_longest_overdue_are_held_first(database: Database) -> None:
    await written(
        database,
        rows.conversation(1, date_inactive=30, date_closed=40),
        rows.conversation(2, date_inactive=10, date_closed=50),
        rows.conversation(3, state="inactive", date_closed=60),
        rows.conversation(4, date_inactive=20),
        rows.conversation(5),
    )
    assert await conversations.next_end(database) == 10

    async with database.transaction() as transaction:
        to_inactivate = await conversations.hold_to_inactivate(transaction, 30, 2)
        to_close = await conversations.hold_to_close(transaction, 59, 9)
        early = await conversations.hold_to_close(transaction, 39, 9)

    assert [one.date_created for one in to_inactivate] == [2, 4]
    assert [one.date_created for one in to_close] == [1, 2]
    assert early == []


async def test_the_next_end_is_of_either_timer(database: Database) -> None:
    assert await conversations.next_end(database) is None
    await written(database, rows.conversation(1, date_closed=70))
    assert await conversations.next_end(database) == 70
    await written(database, rows.conversation(2, date_inactive=80))
    assert await conversations.next_end(database) == 70


async def test_a_conversation_is_held_in_whichever_service(database: Database) -> None:
    await written(database, TALK)
    assert await conversations.anywhere(database, TALK.sid) == TALK
    async with database.transaction() as transaction:
        assert await conversations.lock_anywhere(transaction, TALK.sid) == TALK
        assert await conversations.lock_anywhere(transaction, rows.conversation(2).sid) is None


async def test_no_index_is_taken_once_a_timer_has_ended(database: Database) -> None:
    await written(
        database, rows.conversation(1, date_inactive=100), rows.conversation(2, date_closed=100)
    )

    async def taken(number: int, now: int) -> bool:
        sid = rows.conversation(number).sid
        async with database.transaction() as transaction:
            found = await conversations.take_index(transaction, rows.SERVICE, sid, now)
        return found is not None

    assert not await taken(1, 100)
    assert not await taken(2, 100)
    assert await taken(1, 99)
    assert await taken(2, 99)


async def test_counters_and_what_is_fixed_are_not_saved(database: Database) -> None:
    await written(database, TALK)
    changed = replace(TALK, friendly_name="new", state="inactive", date_updated=7)
    tampered = replace(changed, next_message_index=9, messages_deleted=9, created_by="me")

    async with database.transaction() as transaction:
        assert await conversations.lock(transaction, rows.SERVICE, TALK.sid) == TALK
        assert await conversations.lock(transaction, rows.ELSEWHERE, TALK.sid) is None
        await conversations.save(transaction, tampered)

    assert await conversations.by_sid(database, rows.SERVICE, TALK.sid) == changed


async def test_a_taken_name_cannot_be_saved(database: Database) -> None:
    other = rows.conversation(2)
    await written(database, TALK, other)

    with pytest.raises(Duplicate):
        async with database.transaction() as transaction:
            await conversations.save(transaction, replace(other, unique_name="talk"))

    assert await conversations.by_sid(database, rows.SERVICE, other.sid) == other


async def test_an_index_is_taken_once_and_restarts_the_timers(database: Database) -> None:
    timed = replace(TALK, inactive_timer=60, closed_timer=600)
    await written(database, timed)

    async with database.transaction() as transaction:
        first = await conversations.take_index(transaction, rows.SERVICE, TALK.sid, 1000)
        second = await conversations.take_index(transaction, rows.SERVICE, TALK.sid, 1050)

    assert first == Counted(TALK.sid, "active", 1, 0)
    assert second == Counted(TALK.sid, "active", 2, 0)
    # That a message came is no update.
    assert await conversations.by_sid(database, rows.SERVICE, TALK.sid) == replace(
        timed, next_message_index=2, date_active=1050, date_inactive=1110, date_closed=1650
    )


async def test_a_closed_or_foreign_conversation_gives_no_index(database: Database) -> None:
    await written(database, replace(TALK, state="closed"))

    async with database.transaction() as transaction:
        assert await conversations.take_index(transaction, rows.SERVICE, TALK.sid, 5) is None
        assert await conversations.take_index(transaction, rows.ELSEWHERE, TALK.sid, 5) is None
        assert await conversations.count_deletion(transaction, rows.SERVICE, TALK.sid)
        assert not await conversations.count_deletion(transaction, rows.ELSEWHERE, TALK.sid)

    found = await conversations.by_sid(database, rows.SERVICE, TALK.sid)
    assert found == replace(TALK, state="closed", messages_deleted=1)


async def test_a_deleted_conversation_takes_everything_in_it_along(database: Database) -> None:
    await written(database, replace(TALK, next_message_index=1), rows.conversation(2))
    async with database.transaction() as transaction:
        await users.add(transaction, rows.user())
        await participants.add(transaction, rows.participant())
        await messages.add(transaction, rows.message())
        await messages.delete(transaction, rows.SERVICE, TALK.sid, rows.message().sid)
        await messages.add(transaction, rows.message(1))

        await conversations.delete(transaction, rows.ELSEWHERE, TALK.sid)
        assert await conversations.by_sid(transaction, rows.SERVICE, TALK.sid) is not None
        await conversations.delete(transaction, rows.SERVICE, TALK.sid)

    left = await messages.page(database, rows.SERVICE, TALK.sid, "asc", PageRequest(50))
    assert left.items == []
    inside = await participants.page(database, rows.SERVICE, TALK.sid, PageRequest(50))
    assert inside.items == []
    assert await users.by_sid(database, rows.SERVICE, rows.user().sid) == rows.user()
    assert await listed(database) == [2]
