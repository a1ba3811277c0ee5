"""The decision log: written once, found by what it is about, due in order, and pruned."""

from typing import Any

import pytest
from msgspec.structs import replace

from partywire.model.notifications import Notifications
from partywire.model.pushes import Push
from partywire.storage import (
    bindings,
    conversations,
    credentials,
    messages,
    notifications,
    outbox,
    participants,
    pushes,
    users,
)
from partywire.storage.database import Database
from partywire.storage.query import Query, columns
from storage import rows

CHAT = rows.sid("CH", 1)
ALL = Query(f"SELECT {columns(Push)} FROM pushes ORDER BY number", Push)
NUMBERS = Query("SELECT number FROM pushes ORDER BY number", int)


def push(number: int = 1, **more: Any) -> Push:
    """A push that waits, to device ``number`` of user 1, about message 1."""
    made = Push(
        service_sid=rows.SERVICE,
        conversation_sid=CHAT,
        event_sid=rows.sid("EV", 1),
        kind="new_message",
        message_sid=rows.message(1).sid,
        participant_sid=rows.sid("MB", 1),
        user_sid=rows.sid("US", 1),
        identity="user1",
        binding_sid=rows.sid("BS", number),
        binding_type="fcm",
        outcome="waiting",
        reason=None,
        notification="{}",
        attempts=0,
        due=number,
        date_created=number,
        date_updated=number,
    )
    return replace(made, **more)


@pytest.fixture
async def chat(database: Database) -> Database:
    """A conversation of two users with two devices each, and of somebody with an address."""
    async with database.transaction() as transaction:
        await conversations.add(transaction, rows.conversation(next_message_index=10))
        for number in (1, 2):
            await users.add(transaction, rows.user(number))
            await participants.add(transaction, rows.participant(number, of=number))
        await participants.add(
            transaction, rows.participant(3, user_sid=None, identity=None, address="+1")
        )
        for number in range(4):
            made = rows.binding(number, of=number % 2 + 1, credential_sid=rows.credential().sid)
            await bindings.add(transaction, made)
        await credentials.add(transaction, rows.credential(sandbox=1, secrets="secrets"))
        await messages.add(transaction, rows.message(1))
    return database


async def add(database: Database, *made: Push) -> list[int]:
    async with database.transaction() as transaction:
        for each in made:
            await pushes.add(transaction, each)
    return await database.all(NUMBERS)


async def test_users_are_read_in_pages_with_their_devices(chat: Database) -> None:
    first = await pushes.in_conversation(chat, rows.SERVICE, CHAT, "", 1)
    devices = [(one.identity, one.binding_sid) for one in first]
    assert devices == [("user1", rows.sid("BS", 0)), ("user1", rows.sid("BS", 2))]
    rest = await pushes.in_conversation(chat, rows.SERVICE, CHAT, first[-1].participant_sid, 9)
    assert [one.identity for one in rest] == ["user2", "user2"]
    assert await pushes.in_conversation(chat, rows.ELSEWHERE, CHAT, "", 9) == []


async def test_who_has_no_device_is_read_too(chat: Database) -> None:
    async with chat.transaction() as transaction:
        for number in (0, 2):
            await bindings.delete(transaction, rows.SERVICE, rows.sid("BS", number))
    [one, *_] = await pushes.in_conversation(chat, rows.SERVICE, CHAT, "", 9)
    assert (one.identity, one.binding_sid, one.message_types) == ("user1", None, None)


async def test_one_user_s_devices_are_read(chat: Database) -> None:
    found = await pushes.of_user(chat, rows.SERVICE, rows.sid("US", 2), "MB9", "muted")
    assert sorted(one.binding_sid or "" for one in found) == [rows.sid("BS", n) for n in (1, 3)]
    assert {(one.participant_sid, one.notification_level) for one in found} == {("MB9", "muted")}
    assert await pushes.of_user(chat, rows.ELSEWHERE, rows.sid("US", 2), "MB9", "muted") == []


async def test_a_decision_is_written_once(chat: Database) -> None:
    await add(chat, push(1), push(1, outcome="muted"), push(2))
    assert await chat.all(ALL) == [push(1), push(2)]


async def test_it_is_known_how_far_deciding_has_come(chat: Database) -> None:
    event = rows.sid("EV", 1)
    assert await pushes.reached(chat, event) == ""
    await add(chat, push(participant_sid="MB2"), push(participant_sid="MB1"))
    assert await pushes.reached(chat, event) == "MB2"
    assert await pushes.reached(chat, rows.sid("EV", 2)) == ""


async def test_what_is_due_comes_in_order(chat: Database) -> None:
    numbers = await add(chat, push(3), push(1), push(2), push(9), push(4, binding_type="apn"))
    by_due = [numbers[1], numbers[2], numbers[0]]
    assert await pushes.due(chat, "fcm", 3, 9) == by_due
    assert await pushes.due(chat, "fcm", 3, 2) == by_due[:2]
    assert await pushes.next_due(chat, "apn") == 4
    assert await pushes.next_due(chat, "webpush") is None


