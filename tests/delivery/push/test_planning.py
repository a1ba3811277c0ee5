"""Deciding follows the feed: complete, once, and without a cost for who posts."""

import asyncio
from typing import Any

import pytest

from delivery.nodes import ended
from delivery.push.scenes import (
    EVERY_KIND,
    at_duty,
    configured,
    device,
    log,
    made,
    outcomes,
    placed,
    planned,
    until_log,
)
from domain.attached import uploaded
from domain.scenes import elsewhere, talk
from partywire.delivery.duties import NotOurs, Worker
from partywire.delivery.feed import Feed
from partywire.delivery.push import planning as module
from partywire.delivery.push.duty import pushing
from partywire.delivery.push.planning import FOLLOWER, Planner
from partywire.domain import (
    conversations,
    messages,
    participants,
    services,
    user_conversations,
    users,
)
from partywire.domain.call import Call
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant
from partywire.model.users import UserChanges
from partywire.storage import cursors, outbox, pushes
from partywire.storage.query import Query

ALL = {f"{kind}_enabled": 1 for kind in EVERY_KIND}
COUNTS = {
    table: Query(f"SELECT count(*) AS rows FROM {table}", int)
    for table in ("messages", "events", "pushes", "participants", "bindings")
}


def nothing() -> None:
    """Nobody sends."""


async def phone(call: Call, identity: str, **more: Any) -> None:
    await device(call, identity, "twilsock", f"{identity}'s phone", **more)


async def said(call: Call, sid: str, author: str = "ann") -> str:
    return (await messages.create(call, sid, MessageChanges(author=author, body="hi"))).sid


async def is_behind(call: Call) -> int:
    """How many events the cursor has not passed."""
    last = await outbox.last(call.database)
    return last - await cursors.seen(call.database, FOLLOWER)


async def test_a_service_that_never_asked_for_push_has_no_log(call: Call) -> None:
    await configured(await elsewhere(call))
    made = await talk(call, "ann", "bob")
    await said(call, made.sid)
    await planned(call)
    assert await log(call.database) == []
    assert await is_behind(call) == 0


async def test_a_service_that_does_not_push_messages_says_so_once_for_each(call: Call) -> None:
    await configured(call, added_to_conversation_enabled=0)
    made = await talk(call, "ann", "bob")
    sids = [await said(call, made.sid), await said(call, made.sid)]
    await planned(call)
    found = await log(call.database)
    assert [(push.message_sid, push.outcome) for push in found] == [
        (sid, "type_disabled") for sid in sids
    ]


async def test_everybody_is_decided_about(call: Call) -> None:
    await configured(call)
    await phone(call, "bob")
    await phone(call, "cem", wants=("added_to_conversation",))
    made = await talk(call, "ann", "bob", "cem", "dee")
    await participants.create(
        call, made.sid, NewParticipant(address="+15550001111", proxy_address="+15550002222")
    )
    message_sid = await said(call, made.sid)
    await planned(call)
    assert await outcomes(call.database) == [
        ("ann", "author"),
        ("bob", "no_sender"),
        ("cem", "not_wanted"),
        ("dee", "no_binding"),
    ]
    assert {push.message_sid for push in await log(call.database)} == {message_sid}


async def test_who_is_added_or_removed_is_told_and_nobody_else(call: Call) -> None:
    await configured(call, **ALL)
    await phone(call, "bob")
    made = await talk(call, "ann", "bob")
    await user_conversations.delete(call, "bob", made.sid)
    await planned(call)
    found = [(push.identity, push.kind, push.outcome) for push in await log(call.database)]
    assert found == [
        ("ann", "added_to_conversation", "no_binding"),
        ("bob", "added_to_conversation", "no_sender"),
        ("bob", "removed_from_conversation", "no_sender"),
    ]


async def test_a_user_who_is_gone_is_told_nothing(call: Call) -> None:
    await configured(call, **ALL)
    await made(call, "bob")
    await talk(call, "bob")
    await users.delete(call, "bob")
    await planned(call)
    assert await log(call.database) == []
    assert await is_behind(call) == 0


async def test_a_conversation_that_is_gone_is_passed_over(call: Call) -> None:
    await configured(call)
    made = await talk(call, "ann", "bob")
    await said(call, made.sid)
    await conversations.delete(call, made.sid)
    await planned(call)
    assert await log(call.database) == []
    assert await is_behind(call) == 0


async def test_a_service_that_is_gone_is_passed_over(call: Call) -> None:
    there = await elsewhere(call)
    await configured(there)
    made = await talk(there, "ann", "bob")
    await said(there, made.sid)
    await services.delete(call, there.service_sid)
    await planned(call)
    assert await log(call.database) == []


async def test_names_stand_in_the_text(call: Call) -> None:
    await configured(call, new_message_enabled=1, new_message_template="${PARTICIPANT}")
    await users.create(call, "ann", UserChanges(friendly_name="Ann B."))
    await device(call, "bob", "gcm", "phone", await _credential(call))
    made = await talk(call, "ann", "bob")
    await said(call, made.sid)
    await planned(call)
    assert '"text":"Ann B."' in ((await log(call.database))[-1].notification or "")


