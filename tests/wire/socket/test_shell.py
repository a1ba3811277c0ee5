"""Sockets over a real connection, to a server in this process."""

import asyncio
import contextlib
import socket as system
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
import websockets
from msgspec.structs import replace

from partywire.domain import accounts, services, tokens, users
from partywire.domain.call import Call, Resources
from partywire.storage.database import StorageFailure
from partywire.wire.socket import session as protocol
from partywire.wire.socket import shell
from partywire.wire.socket.connections import Connection, Connections
from partywire.wire.socket.shell import MOST_WAITING, PATH, SOME_WAITING, Sockets
from partywire.wire.socket.upstream import Reply, Request, Route, Upstream, reply
from wire.socket.talking import Twilsock, packet, serving, talking

SECONDS_OF_NOON = 1_767_268_800


class Handlers:
    """What can be asked of this server."""

    def __init__(self) -> None:
        self.allowed = asyncio.Event()
        self.begun: list[str] = []
        self.done: list[str] = []

    async def who(self, connection: Connection, _request: Request) -> Reply:
        return reply({"identity": connection.identity, "base": connection.base})

    async def wait(self, _connection: Connection, request: Request, name: str) -> Reply:
        self.begun.append(name + request.body.decode())
        await self.allowed.wait()
        self.done.append(name + request.body.decode())
        return reply({})

    async def promise(self, connection: Connection, request: Request) -> Reply:
        async def then() -> None:
            await self.allowed.wait()
            self.done.append(request.body.decode())
            connection.send_notification("twilio.sync.event", request.body)

        self.begun.append(request.body.decode())
        return reply({}, 202, then)

    async def flood(self, connection: Connection, _request: Request) -> Reply:
        for _ in range(200):
            connection.send_notification("twilio.sync.event", b'"%b"' % (b"x" * 60_000))
        return reply({})

    async def replay(self, connection: Connection, _request: Request) -> Reply:
        for _ in range(200):
            await connection.room()
            connection.send_notification("twilio.sync.event", b'"%b"' % (b"x" * 60_000))
        return reply({})


class World:
    def __init__(self, resources: Resources, call: Call) -> None:
        self.call, self.handlers = call, Handlers()
        acts = self.handlers
        routes = [
            Route("GET", "/who", acts.who),
            Route("GET", "/wait/{Name}", acts.wait),
            Route("POST", "/wait/{Name}", acts.wait),
            Route("POST", "/promise", acts.promise),
            Route("POST", "/flood", acts.flood),
            Route("POST", "/replay", acts.replay),
        ]
        self.connections = Connections()
        self.sockets = Sockets(resources, Upstream(routes), self.connections)
        self.url = ""

    async def token(self, identity: str = "alice", seconds: int = 3600) -> str:
        account = self.call.scope.account
        issued = await tokens.issue(self.call.resources, account, identity, seconds=seconds)
        return issued.token

    @contextlib.asynccontextmanager
    async def client(self, identity: str = "alice", **more: Any) -> AsyncIterator[Twilsock]:
        """A socket that has shown a good token."""
        async with talking(self.url, **more) as one:
            assert (await one.init(await self.token(identity)))["code"] == 200
            yield one

    async def until(self, true: Any) -> None:
        for _ in range(2000):
            if true():
                return
            await asyncio.sleep(0.01)
        pytest.fail("it did not come to that")


@pytest.fixture
async def world(resources: Resources, call: Call) -> AsyncIterator[World]:
    made = World(resources, call)
    async with serving(made.sockets) as made.url:
        yield made
        made.handlers.allowed.set()


async def test_a_client_connects_asks_and_leaves(world: World) -> None:
    async with world.client() as alice:
        assert await alice.request("GET", "/who") == (
            200,
            {"identity": "alice", "base": world.url},
        )
        (one,) = world.connections.of(world.call.service_sid, "alice")
        assert one.user_sid == (await users.fetch(world.call, "alice")).sid
        await alice.send({"method": "close", "id": "TM9"})
        assert await alice.end() == protocol.NORMAL
    await world.until(lambda: len(world.sockets) == 0)
    assert len(world.connections) == 0


async def test_a_client_that_vanishes_is_forgotten(world: World) -> None:
    async with world.client() as alice:
        alice.socket.transport.abort()
    await world.until(lambda: len(world.sockets) == 0)
    assert len(world.connections) == 0


async def test_a_bad_token_is_refused_and_the_socket_closed(world: World) -> None:
    async with talking(world.url) as one:
        status = await one.init("nonsense")
        assert (status["code"], status["errorCode"]) == (401, 20101)
        assert await one.end() == protocol.NORMAL


async def test_an_expired_token_says_so(world: World) -> None:
    key = (await accounts.signing_key(world.call.resources, world.call.scope.account))[1]
    claims = jwt.decode(await world.token(), options={"verify_signature": False})
    claims["exp"] = SECONDS_OF_NOON - 1
    secret = world.call.resources.vault.decrypt(key.secret)
    old = jwt.encode(claims, secret, "HS256", {"cty": "twilio-fpa;v=1"})
    async with talking(world.url) as one:
        assert (await one.init(old))["errorCode"] == 20104


