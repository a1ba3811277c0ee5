"""Who is online: users with a socket at some node, in services that show it."""

import asyncio
import json
import random

import pytest

from domain.scenes import kinds, written
from partywire.domain import configuration, presences, users
from partywire.domain.again import until_done
from partywire.domain.call import Call
from partywire.model.presences import Node, Presence
from partywire.model.services import ServiceChanges
from partywire.model.users import Reachability, UserChanges
from partywire.storage.database import Transaction


async def showing(call: Call) -> None:
    await configuration.update_service(call, ServiceChanges(reachability_enabled=1))


async def presence(call: Call, identity: str, node: str = "here") -> Presence:
    try:
        user = await users.fetch(call, identity)
    except Exception:
        user = await users.create(call, identity, UserChanges())
    return Presence(user.sid, node, call.service_sid)


async def is_online(call: Call, identity: str) -> bool:
    found = await users.reachability(call, await users.fetch(call, identity))
    assert found is not None
    return found.is_online


async def test_the_first_socket_brings_a_user_and_the_last_takes_them_away(call: Call) -> None:
    await showing(call)
    here, there = await presence(call, "ann"), await presence(call, "ann", "there")
    async with written(call) as told:
        for act, which, online in (
            (presences.come, here, True),
            (presences.come, here, True),
            (presences.come, there, True),
            (presences.go, here, True),
            (presences.go, there, False),
            (presences.go, there, False),
            (presences.come, there, True),
        ):
            await act(call.resources, [which])
            assert await is_online(call, "ann") is online
    reached = [json.loads(each.payload)["is_online"] for each in told]
    # A change that is told twice is the same in the end.
    assert reached == [True, False, False, True]
    assert set(kinds(told)) == {"user.reached"}
    assert {(each.user_sid, each.webhooks) for each in told} == {(here.user_sid, 0)}


async def test_a_service_that_does_not_show_it_is_told_nothing(call: Call) -> None:
    ann = await presence(call, "ann")
    assert not await presences.shows(call.resources, call.service_sid, ann.user_sid)
    async with written(call) as told:
        await presences.come(call.resources, [ann])
        await presences.go(call.resources, [ann])
    assert told == []
    assert await users.reachability(call, await users.fetch(call, "ann")) is None
    await showing(call)
    assert await presences.shows(call.resources, call.service_sid, ann.user_sid)
    shown = await users.reachability(call, await users.fetch(call, "ann"))
    assert shown == Reachability(is_online=False, is_notifiable=False)


async def test_a_user_who_is_deleted_comes_to_nobody(call: Call) -> None:
    await showing(call)
    ann = await presence(call, "ann")
    await users.delete(call, "ann")
    async with written(call) as told:
        await presences.come(call.resources, [ann])
        await presences.go(call.resources, [ann])
    assert told == []


async def test_a_node_that_leaves_takes_all_its_users_away(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presences, "MOST_AT_ONCE", 2)
    await showing(call)
    people = [f"user {number}" for number in range(5)]
    here = [await presence(call, each) for each in people]
    await presences.come(call.resources, here)
    await presences.come(call.resources, [await presence(call, "user 3", "there")])
    assert await presences.beat(call.resources, "here")
    await presences.leave(call.resources, "here")
    assert [await is_online(call, each) for each in people] == [False, False, False, True, False]
    assert not await presences.beat(call.resources, "here")
    assert [node.name for node in await presences.nodes(call.resources)] == ["there"]


async def buried(call: Call, transaction: Transaction, node: Node) -> bool:
    return await presences.bury(call.resources, transaction, node)


async def test_only_a_node_that_stands_still_is_buried(call: Call) -> None:
    await showing(call)
    await presences.come(call.resources, [await presence(call, "ann")])
    (node,) = await presences.nodes(call.resources)
    await presences.beat(call.resources, "here")
    with pytest.raises(presences.NotGone):
        async with call.database.transaction() as transaction:
            await buried(call, transaction, node)
    assert await is_online(call, "ann")
    (node,) = await presences.nodes(call.resources)
    async with call.database.transaction() as transaction:
        assert await buried(call, transaction, node)
    assert not await is_online(call, "ann")
    assert await presences.nodes(call.resources) == []


async def test_a_crowd_is_buried_bit_by_bit(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presences, "MOST_AT_ONCE", 2)
    await showing(call)
    people = [f"user {number}" for number in range(3)]
    await presences.come(call.resources, [await presence(call, each) for each in people])
    (node,) = await presences.nodes(call.resources)
    for done in (False, True):
        async with call.database.transaction() as transaction:
            assert await buried(call, transaction, node) is done
    assert not any([await is_online(call, each) for each in people])


async def test_what_is_told_last_is_what_is_whoever_comes_and_goes_at_once(call: Call) -> None:
    await showing(call)
    people = [f"user {number}" for number in range(4)]
    nodes = {node: [await presence(call, one, node) for one in people] for node in ("a", "b")}
    chance = random.Random(1)

    async def wander(theirs: list[Presence]) -> set[Presence]:
        there: set[Presence] = set()
        for _ in range(12):
            some = chance.sample(theirs, chance.randint(1, 4))
            act = chance.choice((presences.come, presences.go))
            await until_done(act, call.resources, some)
            there = there | set(some) if act is presences.come else there - set(some)
        return there

    async with written(call) as told:
        left = await asyncio.gather(*(wander(theirs) for theirs in nodes.values()))
    online = {each.user_sid for there in left for each in there}
    last = {each.user_sid: json.loads(each.payload)["is_online"] for each in told}
    for one in people:
        sid = (await users.fetch(call, one)).sid
        assert await is_online(call, one) is (sid in online) is last.get(sid, False)