async def test_files_stand_in_the_text_and_beside_it(call: Call) -> None:
    named = {"new_message_with_media_template": "${MEDIA_COUNT}: ${MEDIA} ${PARTICIPANT_SID}"}
    await configured(call, new_message_enabled=1, new_message_with_media_enabled=1, **named)
    await device(call, "bob", "gcm", "phone", await _credential(call))
    made = await talk(call, "ann", "bob")
    ann = await participants.fetch(call, made.sid, "ann")
    media = await uploaded(call, filename="car.jpg")
    await messages.create(call, made.sid, MessageChanges(author="ann"), [media.sid])
    await planned(call)
    told = (await log(call.database))[-1].notification or ""
    assert f'"text":"1: car.jpg {ann.sid}"' in told
    assert f'"media":[{{"sid":"{media.sid}","category":"media"' in told


async def _credential(call: Call) -> str:
    from delivery.push.scenes import credential

    return (await credential(call, "gcm", secret="x")).sid


@pytest.mark.parametrize("size", [1, 2, 3, 100])
async def test_a_crash_between_pages_leaves_no_gap_and_no_double(
    call: Call, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(module, "_MOST_PARTICIPANTS", size)
    monkeypatch.setattr(module, "_MOST_DECISIONS", size)
    await configured(call)
    people = [f"user{number}" for number in range(6)]
    made = await talk(call, *people)
    for number in range(2):
        await said(call, made.sid, people[number])
    await placed(call.database)
    worker = await at_duty(call)
    add, left = pushes.add, [0]

    async def dying(*arguments: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise KeyError("dead")
        await add(*arguments)

    monkeypatch.setattr(pushes, "add", dying)
    for number in (1, 2, 3, 4, 5, 4, 3, 7, 12):
        left[0] = number
        with pytest.raises(KeyError):
            await Planner(call.resources, nothing).go_on(worker)
        if len(await log(call.database)) == 12:
            break
        left[0] = -1
        if number == 3:
            break
    left[0] = -1
    await planned(call)

    found = [(push.message_sid, push.identity) for push in await log(call.database)]
    assert len(found) == len(set(found)) == 12
    assert await is_behind(call) == 0


async def test_who_has_lost_the_duty_decides_nothing(call: Call) -> None:
    await configured(call)
    made = await talk(call, "ann", "bob")
    await said(call, made.sid)
    await placed(call.database)
    await at_duty(call, "ada")
    other = Worker(call.database, pushing(call.resources, Feed(call.database)), "ben")
    with pytest.raises(NotOurs):
        await Planner(call.resources, nothing).go_on(other)
    assert await log(call.database) == []


async def test_a_post_to_1000_people_writes_what_a_post_to_one_does(call: Call) -> None:
    await configured(call, new_message_enabled=1, new_message_badge_count_enabled=1)
    made = await talk(call, *(f"user{number}" for number in range(1000)))
    before = {table: await call.database.one(query) for table, query in COUNTS.items()}

    await said(call, made.sid, "user0")

    after = {table: await call.database.one(query) for table, query in COUNTS.items()}
    grown = {table: (after[table] or 0) - (before[table] or 0) for table in COUNTS}
    assert grown == {"messages": 1, "events": 1, "pushes": 0, "participants": 0, "bindings": 0}
    await planned(call)
    assert await call.database.one(COUNTS["pushes"]) == 1000


async def test_what_follows_the_first_settings_at_once_is_decided_about(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what is said just after it was looked whether anybody pushes, before it is passed."""
    monkeypatch.setattr(module, "_LOOKING_SECONDS", 0.01)
    made = await talk(call, "ann", "bob")
    worker, is_configured = await at_duty(call), pushes.is_configured
    told: list[str] = []

    async def and_then(reader: Any) -> bool:
        found = await is_configured(reader)
        if not told:
            await configured(call)
            told.append(await said(call, made.sid))
            await placed(call.database)
        return found

    monkeypatch.setattr(pushes, "is_configured", and_then)
    running = asyncio.create_task(Planner(call.resources, nothing).run(worker, Feed(call.database)))
    try:
        await until_log(call.database, lambda found: len(found) == 2)
    finally:
        await ended(running)
    assert {push.message_sid for push in await log(call.database)} == set(told)


async def test_it_goes_on_as_things_happen(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOOKING_SECONDS", 0.01)
    worker, feed = await at_duty(call), Feed(call.database)
    woken = asyncio.Event()
    running = [
        asyncio.create_task(feed.run()),
        asyncio.create_task(Planner(call.resources, woken.set).run(worker, feed)),
    ]
    try:
        made = await talk(call, "ann", "bob")
        await configured(call)
        await device(call, "bob", "gcm", "phone", await _credential(call))
        async with asyncio.timeout(20):
            while not woken.is_set():
                await said(call, made.sid)
                await asyncio.sleep(0.01)
    finally:
        for task in running:
            await ended(task)
    assert ("bob", "waiting") in await outcomes(call.database)