async def test_a_token_that_ends_soon_is_said_to_and_then_ends(world: World) -> None:
    async with talking(world.url) as one:
        assert (await one.init(await world.token(seconds=1)))["code"] == 200
        ((warning, _),) = await one.told("client_update")
        assert warning["client_update_type"] == "token_about_to_expire"
        ((close, _),) = await one.told("close")
        assert (close["status"]["code"], close["status"]["errorCode"]) == (410, 20104)
        assert await one.end() == protocol.NORMAL


async def test_a_new_token_is_taken_and_another_s_refused(world: World) -> None:
    async with world.client() as alice:
        assert (await alice.asked("update", token=await world.token("bob")))["errorCode"] == 51215
        assert (await alice.asked("update", token="bad"))["errorCode"] == 20101
        newer = await world.token(seconds=7200)
        assert (await alice.asked("update", token=newer))["code"] == 200
        (one,) = world.connections.of(world.call.service_sid, "alice")
        assert one.grant.expires == (SECONDS_OF_NOON + 7200) * 1000


async def test_there_is_no_entry_to_a_service_that_is_gone(world: World) -> None:
    call = world.call
    service = await services.create(call, "Short")
    issued = await tokens.issue(
        call.resources, call.scope.account, "alice", service_sid=service.sid
    )
    await services.delete(call, service.sid)
    async with talking(world.url) as one:
        assert (await one.init(issued.token))["code"] == 401


async def test_while_nobody_can_verify_clients_are_sent_round_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise StorageFailure("the disk is full")

    token = await world.token()
    monkeypatch.setattr(tokens, "verify", fail)
    async with talking(world.url) as one:
        await one.begin("init", token=token)
        assert await one.end() == protocol.GOING_AWAY
        assert one.heard == []


async def test_text_is_no_packet(world: World) -> None:
    async with world.client() as alice:
        await alice.socket.send("hello")
        ((close, _),) = await alice.told("close")
        assert (close["status"]["code"], close["status"]["errorCode"]) == (406, 51214)


async def test_a_frame_that_is_too_large_ends_the_socket(world: World) -> None:
    async with world.client() as alice:
        await alice.begin("message", b"x" * (2 * 1024 * 1024))
        assert await alice.end() == 1009


async def test_questions_are_answered_side_by_side(world: World) -> None:
    async with world.client() as alice:
        for name in ("a", "b"):
            wanted = {"method": "GET", "path": f"/wait/{name}"}
            await alice.begin("message", http_request=wanted)
        assert (await alice.request("GET", "/who"))[0] == 200
        assert sorted(world.handlers.begun) == ["a", "b"]


async def test_changes_at_one_path_take_turns_in_their_order(world: World) -> None:
    async with world.client() as alice:
        asked = [
            await alice.begin(
                "message", b"%d" % number, http_request={"method": "POST", "path": "/wait/a"}
            )
            for number in range(5)
        ]
        elsewhere = {"method": "POST", "path": "/wait/b"}
        asked.append(await alice.begin("message", http_request=elsewhere))
        await world.until(lambda: len(world.handlers.begun) == 2)
        assert sorted(world.handlers.begun) == ["a0", "b"]
        world.handlers.allowed.set()
        for identifier in asked:
            await alice.reply(identifier)
        assert [name for name in world.handlers.done if name != "b"] == [
            "a0",
            "a1",
            "a2",
            "a3",
            "a4",
        ]


async def test_what_an_answer_promises_comes_after_it_and_before_the_next_change(
    world: World,
) -> None:
    async with world.client() as alice:
        assert (await alice.request("POST", "/promise", 1))[0] == 202
        wanted = {"method": "POST", "path": "/promise"}
        second = await alice.begin("message", b"2", http_request=wanted)
        assert (await alice.request("GET", "/who"))[0] == 200
        assert (world.handlers.begun, world.handlers.done) == (["1"], [])
        world.handlers.allowed.set()
        await alice.reply(second)
        told = await alice.told("notification", 2)
        assert [payload for _, payload in told] == [1, 2]


async def test_no_more_is_taken_than_can_be_answered(world: World) -> None:
    most = protocol.MOST_OUTSTANDING
    async with world.client() as alice:
        asked = [
            await alice.begin("message", http_request={"method": "GET", "path": f"/wait/{n}"})
            for n in range(most + 10)
        ]
        await world.until(lambda: len(world.handlers.begun) == most)
        await asyncio.sleep(0)
        assert len(world.handlers.begun) == most
        world.handlers.allowed.set()
        for identifier in asked:
            await alice.reply(identifier)


