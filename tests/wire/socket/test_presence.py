"""Who is online follows the sockets of this process."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from domain.test_presences import is_online, showing
from partywire.domain import presences, users
from partywire.domain.call import Call
from partywire.model.tokens import Grant
from partywire.model.users import UserChanges
from partywire.storage.database import StorageFailure
from partywire.wire.socket.connections import Connection
from partywire.wire.socket.presence import Attendant

PATIENCE = 20.0


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not await holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def connection(call: Call, identity: str) -> Connection:
    user = await users.create(call, identity, UserChanges())
    scope = call.scope
    grant = Grant(scope.account, scope.account_sid, scope.service_sid, identity, "SK1", 0)
    return Connection(call.resources, grant, user.sid, "http://bench", lambda *_: None)


async def test_a_user_is_online_from_the_first_socket_to_the_last(call: Call) -> None:
    await showing(call)
    attendant = Attendant(call.resources)
    ann, bob = await connection(call, "ann"), await connection(call, "bob")

    async def gone() -> bool:
        return not await is_online(call, "ann")

    async with attendant.going_on():
        await attendant.opened(ann)
        await attendant.opened(ann)
        await until(lambda: is_online(call, "ann"))
        await attendant.closed(ann)
        await attendant.opened(bob)
        await until(lambda: is_online(call, "bob"))
        assert await is_online(call, "ann")
        await attendant.closed(ann)
        await until(gone)
        assert await is_online(call, "bob")
    assert not await is_online(call, "bob")
    assert await presences.nodes(call.resources) == []


async def test_a_node_that_was_taken_for_gone_writes_it_all_anew(call: Call) -> None:
    await showing(call)
    attendant = Attendant(call.resources)
    ann = await connection(call, "ann")
    async with attendant.going_on():
        await attendant.opened(ann)
        await until(lambda: is_online(call, "ann"))
        await presences.leave(call.resources, attendant.node)
        await until(lambda: is_online(call, "ann"))


async def test_a_service_that_does_not_show_it_costs_nothing(call: Call) -> None:
    attendant = Attendant(call.resources)
    ann, bob = await connection(call, "ann"), await connection(call, "bob")
    async with attendant.going_on():
        await attendant.opened(ann)
        await attendant.opened(bob)
        await attendant.closed(bob)
        await asyncio.sleep(0)
        assert await presences.nodes(call.resources) == []


async def test_a_database_that_fails_is_asked_again(call: Call) -> None:
    await showing(call)
    attendant = Attendant(call.resources)
    ann = await connection(call, "ann")
    shows, failed = presences.shows, asyncio.Event()

    async def fail(*_arguments: object) -> bool:
        presences.shows = shows
        failed.set()
        raise StorageFailure("gone for a moment")

    async with attendant.going_on():
        presences.shows = fail
        try:
            await attendant.opened(ann)
            await failed.wait()
        finally:
            presences.shows = shows
        await attendant.opened(ann)
        await until(lambda: is_online(call, "ann"))
