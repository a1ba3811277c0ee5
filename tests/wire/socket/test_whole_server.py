"""Sockets to the whole server, in a process of its own, with tokens of the official helper."""

import asyncio
import contextlib
import signal
import subprocess
from typing import Any

import pytest
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import ChatGrant

from harness import Client, Server, account, dev_server, partywire_command, serve_account
from wire.socket.talking import talking


def token(client: Client, key: str = "SKany", secret: str = "s" * 32) -> str:
    """A token for Alice, as the developer's own server makes it."""
    assert client.credentials is not None
    made = AccessToken(client.credentials[0], key, secret, identity="alice")
    service = client.seen("/Configuration")["default_chat_service_sid"]
    made.add_grant(ChatGrant(service_sid=service))
    return str(made.to_jwt())


def made_key(sid: str, database: tuple[str, ...]) -> tuple[str, str]:
    """A key of the account, as the operator makes it."""
    made = subprocess.run(
        [*partywire_command(), "key", "create", sid, *database],
        check=True,
        capture_output=True,
        text=True,
    )
    key, secret = (line.split("=", 1)[1] for line in made.stdout.splitlines())
    return key, secret


async def test_a_bench_takes_a_token_that_any_key_signed(server: Server, client: Client) -> None:
    async with talking(server.url) as alice:
        assert (await alice.init(token(client)))["code"] == 200
        assert (await alice.request("GET", "/nowhere"))[0] == 404
    assert client.seen("/Users/alice")["identity"] == "alice"


async def test_an_upgrade_is_the_socket_s_alone(server: Server, client: Client) -> None:
    lines = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    assert client.http.get("/v1/Conversations", headers=lines).status_code == 200
    assert client.http.get("/v3/wsconnect/x", headers=lines).status_code == 404
    assert client.http.get("/healthz", headers=lines).status_code == 200
    other = {**lines, "Upgrade": "h2c"}
    assert client.http.get("/v3/wsconnect", headers=other).status_code == 404
    assert client.http.get("/v3/wsconnect").status_code == 404
    assert client.http.get("/v3/wsconnect", headers=lines).status_code == 101


async def test_a_connection_that_was_used_for_http_may_become_a_socket(server: Server) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n")
    assert b"200" in await reader.readline()
    await reader.readuntil(b"}")
    head = b"GET /v3/wsconnect HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\n"
    head += b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    for piece in (head, b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r", b"\n"):
        writer.write(piece)
        await writer.drain()
    assert b"101" in await reader.readline()
    writer.close()


@pytest.mark.parametrize("wish", [signal.SIGTERM, signal.SIGINT])
async def test_a_server_that_is_asked_to_stop_sends_its_sockets_elsewhere(
    wish: signal.Signals,
) -> None:
    with dev_server() as server, Client(server.url, account()) as client:
        async with talking(server.url) as alice, talking(server.url) as stranger:
            assert (await alice.init(token(client)))["code"] == 200
            server.process.send_signal(wish)
            ((close, _),) = await alice.told("close")
            assert close["status"]["code"] == 308
            assert await alice.end() == 1000
            assert await stranger.end() == 1001
        assert server._end() == 0


async def test_each_worker_that_is_asked_to_stop_sends_its_sockets_elsewhere(
    own_database: tuple[str, ...],
) -> None:
    sid, auth = serve_account(own_database)
    key, secret = made_key(sid, own_database)
    server = Server(["serve", "--port", "0", "--workers", "2", *own_database])
    try:
        with Client(server.url, (sid, auth)) as client:
            shown = token(client, key, secret)
        async with contextlib.AsyncExitStack() as stack:
            # As many as either worker gets some of.
            clients = [await stack.enter_async_context(talking(server.url)) for _ in range(24)]
            for one in clients:
                assert (await one.init(shown))["code"] == 200
            server.process.send_signal(signal.SIGTERM)
            for one in clients:
                ((close, _),) = await one.told("close")
                assert close["status"]["code"] == 308
                assert await one.end() == 1000
        assert server._end() == 0
    finally:
        if server.process.poll() is None:
            server.stop()


async def test_a_server_of_known_accounts_wants_a_known_key(own_database: tuple[str, ...]) -> None:
    sid, auth = serve_account(own_database)
    key, secret = made_key(sid, own_database)
    server = Server(["serve", "--port", "0", *own_database])
    try:
        with Client(server.url, (sid, auth)) as client:
            good, unknown = token(client, key, secret), token(client)
            wrong = token(client, key, "x" * 32)
        for shown, code in ((good, None), (unknown, 20103), (wrong, 20107)):
            async with talking(server.url) as one:
                status: Any = await one.init(shown)
                assert status.get("errorCode") == code
    finally:
        server.stop()