async def test_a_notification_reaches_each_socket_of_a_user(world: World) -> None:
    async with world.client() as first, world.client() as second, world.client("bob") as bob:
        for one in world.connections.of(world.call.service_sid, "alice"):
            one.send_notification("twilio.sync.event", b'{"a":1}')
        for client in (first, second):
            ((header, payload),) = await client.told("notification")
            assert (header["message_type"], payload) == ("twilio.sync.event", {"a": 1})
        assert bob.heard == []


async def test_who_does_not_take_what_is_sent_is_dropped(world: World) -> None:
    async with world.client(max_queue=1, close_timeout=0.1) as alice:
        (one,) = world.connections.of(world.call.service_sid, "alice")
        alice._reader.cancel()
        alice.socket.transport.pause_reading()
        # More than the buffers of both sides and of the system between them take.
        for _ in range(400):
            one.send_notification("twilio.sync.event", b'"%b"' % (b"x" * 60_000))
            await asyncio.sleep(0)
        await world.until(lambda: len(world.sockets) == 0)
        assert world.connections.of(world.call.service_sid, "alice") == []


async def test_who_is_gone_without_a_word_is_not_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "FAREWELL_SECONDS", 0.01)
    monkeypatch.setattr(shell, "MOST_WAITING", 2 * 400 * 60_000)
    async with world.client(max_queue=1, close_timeout=0.1) as alice:
        (one,) = world.connections.of(world.call.service_sid, "alice")
        (socket,) = world.sockets._open
        alice._reader.cancel()
        alice.socket.transport.pause_reading()
        # So much that a farewell would wait behind it for ever.
        for _ in range(400):
            one.send_notification("twilio.sync.event", b'"%b"' % (b"x" * 60_000))
        socket.act(socket.session.drop())
        await world.until(lambda: len(world.sockets) == 0)


async def test_who_replays_much_waits_for_room(world: World) -> None:
    async with world.client() as alice:
        assert (await alice.request("POST", "/replay"))[0] == 200
        assert len(await alice.told("notification", 200)) == 200
    assert 200 * 60_000 > MOST_WAITING > SOME_WAITING


async def test_a_server_that_stops_answers_and_sends_clients_elsewhere(world: World) -> None:
    async with world.client() as alice, talking(world.url) as stranger:
        waiting = await alice.begin("message", http_request={"method": "GET", "path": "/wait/a"})
        await world.until(lambda: world.handlers.begun)
        drained = asyncio.create_task(world.sockets.drain(20))
        assert await stranger.end() == protocol.GOING_AWAY
        world.handlers.allowed.set()
        assert (await alice.reply(waiting))[0]["http_status"]["code"] == 200
        ((close, payload),) = await alice.told("close")
        assert close["status"]["code"] == 308
        assert 0 <= payload["backoff_policy"]["reconnect_min_ms"] <= 3000
        assert await alice.end() == protocol.NORMAL
        await drained
        with pytest.raises(websockets.InvalidStatus):
            async with talking(world.url):
                pass


async def test_who_does_not_leave_is_cut_off(world: World) -> None:
    async with world.client() as alice:
        await alice.begin("message", http_request={"method": "GET", "path": "/wait/a"})
        await world.until(lambda: world.handlers.begun)
        await world.sockets.drain(0.05)
        await world.until(lambda: alice.ended)
        assert alice.ended is not None
        assert alice.ended.rcvd is None


async def test_urls_begin_with_the_public_one(world: World) -> None:
    config = replace(world.call.resources.config, public_url="https://chat.example.com")
    resources = replace(world.call.resources, config=config)
    sockets = Sockets(resources, world.sockets.upstream, world.connections)
    async with serving(sockets) as url, talking(url) as one:
        await one.init(await world.token())
        assert (await one.request("GET", "/who"))[1]["base"] == "https://chat.example.com"


@pytest.mark.parametrize("head", ["Host: a b", "Host: bench/x"])
async def test_a_host_that_is_none_is_refused(world: World, head: str) -> None:
    assert b"403" in await shaken(world.url, PATH, head)


async def test_a_query_does_no_harm(world: World) -> None:
    assert b"HTTP/1.1 101" in await shaken(world.url, PATH + "?x=1", "Host: bench")


async def shaken(url: str, path: str, *lines: str) -> bytes:
    """The first line of the answer to a handshake."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port), family=system.AF_INET)
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    head = [f"GET {path} HTTP/1.1", *lines, "Upgrade: websocket", "Connection: Upgrade"]
    head += ["Sec-WebSocket-Version: 13", key, "", ""]
    writer.write("\r\n".join(head).encode())
    line = await reader.readline()
    writer.close()
    return line


async def test_any_bytes_end_a_socket_in_order(world: World) -> None:
    for data in (b"", b"\xff" * 100, packet({"method": "x"}), packet({"method": "init"}, b"x")):
        async with talking(world.url) as one:
            await one.socket.send(data)
            assert await one.end() == protocol.NORMAL
    assert (await still_served(world)) == 200


async def still_served(world: World) -> int:
    async with world.client() as alice:
        return (await alice.request("GET", "/who"))[0]
