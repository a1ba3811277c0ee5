"""Outgoing requests: sent as they are, bounded, and only to where they may go."""

import asyncio
import contextlib
import gc
import select
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from delivery.nodes import until
from delivery.push import gateways
from partywire.delivery.outgoing import (
    Answer,
    Client,
    NotAllowed,
    Outgoing,
    TimedOut,
    Unreached,
    redirected,
)
from partywire.delivery.targets import Targets
from receivers import Receiver, Reply, receiving

LOOPBACK = Targets(["127.0.0.0/8", "::1/128"])


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    made = Client(LOOPBACK)
    yield made
    await made.close()


async def test_a_request_arrives_as_it_was_meant(receiver: Receiver, client: Client) -> None:
    headers = (("X-One", "1"), ("Content-Type", "text/plain"))
    receiver.reply = lambda _: Reply(202, b"taken", (("X-Two", "2"),))
    answer = await client.send(
        Outgoing("POST", f"{receiver.url}/a%20b?c=d&c=%2B", headers, "ü".encode()), 5
    )
    assert (answer.status, answer.body, answer.header("x-two")) == (202, b"taken", "2")
    (received,) = receiver.received
    assert (received.method, received.target) == ("POST", "/a%20b?c=d&c=%2B")
    assert received.body == "ü".encode()
    assert received.headers["x-one"] == "1"
    assert received.headers["host"] == receiver.url.removeprefix("http://")


@pytest.mark.parametrize("target", ["/a;b", "/a;?x=1;y", "/a;b/c", "/;", "//a", "/?a?b"])
async def test_the_whole_of_a_url_is_called(
    receiver: Receiver, client: Client, target: str
) -> None:
    await client.send(Outgoing("POST", f"{receiver.url}{target}"), 5)
    assert [received.target for received in receiver.received] == [target]


async def test_an_address_of_ipv6_is_named_as_in_the_url(
    receiver: Receiver, client: Client
) -> None:
    try:
        socket.socket(socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    place = f"[::ffff:127.0.0.1]:{receiver.url.rpartition(':')[2]}"
    await client.send(Outgoing("POST", f"http://{place}/"), 5)
    assert [received.headers["host"] for received in receiver.received] == [place]


async def test_a_get_has_no_body(receiver: Receiver, client: Client) -> None:
    await client.send(Outgoing("GET", f"{receiver.url}/?x=1"), 5)
    (received,) = receiver.received
    assert "content-length" not in received.headers
    assert received.parameters == {"x": "1"}


async def test_who_takes_too_long_is_not_waited_for(receiver: Receiver, client: Client) -> None:
    receiver.reply = lambda _: Reply(after=60)
    with pytest.raises(TimedOut, match=r"0\.05 s"):
        await client.send(Outgoing("POST", receiver.url), 0.05)


async def test_an_answer_without_end_is_read_up_to_a_bound(
    receiver: Receiver, client: Client
) -> None:
    receiver.reply = lambda _: Reply(body=b"x" * 10_000_000)
    answer = await client.send(Outgoing("POST", receiver.url), 5)
    assert answer.body == b"x" * 65536
    receiver.reply = lambda _: Reply(body=b"y")
    assert (await client.send(Outgoing("POST", receiver.url), 5)).body == b"y"


async def test_requests_without_an_answer_leave_room_for_others(tmp_path: Path) -> None:
    """A connection of HTTP/2 has room for a hundred; one that hung has none for those after."""
    async with gateways.world(tmp_path) as world:
        client = Client(LOOPBACK, world.authorities_file, http2=True)
        gateway, request = world.apple.gateway, Outgoing("POST", f"{world.apple.url}/x", (), b"hi")
        gateway.answer = lambda _: gateways.Reply(0)
        for _ in range(3):
            hanging = [client.send(request, 0.5) for _ in range(50)]
            found = await asyncio.gather(*hanging, return_exceptions=True)
            assert {type(each) for each in found} == {TimedOut}
        gateway.answer = lambda _: gateways.Reply(200)
        assert [(await client.send(request, 20)).status for _ in range(2)] == [200, 200]
        assert len(gateway.protocols) == 4
        await client.close()


async def test_one_that_waits_does_not_end_those_beside_it(tmp_path: Path) -> None:
    async with gateways.world(tmp_path) as world:
        client = Client(LOOPBACK, world.authorities_file, http2=True)
        gateway = world.apple.gateway
        first, second = (
            Outgoing("POST", f"{world.apple.url}/{name}", (), b"hi") for name in ("first", "second")
        )
        gateway.answer = lambda _: gateways.Reply(0)
        waiting = asyncio.create_task(client.send(first, 20))
        await until(lambda: len(gateway.asked) == 1)
        with pytest.raises(TimedOut):
            await client.send(second, 0.1)
        gateway.answer = lambda _: gateways.Reply(200)
        await gateway.answer_all(gateways.Reply(202))
        assert (await waiting).status == 202
        await client.close()


def test_nobody_is_asked_for_the_password_of_a_key(tmp_path: Path) -> None:
    """The library of TLS would ask at the terminal or read stdin, and the whole server wait."""
    made = trustme.CA().issue_cert("push.example")
    key = load_pem_private_key(made.private_key_pem.bytes(), None)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"no"))
    file = tmp_path / "both.pem"
    file.write_bytes(made.cert_chain_pems[0].bytes() + locked)
    load = f"""
from partywire.delivery.outgoing import Client
from partywire.delivery.targets import Anywhere
try:
    Client(Anywhere(), None, {str(file)!r})
except OSError:
    print("refused")
"""
    # Of a session of its own, which has no terminal; and of an input that never says anything.
    with subprocess.Popen(
        [sys.executable, "-c", load],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            ready, _, _ = select.select([process.stdout], [], [], 20)
            assert ready
            assert process.stdout.read() == b"refused\n"
        finally:
            process.kill()


async def test_a_connection_is_closed_whose_tls_is_waited_for_in_vain() -> None:
    """At once, not only when its remains are collected."""
    over = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            pass
        over.set()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    client = Client(LOOPBACK)
    gc.disable()
    try:
        with pytest.raises(TimedOut):
            await client.send(Outgoing("GET", url), 0.3)
        async with asyncio.timeout(20):
            await over.wait()
    finally:
        gc.enable()
        await client.close()
        server.close()


async def test_nobody_there_is_told_as_such(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreached, match=f"port {port}"):
        await client.send(Outgoing("POST", f"http://127.0.0.1:{port}/"), 5)


async def test_who_hangs_up_is_told_as_such(client: Client) -> None:
    came: list[int] = []

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(1)
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreached):
            await client.send(Outgoing("POST", f"http://127.0.0.1:{port}/"), 5)
    assert came == [1]


