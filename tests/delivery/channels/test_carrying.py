"""What is said goes to each address once, and chat alone costs nothing."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from delivery.channels.duty import (
    ALL,
    ANN,
    BEN,
    CEM,
    LOOPBACK,
    PROXY,
    Taken,
    carry,
    on_duty,
    phones,
    placed,
    receipts_of,
    say,
    taken,
)
from domain.scenes import talk, written
from partywire.delivery.channels.carrying import FOLLOWER, Carrying
from partywire.domain import conversations, messages, participants
from partywire.domain.call import Call
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant, ParticipantChanges
from partywire.model.receipts import Receipt
from partywire.storage import channels, cursors, outbox

WHATSAPP = "whatsapp:+15550009"


async def seen(call: Call) -> int:
    return await cursors.seen(call.database, FOLLOWER)


async def test_a_message_goes_to_each_address_but_its_author_s(call: Call) -> None:
    talk = await phones(call, ANN, BEN, CEM, chatting=["eve"])
    await say(call, talk, "by eve")
    await say(call, talk, "by ben", author=BEN)
    carrier = Taken()
    await carry(call, carrier)

    assert carrier.shown() == [
        (PROXY, ANN, "by eve"),
        (PROXY, BEN, "by eve"),
        (PROXY, CEM, "by eve"),
        (PROXY, ANN, "by ben"),
        (PROXY, CEM, "by ben"),
    ]
    await carry(call, carrier)
    assert len(carrier.messages) == 5


async def test_who_takes_part_through_two_proxies_does_not_get_their_own_message(
    call: Call,
) -> None:
    talk = await phones(call, ANN, BEN)
    second = NewParticipant(address=ANN, proxy_address="+15550199")
    await participants.create(call, talk.sid, second)
    await say(call, talk, "by ann", author=ANN)
    await say(call, talk, "by eve")
    assert await taken(call) == [
        (PROXY, BEN, "by ann"),
        (PROXY, ANN, "by eve"),
        ("+15550199", ANN, "by eve"),
        (PROXY, BEN, "by eve"),
    ]


async def test_a_message_has_a_receipt_for_each_and_webhooks_are_told(call: Call) -> None:
    talk = await phones(call, ANN, WHATSAPP)
    message = await say(call, talk)
    async with written(call) as events:
        await carry(call)

    found = await receipts_of(call, message)
    people = (await participants.page(call, talk.sid, ALL)).items
    assert [each.participant_sid for each in found] == [each.sid for each in people]
    assert [each.channel_message_sid[:2] for each in found] == ["SM", "WA"]
    assert [each.status for each in found] == ["delivered", "delivered"]
    assert [each.kind for each in events] == ["receipt.updated"] * 4
    assert [each.source for each in events] == ["SMS", "SMS", "WHATSAPP", "WHATSAPP"]
    assert {(each.webhooks, each.conversation_sid) for each in events} == {(1, talk.sid)}
    told = [msgspec.json.decode(each.payload, type=Receipt) for each in events]
    assert [each.status for each in told] == ["sent", "delivered"] * 2
    assert told[1::2] == found
    assert told[0] == replace(found[0], status="sent", date_updated=None)


async def test_a_message_says_to_how_many_it_went(call: Call) -> None:
    talk = await phones(call, ANN, BEN)
    message = await say(call, talk)
    await carry(call)

    shown = await messages.fetch(call, talk.sid, message.sid)
    assert shown == replace(message, delivery='{"delivered":2}')


async def test_chat_alone_has_no_receipts_and_moves_the_cursor_on(call: Call) -> None:
    made = await talk(call, "ann", "ben", messages_posted=3)
    carrier = Taken()
    await carry(call, carrier)
    assert await seen(call) == await outbox.last(call.database)
    assert carrier.messages == []
    message = (await messages.page(call, made.sid, "asc", ALL)).items[0]
    assert await receipts_of(call, message) == []
    assert message.delivery is None


async def test_where_nobody_has_an_address_no_event_is_looked_at(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk(call, "ann", messages_posted=3)
    await placed(call.database)

    async def looked(*_: Any) -> list[Any]:
        raise AssertionError

    monkeypatch.setattr(channels, "messages", looked)
    assert not await Carrying(call.resources, LOOPBACK).go_on(await on_duty(call.database))


async def test_without_a_carrier_nothing_is_carried_and_the_cursor_moves_on(call: Call) -> None:
    message = await say(call, await phones(call, ANN))
    await carry(call, None)
    assert await seen(call) == await outbox.last(call.database)
    await carry(call)
    assert await receipts_of(call, message) == []


async def test_a_message_that_was_deleted_meanwhile_goes_nowhere(call: Call) -> None:
    talk = await phones(call, ANN)
    gone = await say(call, talk, "gone")
    await say(call, talk, "there")
    await messages.delete(call, talk.sid, gone.sid)
    assert await taken(call) == [(PROXY, ANN, "there")]


async def test_a_conversation_that_was_deleted_meanwhile_is_passed_by(call: Call) -> None:
    gone, there = await phones(call, ANN), await phones(call, BEN)
    await say(call, gone)
    await say(call, there)
    await conversations.delete(call, gone.sid)
    assert await taken(call) == [(PROXY, BEN, "hello")]


async def test_an_edit_and_a_deletion_are_not_carried(call: Call) -> None:
    talk = await phones(call, ANN)
    message = await say(call, talk)
    await carry(call)
    await messages.update(call, talk.sid, message.sid, MessageChanges(body="edited"))
    await messages.delete(call, talk.sid, message.sid)
    assert await taken(call) == []


async def test_who_has_left_meanwhile_gets_nothing(call: Call) -> None:
    talk = await phones(call, ANN, BEN)
    await say(call, talk)
    ann, _ = (await participants.page(call, talk.sid, ALL)).items
    await participants.delete(call, talk.sid, ann.sid)
    assert await taken(call) == [(PROXY, BEN, "hello")]


async def test_in_a_group_mms_it_comes_from_the_author_s_number(call: Call) -> None:
    group = await talk(call)
    eve = NewParticipant(identity="eve", projected_address=PROXY)
    await participants.create(call, group.sid, eve)
    for address in (ANN, BEN):
        await participants.create(call, group.sid, NewParticipant(address=address))
    await say(call, group, "by eve")
    await say(call, group, "by ann", author=ANN)
    assert await taken(call) == [
        (PROXY, ANN, "by eve"),
        (PROXY, BEN, "by eve"),
        (ANN, BEN, "by ann"),
    ]


async def test_whom_nobody_can_write_to_gets_nothing(call: Call) -> None:
    half = await talk(call, "eve")
    await participants.create(call, half.sid, NewParticipant(address=ANN))
    message = await say(call, half)
    assert await taken(call) == []
    assert (await messages.fetch(call, half.sid, message.sid)).delivery is None


async def test_a_changed_proxy_is_whom_it_comes_from(call: Call) -> None:
    talk = await phones(call, ANN)
    (ann,) = (await participants.page(call, talk.sid, ALL)).items
    changes = ParticipantChanges(proxy_address="+15550199")
    await participants.update(call, talk.sid, ann.sid, changes)
    await say(call, talk)
    assert await taken(call) == [("+15550199", ANN, "hello")]