async def test_how_things_stand_is_seen_at_once(chat: Database) -> None:
    [number] = await add(chat, push(2))
    due = await pushes.standing(chat, number)
    assert due is not None
    seen = (due.account, due.participant, due.notification_level, due.message, due.endpoint)
    assert seen == (rows.ACCOUNT, rows.sid("MB", 1), "default", rows.message(1).sid, "device 2")
    assert (due.credential_type, due.sandbox, due.secrets) == ("fcm", 1, "secrets")
    async with chat.transaction() as transaction:
        await participants.delete(transaction, rows.SERVICE, CHAT, rows.sid("MB", 1))
        await messages.delete(transaction, rows.SERVICE, CHAT, rows.message(1).sid)
        await bindings.delete(transaction, rows.SERVICE, rows.sid("BS", 2))
        await credentials.delete(transaction, rows.ACCOUNT, rows.credential().sid)
    due = await pushes.standing(chat, number)
    assert due is not None
    gone = (due.participant, due.message, due.endpoint, due.registered, due.secrets)
    assert gone == (None,) * 5


async def test_what_is_decided_waits_no_more_and_says_nothing(chat: Database) -> None:
    [number] = await add(chat, push(1))
    async with chat.transaction() as transaction:
        await pushes.put_off(transaction, number, "busy", 1, 77, 5)
    assert await chat.all(ALL) == [push(1, reason="busy", attempts=1, due=77, date_updated=5)]
    async with chat.transaction() as transaction:
        await pushes.decide(transaction, number, "sent", "taken", 2, 6)
        await pushes.decide(transaction, number, "failed", "no", 3, 7)
        await pushes.put_off(transaction, number, "no", 3, 78, 7)
    done = {"outcome": "sent", "reason": "taken", "attempts": 2, "date_updated": 6}
    assert await chat.all(ALL) == [push(1, due=None, notification=None, **done)]
    assert await pushes.standing(chat, number) is None


@pytest.mark.parametrize(
    ("horizon", "deleted", "unread"),
    [(None, [], 0), (9, [], 0), (8, [], 1), (0, [], 1), (8, [9], 0), (7, [9], 1), (7, [8, 9], 0)],
)
async def test_a_conversation_counts_as_unread_if_a_message_lies_above_the_horizon(
    chat: Database, horizon: int | None, deleted: list[int], unread: int
) -> None:
    async with chat.transaction() as transaction:
        read = rows.participant(1, last_read_message_index=horizon)
        await participants.save(transaction, read)
        for index in range(2, 10):
            await messages.add(transaction, rows.message(index))
        for index in deleted:
            await conversations.count_deletion(transaction, rows.SERVICE, CHAT)
            await messages.delete(transaction, rows.SERVICE, CHAT, rows.message(index).sid)
    assert await pushes.badge(chat, rows.SERVICE, rows.sid("US", 1)) == unread


async def test_a_message_s_decisions_are_found(chat: Database) -> None:
    other = push(5, message_sid=None, event_sid="EV2")
    await add(chat, push(2), other, push(1))
    sid = rows.message(1).sid
    assert await pushes.of_message(chat, sid, 9) == [push(2), push(1)]
    assert await pushes.of_message(chat, sid, 1) == [push(2)]
    found = await pushes.message(chat, sid)
    assert found is not None
    assert found.index == 1
    assert await pushes.message(chat, rows.message(2).sid) is None


async def test_the_oldest_are_pruned(chat: Database) -> None:
    await add(chat, *(push(number) for number in (1, 2, 3, 4)))
    async with chat.transaction() as transaction:
        assert await pushes.prune(transaction, 4, 2) == 2
        assert await pushes.prune(transaction, 4, 2) == 1
        assert await pushes.prune(transaction, 4, 2) == 0
    assert [each.date_created for each in await chat.all(ALL)] == [4]


async def test_only_events_of_services_that_push_are_looked_at(database: Database) -> None:
    kinds = ("message.added", "participant.added", "participant.removed", "message.updated")
    async with database.transaction() as transaction:
        for number, kind in enumerate(kinds, 1):
            await outbox.append(transaction, rows.event(number, kind=kind))
        there = rows.event(5, kind="message.added", service_sid=rows.ELSEWHERE)
        await outbox.append(transaction, there)
    while await outbox.is_to_place(database):
        async with database.transaction() as transaction:
            await outbox.place(transaction)
    assert await pushes.notable(database, 0, 9, 9) == []
    assert not await pushes.is_configured(database)
    async with database.transaction() as transaction:
        await notifications.save(transaction, rows.SERVICE, Notifications(log_enabled=0))
    assert await pushes.is_configured(database)
    found = await pushes.notable(database, 0, 9, 9)
    assert [event.position for event in found] == [1, 2, 3]
    assert [event.position for event in await pushes.notable(database, 1, 2, 9)] == [2]
    assert [event.position for event in await pushes.notable(database, 0, 9, 1)] == [1]