@contextlib.asynccontextmanager
async def keeping(*ends: bytes) -> AsyncIterator[tuple[str, list[int]]]:
    """A server that takes requests until a connection's end; its URL, and the requests of each.

    Args:
        ends: what each connection says instead of an answer to its second request, before it is
            closed. Those beyond stay.
    """
    counts: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(counts)
        counts.append(0)
        with contextlib.suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                counts[number] += 1
                if number < len(ends) and counts[number] == 2:
                    writer.write(ends[number])
                    break
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d" % number)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", counts
    finally:
        server.close()


async def test_a_connection_that_was_kept_and_is_closed_is_replaced(client: Client) -> None:
    async with keeping(b"", b"") as (url, counts):
        answers = [(await client.send(Outgoing("GET", url), 5)).body for _ in range(4)]
    assert answers == [b"0", b"1", b"2", b"2"]
    assert counts == [2, 2, 2]


async def test_what_breaks_off_in_an_answer_is_not_sent_again(client: Client) -> None:
    async with keeping(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nno") as (url, counts):
        await client.send(Outgoing("GET", url), 5)
        with pytest.raises(Unreached):
            await client.send(Outgoing("GET", url), 5)
    assert counts == [2]


async def test_a_name_that_nobody_knows_is_told_as_such(client: Client) -> None:
    with pytest.raises(Unreached):
        await client.send(Outgoing("POST", "http://nobody.invalid/"), 5)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"]
)
async def test_what_must_not_be_reached_is_not_even_connected_to(
    receiver: Receiver, host: str
) -> None:
    client = Client(Targets())
    port = receiver.url.rpartition(":")[2]
    with pytest.raises(NotAllowed, match="neither public nor allowed"):
        await client.send(Outgoing("POST", f"http://{host}:{port}/"), 5)
    assert receiver.received == []
    await client.close()


async def test_tls_is_checked_against_the_authorities_that_are_trusted(tmp_path: Path) -> None:
    authority = trustme.CA()
    pem = tmp_path / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    with receiving(ssl_certfile=str(pem)) as receiver:
        trusting = Client(LOOPBACK, str(tmp_path / "authority.pem"))
        assert (await trusting.send(Outgoing("POST", receiver.url), 5)).status == 200
        await trusting.close()
        stranger = Client(LOOPBACK)
        with pytest.raises(Unreached, match="certificate"):
            await stranger.send(Outgoing("POST", receiver.url), 5)
        await stranger.close()


@pytest.mark.parametrize(
    ("status", "location", "leads"),
    [
        (302, "/there", ("http://a.example/there", True)),
        (303, "https://user:pass@b.example/x#y", ("https://b.example/x", True)),
        (301, "?z=1", ("http://a.example/p?z=1", True)),
        (307, "//c.example:8443/", ("http://c.example:8443/", False)),
        (308, "q", ("http://a.example/q", False)),
        (302, "ftp://a.example/", None),
        (302, "http://a.example:port/", None),
        (302, "http://[/", None),
        (302, "", None),
        (200, "/there", None),
        (304, "/there", None),
    ],
)
def test_a_redirect_leads_to_a_url(
    status: int, location: str, leads: tuple[str, bool] | None
) -> None:
    answer = Answer(status, (("location", location),), b"")
    assert redirected(Outgoing("POST", "http://a.example/p?q=1"), answer) == leads
