"""Sockets end with the key or the service that they stand on."""

import contextlib
import logging
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from partywire.domain import accounts, services, tokens
from partywire.domain.call import Call, Resources
from partywire.model.accounts import ApiKey
from partywire.storage.database import StorageFailure
from partywire.wire.socket import revocation as module
from partywire.wire.socket import session as protocol
from partywire.wire.socket.connections import Connections
from partywire.wire.socket.revocation import Revocation
from partywire.wire.socket.shell import Sockets
from partywire.wire.socket.upstream import Upstream
from wire.socket.talking import Twilsock, serving, talking


class World:
    """A server that lets in known keys only."""

    def __init__(self, call: Call) -> None:
        config = replace(call.resources.config, open_accounts=False)
        self.resources = replace(call.resources, config=config)
        self.call = replace(call, resources=self.resources)
        self.connections = Connections()
        self.revocation = Revocation(self.resources, self.connections)
        self.sockets = Sockets(self.resources, Upstream([]), self.connections)
        self.url = ""

    async def key(self) -> ApiKey:
        account = self.call.scope.account_sid
        return (await accounts.create_key(self.resources, account))[0]

    @contextlib.asynccontextmanager
    async def client(self, key: ApiKey, service: str | None = None) -> AsyncIterator[Twilsock]:
        issued = await tokens.issue(
            self.resources, self.call.scope.account, "ann", key_sid=key.sid, service_sid=service
        )
        async with talking(self.url) as one:
            assert (await one.init(issued.token))["code"] == 200
            yield one


@pytest.fixture
async def world(call: Call) -> AsyncIterator[World]:
    made = World(call)
    async with serving(made.sockets) as made.url:
        yield made


def told(one: Twilsock) -> tuple[str, int, int | None]:
    """What a client was told last."""
    header = one.heard[-1][0]
    return header["method"], header["status"]["code"], header["status"].get("errorCode")


async def test_who_came_with_a_deleted_key_is_sent_away_and_nobody_else(world: World) -> None:
    gone, kept = await world.key(), await world.key()
    async with world.client(gone) as ann, world.client(gone) as bob, world.client(kept) as eve:
        await world.revocation.look()
        assert len(world.connections) == 3
        await accounts.delete_key(world.resources, world.call.scope.account_sid, gone.sid)
        await world.revocation.look()
        for one in (ann, bob):
            assert await one.end() == protocol.NORMAL
            assert told(one) == ("close", 401, 20103)
        assert [each.grant.key for each in world.connections.every()] == [kept.sid]
        assert eve.ended is None


async def test_a_new_token_with_another_key_is_as_good(world: World) -> None:
    gone, kept = await world.key(), await world.key()
    async with world.client(gone) as ann:
        account = world.call.scope.account
        issued = await tokens.issue(world.resources, account, "ann", key_sid=kept.sid)
        assert (await ann.asked("update", token=issued.token))["code"] == 200
        await accounts.delete_key(world.resources, world.call.scope.account_sid, gone.sid)
        await world.revocation.look()
        assert len(world.connections) == 1


async def test_nobody_stays_in_a_service_that_is_gone(world: World) -> None:
    key = await world.key()
    service = await services.create(world.call, "Short")
    async with world.client(key, service.sid) as ann, world.client(key):
        await services.delete(world.call, service.sid)
        await world.revocation.look()
        assert await ann.end() == protocol.NORMAL
        assert told(ann) == ("close", 401, 20106)
        assert len(world.connections) == 1


async def test_it_looks_again_and_again_whatever_fails(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [StorageFailure("away"), KeyError("broken")]
    check = tokens.check_still_good

    async def failing(*arguments: object) -> None:
        if failures:
            raise failures.pop(0)
        await check(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(tokens, "check_still_good", failing)
    monkeypatch.setattr(module, "_LOOKING_SECONDS", 0.01)
    key = await world.key()
    with caplog.at_level(logging.WARNING):
        async with world.client(key) as ann, world.revocation.going_on():
            await accounts.delete_key(world.resources, world.call.scope.account_sid, key.sid)
            assert await ann.end() == protocol.NORMAL
    assert failures == []
    said = [one.message for one in caplog.records if "tokens" in one.message]
    assert said[0] == "whose tokens are still good is not known: away"


async def test_without_sockets_nothing_is_asked(resources: Resources) -> None:
    class Nobody:
        def __getattr__(self, _name: str) -> object:
            raise AssertionError

    await Revocation(replace(resources, database=Nobody()), Connections()).look()
