from typing import Any

import pytest
from msgspec.structs import replace

from partywire.model.pages import PageRequest
from partywire.model.participants import Participant, ParticipantChanges
from partywire.model.user_conversations import UserConversation
from partywire.storage import conversations, messages, participants, user_conversations, users
from partywire.storage.database import Database
from storage import rows

ANN, BOB = rows.user(1).sid, rows.user(2).sid
CAP = 1000


@pytest.fixture
async def talks(database: Database) -> Database:
    """Ann is in conversations 1 to 5, Bob in 3; the third has ten messages, two deleted."""
    async with database.transaction() as transaction:
        await users.add(transaction, rows.user(1))
        await users.add(transaction, rows.user(2))
        for number in (2, 5, 3, 1, 4):
            counted = {"next_message_index": 10, "messages_deleted": 2} if number == 3 else {}
            await conversations.add(transaction, rows.conversation(number, **counted))
            await participants.add(transaction, rows.participant(number, of=1, within=number))
        await participants.add(transaction, rows.participant(9, of=2, within=3))
        for index in range(10):
            await messages.add(transaction, rows.message(index, within=3))
        for index in (4, 8):
            gone = rows.message(index, within=3)
            await messages.delete(transaction, rows.SERVICE, gone.conversation_sid, gone.sid)
    return database


async def at_horizon(database: Database, horizon: int | None, cap: int = CAP) -> UserConversation:
    ann = rows.participant(3, of=1, within=3, last_read_message_index=horizon)
    async with database.transaction() as transaction:
        await participants.save(transaction, ann)
    talk = ann.conversation_sid
    found = await user_conversations.fetch(database, rows.SERVICE, ANN, talk, cap)
    assert found is not None
    return found


async def test_names_and_dates_are_the_conversations_and_the_rest_is_the_pairs(
    talks: Database,
) -> None:
    async with talks.transaction() as transaction:
        talk = rows.conversation(6, friendly_name="F", unique_name="U", date_inactive=7)
        await conversations.add(transaction, talk)
        pair = rows.participant(
            6, of=1, within=6, notification_level="muted", last_read_message_index=3
        )
        await participants.add(transaction, pair)

    found = await user_conversations.fetch(talks, rows.SERVICE, ANN, talk.sid, CAP)

    assert found == UserConversation(
        conversation_sid=talk.sid,
        participant_sid=pair.sid,
        user_sid=ANN,
        friendly_name="F",
        unique_name="U",
        attributes="{}",
        conversation_state="active",
        date_inactive=7,
        date_closed=None,
        created_by="system",
        date_created=6,
        date_updated=6,
        notification_level="muted",
        last_read_message_index=3,
        next_message_index=0,
        unread_deleted=0,
    )


async def test_who_is_not_in_the_conversation_sees_nothing(talks: Database) -> None:
    here = rows.conversation(1).sid

    assert await user_conversations.fetch(talks, rows.SERVICE, BOB, here, CAP) is None
    assert await user_conversations.fetch(talks, rows.ELSEWHERE, ANN, here, CAP) is None
    assert await user_conversations.fetch(talks, rows.SERVICE, ANN, "CH0", CAP) is None


async def test_conversations_are_listed_in_the_order_of_their_sids(talks: Database) -> None:
    async def page(user: str, service: str = rows.SERVICE) -> list[str]:
        found = await user_conversations.page(talks, service, user, CAP, PageRequest(50))
        return [each.conversation_sid for each in found.items]

    assert await page(ANN) == [rows.conversation(number).sid for number in (1, 2, 3, 4, 5)]
    assert await page(BOB) == [rows.conversation(3).sid]
    assert await page(ANN, rows.ELSEWHERE) == []


@pytest.mark.parametrize(
    ("horizon", "deleted"),
    [(None, 0), (0, 2), (3, 2), (4, 1), (7, 1), (8, 0), (9, 0), (10, 0), (2**63 - 1, 0)],
)
async def test_deletions_above_the_horizon_are_counted(
    talks: Database, horizon: int | None, deleted: int
) -> None:
    found = await at_horizon(talks, horizon)

    assert (found.last_read_message_index, found.unread_deleted) == (horizon, deleted)


async def change(database: Database, user: str, talk: str, **given: Any) -> Participant | None:
    async with database.transaction() as transaction:
        wanted = ParticipantChanges(**given)
        return await user_conversations.change(transaction, rows.SERVICE, user, talk, wanted, 9)


@pytest.mark.parametrize("user", [ANN, "user1"])
@pytest.mark.parametrize("talk", [rows.conversation(3).sid, "third"])
async def test_what_is_not_given_of_a_pair_stays_by_whatever_name_it_is_called(
    talks: Database, user: str, talk: str
) -> None:
    before = rows.participant(3, of=1, within=3)
    async with talks.transaction() as transaction:
        await conversations.save(transaction, rows.conversation(3, unique_name="third"))

    moved = replace(before, last_read_message_index=4, last_read_timestamp=5, date_updated=9)
    horizon = {"last_read_message_index": 4, "last_read_timestamp": 5}
    assert await change(talks, user, talk, **horizon) == moved
    muted = replace(moved, notification_level="muted")
    assert await change(talks, user, talk, notification_level="muted") == muted
    gone = {"last_read_message_index": None, "last_read_timestamp": None}
    assert await change(talks, user, talk, **gone) == replace(muted, **gone)


async def test_nobody_changes_what_is_not_theirs(talks: Database) -> None:
    assert await change(talks, BOB, rows.conversation(1).sid, notification_level="muted") is None
    assert await change(talks, "user2", "third", notification_level="muted") is None


async def test_deletions_are_not_looked_up_where_the_cap_hides_them(talks: Database) -> None:
    # Nine indexes above the horizon, at most two of them empty: seven or more in any case.
    assert (await at_horizon(talks, 0, cap=7)).unread_deleted == 0
    assert (await at_horizon(talks, 0, cap=8)).unread_deleted == 2
