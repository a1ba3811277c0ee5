import pytest
from msgspec.structs import replace

from partywire.model.pages import PageRequest
from partywire.storage import conversations, participants, users
from partywire.storage.database import Database
from storage import rows

ANN = rows.participant(1, of=1)
TALK = rows.conversation().sid


@pytest.fixture
async def talks(database: Database) -> Database:
    """Two users, an open conversation and a closed one, nobody in them."""
    async with database.transaction() as transaction:
        await users.add(transaction, rows.user(1))
        await users.add(transaction, rows.user(2))
        await conversations.add(transaction, rows.conversation(1))
        await conversations.add(transaction, rows.conversation(2, state="closed"))
    return database


async def test_a_participant_is_found_under_each_of_their_names(talks: Database) -> None:
    async with talks.transaction() as transaction:
        assert await participants.add(transaction, ANN) == ANN

    here, there = (rows.SERVICE, TALK), (rows.SERVICE, rows.conversation(2).sid)
    assert await participants.by_sid(talks, *here, ANN.sid) == ANN
    assert await participants.sid_by_identity(talks, *here, "user1") == ANN.sid
    assert await participants.sid_by_user(talks, *here, rows.user(1).sid) == ANN.sid
    for wrong in (there, (rows.ELSEWHERE, TALK)):
        assert await participants.by_sid(talks, *wrong, ANN.sid) is None
        assert await participants.sid_by_identity(talks, *wrong, "user1") is None
        assert await participants.sid_by_user(talks, *wrong, rows.user(1).sid) is None


async def test_an_identity_is_in_a_conversation_once(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await participants.add(transaction, ANN)
        assert await participants.add(transaction, rows.participant(2, of=1)) is None
        other_talk = rows.participant(3, of=1, within=2)
        assert await participants.add(transaction, other_talk) == other_talk


async def test_participants_are_listed_in_the_order_of_their_sids(talks: Database) -> None:
    bob = rows.participant(2, of=2)
    async with talks.transaction() as transaction:
        await participants.add(transaction, bob)
        await participants.add(transaction, ANN)
        await participants.add(transaction, rows.participant(3, of=1, within=2))

    page = await participants.page(talks, rows.SERVICE, TALK, PageRequest(50))
    assert page.items == [ANN, bob]
    assert (await participants.page(talks, rows.ELSEWHERE, TALK, PageRequest(50))).items == []


async def test_everybody_that_a_user_is_can_be_found(talks: Database) -> None:
    elsewhere = rows.participant(3, of=1, within=2)
    async with talks.transaction() as transaction:
        await participants.add(transaction, ANN)
        await participants.add(transaction, rows.participant(2, of=2))
        await participants.add(transaction, elsewhere)

    found = await participants.of_user(talks, rows.SERVICE, rows.user(1).sid)
    assert sorted(found, key=lambda participant: participant.sid) == [ANN, elsewhere]


async def test_counts_stop_at_their_limit_and_leave_out_closed_conversations(
    talks: Database,
) -> None:
    async with talks.transaction() as transaction:
        await participants.add(transaction, ANN)
        await participants.add(transaction, rows.participant(2, of=2))
        await participants.add(transaction, rows.participant(3, of=1, within=2))

    assert await participants.count(talks, rows.SERVICE, TALK, 10) == 2
    assert await participants.count(talks, rows.SERVICE, TALK, 1) == 1
    assert await participants.count(talks, rows.ELSEWHERE, TALK, 10) == 0
    user = rows.user(1).sid
    assert await participants.count_open_of_user(talks, rows.SERVICE, user, 10) == 1
    assert await participants.count_open_of_user(talks, rows.SERVICE, user, 0) == 0


async def test_what_is_fixed_on_a_participant_is_not_saved(talks: Database) -> None:
    changed = replace(
        ANN, notification_level="muted", last_read_message_index=2**62, date_updated=9
    )
    async with talks.transaction() as transaction:
        await participants.add(transaction, ANN)
        assert await participants.lock(transaction, rows.SERVICE, TALK, ANN.sid) == ANN
        assert await participants.lock(transaction, rows.ELSEWHERE, TALK, ANN.sid) is None
        await participants.save(transaction, replace(changed, identity="x", user_sid="US9"))

    assert await participants.by_sid(talks, rows.SERVICE, TALK, ANN.sid) == changed


async def test_a_participant_is_deleted_once_and_may_come_back(talks: Database) -> None:
    again = rows.participant(9, of=1)
    async with talks.transaction() as transaction:
        await participants.add(transaction, ANN)
        assert await participants.delete(transaction, rows.ELSEWHERE, TALK, ANN.sid) is None
        assert await participants.delete(transaction, rows.SERVICE, TALK, ANN.sid) == ANN
        assert await participants.delete(transaction, rows.SERVICE, TALK, ANN.sid) is None
        assert await participants.add(transaction, again) == again


async def test_a_deleted_user_is_in_no_conversation_any_more(talks: Database) -> None:
    bob = rows.participant(2, of=2)
    async with talks.transaction() as transaction:
        await participants.add(transaction, ANN)
        await participants.add(transaction, bob)
        await users.delete(transaction, rows.SERVICE, rows.user(1).sid)

    page = await participants.page(talks, rows.SERVICE, TALK, PageRequest(50))
    assert page.items == [bob]
