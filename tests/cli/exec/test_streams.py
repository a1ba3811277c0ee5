import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from partywire.cli.exec.authority import Authority
from partywire.cli.exec.streams import (
    ByteStream,
    HeadTooLargeError,
    SocketStream,
    TlsStream,
    closing,
    relay,
)


@asynccontextmanager
async def pair() -> AsyncIterator[tuple[SocketStream, SocketStream]]:
    """Two ends of a TCP connection: the one that connected and the one that accepted."""
    accepted: asyncio.Future[SocketStream] = asyncio.get_running_loop().create_future()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set_result(SocketStream(reader, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    one = SocketStream(*await asyncio.open_connection("127.0.0.1", port))
    other = await accepted
    server.close()
    async with closing(one), closing(other):
        yield one, other
    await server.wait_closed()


async def everything(stream: ByteStream) -> bytes:
    data = b""
    while more := await stream.read():
        data += more
    return data


def test_a_head_is_read_and_what_follows_it_stays() -> None:
    async def scenario() -> None:
        async with pair() as (one, other):
            await one.write(b"GET / HTTP/1.1\r\n")
            await one.write(b"A: b\r\n\r\nbody")

            assert await other.read_head() == b"GET / HTTP/1.1\r\nA: b\r\n\r\n"
            assert await other.peek() == b"body"
            assert await other.read() == b"body"

    asyncio.run(scenario())


def test_a_peer_that_says_nothing_has_no_head() -> None:
    async def scenario() -> None:
        async with pair() as (one, other):
            await one.write_eof()

            assert await other.read_head() == b""

    asyncio.run(scenario())


def test_a_head_cut_short_is_an_error() -> None:
    async def scenario() -> None:
        async with pair() as (one, other):
            await one.write(b"GET / HT")
            await one.write_eof()

            with pytest.raises(ValueError, match="within its head"):
                await other.read_head()

    asyncio.run(scenario())


def test_a_head_without_end_is_an_error() -> None:
    async def scenario() -> None:
        async with pair() as (one, other):
            writing = asyncio.create_task(one.write(b"x" * 300_000))

            with pytest.raises(HeadTooLargeError):
                await other.read_head()
            other.abort()
            await asyncio.gather(writing, return_exceptions=True)

    asyncio.run(scenario())


def test_each_side_of_a_relay_may_finish_before_the_other() -> None:
    async def scenario() -> None:
        async with pair() as (client, near), pair() as (far, server):
            passing = asyncio.create_task(relay(near, far))
            await client.write(b"question")
            await client.write_eof()
            assert await everything(server) == b"question"

            await server.write(b"answer")
            await server.write_eof()
            assert await everything(client) == b"answer"
            await passing

    asyncio.run(scenario())


def test_a_relay_ends_where_one_side_breaks() -> None:
    async def scenario() -> None:
        async with pair() as (client, near), pair() as (far, _):
            passing = asyncio.create_task(relay(near, far))
            reset_when_closed = struct.pack("ii", 1, 0)
            raw = client._writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset_when_closed)
            client.abort()

            await asyncio.wait_for(passing, 10)

    asyncio.run(scenario())


@asynccontextmanager
async def tls_pair(directory: Path) -> AsyncIterator[tuple[ByteStream, ByteStream]]:
    authority = Authority(directory)
    trusting = ssl.create_default_context(cadata=authority.certificate)
    async with pair() as (one, other):
        client = TlsStream(one, trusting, server_hostname="a.example")
        server = TlsStream(other, authority.server_context("a.example"))
        await asyncio.gather(client.handshake(), server.handshake())
        yield client, server


def test_tls_carries_more_than_any_buffer_in_both_directions_at_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        question, answer = b"q" * 3_000_000, b"a" * 3_000_000
        async with tls_pair(tmp_path) as (client, server):

            async def send(stream: ByteStream, data: bytes) -> None:
                await stream.write(data)
                await stream.write_eof()

            _, _, asked, answered = await asyncio.gather(
                send(client, question),
                send(server, answer),
                everything(server),
                everything(client),
            )

        assert asked == question
        assert answered == answer

    asyncio.run(scenario())


def test_over_tls_too_one_side_may_finish_before_the_other(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with tls_pair(tmp_path) as (client, server):
            await client.write(b"question")
            await client.write_eof()
            assert await everything(server) == b"question"

            await server.write(b"answer")
            await server.write_eof()
            assert await everything(client) == b"answer"

    asyncio.run(scenario())


def test_the_first_records_may_be_looked_at_before_the_handshake(tmp_path: Path) -> None:
    async def scenario() -> None:
        authority = Authority(tmp_path)
        trusting = ssl.create_default_context(cadata=authority.certificate)
        async with pair() as (one, other):
            client = TlsStream(one, trusting, server_hostname="a.example")
            shaking = asyncio.create_task(client.handshake())
            assert (await other.peek()).startswith(b"\x16")

            await TlsStream(other, authority.server_context("a.example")).handshake()
            await shaking

    asyncio.run(scenario())


def test_a_client_without_the_authority_says_so(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pair() as (one, other):
            distrusting = ssl.create_default_context(cadata=Authority(tmp_path).certificate)
            client = TlsStream(one, distrusting, server_hostname="a.example")
            server = TlsStream(other, Authority(tmp_path).server_context("a.example"))

            at_client, at_server = await asyncio.gather(
                client.handshake(), server.handshake(), return_exceptions=True
            )

        assert isinstance(at_client, ssl.SSLCertVerificationError)
        assert isinstance(at_server, ssl.SSLError)
        assert at_server.reason is not None
        assert "UNKNOWN_CA" in at_server.reason

    asyncio.run(scenario())


@pytest.mark.skipif(not hasattr(socket, "TCP_QUICKACK"), reason="only Linux can be asked")
def test_what_arrives_is_acknowledged_at_once() -> None:
    wishes: list[tuple[int, int, int]] = []

    class Socket:
        def setsockopt(self, *wish: int) -> None:
            wishes.append(wish)

    class Writer:
        def get_extra_info(self, _name: str) -> Socket:
            return Socket()

    async def main() -> bytes:
        reader = asyncio.StreamReader()
        reader.feed_data(b"head")
        return await SocketStream(reader, cast("asyncio.StreamWriter", Writer())).read()

    assert asyncio.run(main()) == b"head"
    assert wishes == [(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)]
