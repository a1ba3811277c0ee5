"""The duty as a node does it: from a post to the device, and forgetting what is old."""

import asyncio

import pytest

from delivery.nodes import ended
from delivery.push.gateways import World
from delivery.push.scenes import (
    android,
    at_duty,
    configured,
    iphone,
    log,
    outcomes,
    planned,
    until_log,
)
from domain.scenes import talk
from partywire.clock import FrozenClock
from partywire.delivery.background import working
from partywire.delivery.push import duty as module
from partywire.delivery.push.duty import together
from partywire.domain import messages
from partywire.domain.call import Call
from partywire.model.messages import MessageChanges

DAY = 24 * 60 * 60 * 1000


async def said(call: Call, sid: str) -> None:
    await messages.create(call, sid, MessageChanges(author="ann", body="hi"))


async def test_what_is_posted_comes_to_the_devices(call: Call, world: World) -> None:
    await configured(call)
    await iphone(call, world, "bob", "ab" * 32)
    await android(call, world, "cem", "phone")
    made = await talk(call, "ann", "bob", "cem")
    async with working(call.resources):
        await said(call, made.sid)
        await until_log(
            call.database, lambda found: [push.outcome for push in found].count("sent") == 2
        )
    assert (len(world.apple.pushed), len(world.google.pushed)) == (1, 1)
    assert await outcomes(call.database) == [
        ("ann", "author"),
        ("bob", "sent"),
        ("cem", "sent"),
    ]


async def test_decisions_that_are_old_are_forgotten_a_few_at_a_time(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_PRUNED", 2)
    await configured(call)
    made = await talk(call, "ann", "bob", "cem")
    await said(call, made.sid)
    await planned(call)
    clock = call.resources.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(call.resources.config.days_kept * DAY + 1)
    worker = await at_duty(call)
    assert len(await log(call.database)) == 3
    forgetting = asyncio.create_task(module._forgetting(call.resources, worker))
    await until_log(call.database, lambda found: not found)
    await ended(forgetting)


async def test_a_part_that_fails_ends_the_others_and_says_so() -> None:
    over: list[str] = []

    async def going_on(name: str) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            over.append(name)

    async def failing() -> None:
        await asyncio.sleep(0)
        raise KeyError("no")

    with pytest.raises(KeyError):
        await together(going_on("a"), failing(), going_on("b"))
    assert sorted(over) == ["a", "b"]


async def test_who_is_ended_ends_every_part() -> None:
    over: list[str] = []

    async def going_on(name: str) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            over.append(name)

    task = asyncio.create_task(together(going_on("a"), going_on("b")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await ended(task)
    assert sorted(over) == ["a", "b"]
