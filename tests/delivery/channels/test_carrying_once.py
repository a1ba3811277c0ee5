"""However a node works, ends or loses its duty, each message is carried once, and in order."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import call_of
from delivery.channels.duty import (
    ANN,
    BEN,
    LOOPBACK,
    Taken,
    carry,
    on_duty,
    phones,
    placed,
    receipts_of,
    say,
    taken,
)
from delivery.nodes import ended, until
from domain.scenes import happened, talk
from partywire.app import opened
from partywire.config import Config
from partywire.delivery.channels import carrying as module
from partywire.delivery.channels.carrying import FOLLOWER, Carrying, carrying
from partywire.delivery.duties import NotOurs, Worker
from partywire.delivery.feed import Feed
from partywire.domain.call import Call
from partywire.storage import channels


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


async def test_a_carrier_that_fails_is_handed_the_message_again_by_itself(
    call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    message = await say(call, await phones(call, ANN))
    await placed(call.database)
    carrier = Taken(breaks_at=1)
    duty = carrying(call.resources, Feed(call.database), carrier)
    node = asyncio.create_task(Worker(call.database, duty, "ada", every=0.02).run())
    try:
        await until(_has(carrier, 2))
    finally:
        await ended(node)
    assert {each.message_sid for each in carrier.messages} == {message.sid}
    assert [record.getMessage() for record in caplog.records] == ["channels failed"]


async def test_a_worker_that_is_no_node_is_refused(call: Call) -> None:
    await say(call, await phones(call, ANN))
    await placed(call.database)
    duty = carrying(call.resources, Feed(call.database), LOOPBACK)
    assert duty.name == FOLLOWER
    with pytest.raises(NotOurs):
        await duty.act(Worker(call.database, duty, "nobody"))
