"""What is said goes to each address once, whatever ends when; chat alone costs nothing."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import call_of
from delivery.channels.duty import (
    ANN,
    BEN,
    CEM,
    LOOPBACK,
    PROXY,
    carry,
    on_duty,
    phones,
    placed,
)
from delivery.nodes import ended, until
from domain.scenes import happened, talk, written
from partywire.app import opened
from partywire.config import Config
from partywire.delivery.channels import carrying as module
from partywire.delivery.channels.carrier import ChannelMessage, Outcome
from partywire.delivery.channels.carrying import FOLLOWER, Carrying, carrying
from partywire.delivery.duties import NotOurs, Worker
from partywire.delivery.feed import Feed
from partywire.domain import conversations, messages, participants, receipts
from partywire.domain.call import Call
from partywire.model.conversations import Conversation
from partywire.model.messages import Message, MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.participants import NewParticipant, ParticipantChanges
from partywire.model.receipts import Receipt
from partywire.storage import channels, cursors, outbox
from partywire.storage.database import Transaction

WHATSAPP = "whatsapp:+15550009"
ALL = PageRequest(50)


class Taken:
    """A carrier that remembers what it took, be it undone or not."""

    def __init__(self, breaks_at: int | None = None) -> None:
        self.messages: list[ChannelMessage] = []
        self._breaks_at = breaks_at

    async def take(self, _transaction: Transaction, message: ChannelMessage) -> Outcome:
        self.messages.append(message)
        if len(self.messages) == self._breaks_at:
            raise ConnectionError
        return Outcome()

    def shown(self) -> list[tuple[str, str, str | None]]:
        """From whom to whom, and what."""
        return [(each.sender, each.recipient, each.body) for each in self.messages]


async def say(call: Call, talk: Conversation, body: str = "hello", author: str = "eve") -> Message:
    return await messages.create(call, talk.sid, MessageChanges(author=author, body=body))


async def receipts_of(call: Call, message: Message) -> list[Receipt]:
    key = (message.conversation_sid, message.sid)
    return (await receipts.page(call, *key, ALL)).items


async def taken(call: Call) -> list[tuple[str, str, str | None]]:
    """What a carrier takes that begins now."""
    carrier = Taken()
    await carry(call, carrier)
    return carrier.shown()


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
    told = [module.msgspec.json.decode(each.payload, type=Receipt) for each in events]
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


@pytest.mark.parametrize(("looked_at", "at_once"), [(1, 20), (3, 1), (100, 1), (100, 2)])
async def test_more_than_is_done_at_once_is_done_in_order(
    call: Call, monkeypatch: pytest.MonkeyPatch, looked_at: int, at_once: int
) -> None:
    monkeypatch.setattr(module, "_MOST_LOOKED_AT", looked_at)
    monkeypatch.setattr(module, "_MOST_AT_ONCE", at_once)
    talk = await phones(call, ANN)
    for number in range(5):
        await say(call, talk, str(number))
    assert [body for _, _, body in await taken(call)] == list("01234")


async def test_who_has_lost_the_duty_carries_nothing(call: Call) -> None:
    message = await say(call, await phones(call, ANN))
    await placed(call.database)
    slow = await on_duty(call.database, "ada")
    await on_duty(call.database, "ben")
    with pytest.raises(NotOurs):
        await Carrying(call.resources, LOOPBACK).go_on(slow)
    assert await receipts_of(call, message) == []


async def test_what_another_node_carried_meanwhile_is_not_carried_again(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await say(call, await phones(call, ANN))
    await placed(call.database)
    mine = Carrying(call.resources, LOOPBACK)
    look = channels.messages

    async def late(*arguments: Any) -> Any:
        found = await look(*arguments)
        monkeypatch.setattr(channels, "messages", look)
        await carry(call)
        return found

    monkeypatch.setattr(channels, "messages", late)
    worker = await on_duty(call.database)
    with pytest.raises(NotOurs):
        await mine.go_on(worker)
    assert not await mine.go_on(worker)
    assert len(await receipts_of(call, message)) == 1


@settings(max_examples=15)
@given(breaks=st.lists(st.integers(1, 7), max_size=3), at_once=st.integers(1, 3))
def test_however_often_it_ends_each_message_has_one_receipt_for_each(
    tmp_path_factory: pytest.TempPathFactory, breaks: list[int], at_once: int
) -> None:
    folder = tmp_path_factory.mktemp("run")
    config = Config(
        database=f"sqlite:///{folder}/run.db", key_file=f"{folder}/key", open_accounts=True
    )
    asyncio.run(_many_ends(config, breaks, at_once))


async def _many_ends(config: Config, breaks: list[int], at_once: int) -> None:
    async with opened(config) as resources:
        call = await call_of(resources)
        room, chat = await phones(call, ANN, BEN, chatting=["eve"]), await talk(call, "eve")
        said = []
        for number in range(4):
            said.append(await say(call, room, str(number), author=[ANN, "eve"][number % 2]))
            await say(call, chat)
        wanted = [1, 2, 1, 2]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "_MOST_AT_ONCE", at_once)
            for place in breaks:
                try:
                    await carry(call, Taken(breaks_at=place))
                except ConnectionError:
                    continue
            await carry(call)
        assert [len(await receipts_of(call, message)) for message in said] == wanted
        events = [each for each in await happened(call.database) if "receipt" in each.kind]
        assert len({each.payload for each in events}) == len(events)
        assert sum('"sent"' in each.payload for each in events) == sum(wanted)


async def test_the_duty_follows_the_feed(call: Call) -> None:
    feed = Feed(call.database)
    running = asyncio.create_task(feed.run())
    carrier = Taken()
    worker = await on_duty(call.database)
    duty = carrying(call.resources, feed, carrier)

    async def work() -> None:
        while True:
            await duty.act(worker)

    working = asyncio.create_task(work())
    try:
        talk = await phones(call, ANN)
        for number in range(3):
            await say(call, talk, str(number))
            await until(_has(carrier, number + 1))
    finally:
        await ended(working)
        await ended(running)
    assert [each.body for each in carrier.messages] == ["0", "1", "2"]


def _has(carrier: Taken, count: int) -> Callable[[], bool]:
    return lambda: len(carrier.messages) == count


async def test_a_worker_that_is_no_node_is_refused(call: Call) -> None:
    await say(call, await phones(call, ANN))
    await placed(call.database)
    duty = carrying(call.resources, Feed(call.database), LOOPBACK)
    assert duty.name == FOLLOWER
    with pytest.raises(NotOurs):
        await duty.act(Worker(call.database, duty, "nobody"))
