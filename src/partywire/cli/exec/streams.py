"""Bytes in both directions, over TCP and over TLS, with one half closed where need be.

TLS is driven here through memory buffers and not by asyncio's own transport, because a proxy
needs what that one lacks: bytes may be looked at before the handshake, those that arrived early
are not lost, TLS may lie within TLS, and either side may say that it has finished and still listen.
"""

import abc
import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, TypeVar

T = TypeVar("T")

_QUICK_ACK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)  # Linux
_CHUNK: Final = 64 * 1024
_HEAD_LIMIT: Final = 64 * 1024
_LINGER_SECONDS: Final = 30


class HeadTooLargeError(Exception):
    """A head is longer than 64 KiB."""


class ByteStream(abc.ABC):
    """A connection: what is read from it can also be looked at first."""

    def __init__(self) -> None:
        self._buffer = b""

    async def read(self) -> bytes:
        """The next bytes, at most 64 KiB at a time or a buffer's rest; none at the end.

        Raises:
            OSError: the connection broke.
        """
        data, self._buffer = self._buffer, b""
        return data or await self._receive()

    async def peek(self) -> bytes:
        """What the next call of ``read`` will return."""
        self._buffer = self._buffer or await self._receive()
        return self._buffer

    async def read_head(self) -> bytes:
        """Everything up to and including the first empty line; none where the peer sends nothing.

        Raises:
            HeadTooLargeError: there is no empty line within the limit.
            ValueError: the peer ended within the head.
            OSError: the connection broke.
        """
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > _HEAD_LIMIT:
                raise HeadTooLargeError
            data = await self._receive()
            if not data and self._buffer:
                raise ValueError("the request ends within its head")
            if not data:
                return b""
            self._buffer += data
        head, self._buffer = self._buffer[: end + 4], self._buffer[end + 4 :]
        return head

    @abc.abstractmethod
    async def _receive(self) -> bytes:
        """The next bytes from the peer; none at the end."""

    @abc.abstractmethod
    async def write(self, data: bytes) -> None:
        """Sends bytes, and waits while the peer lags behind.

        Raises:
            OSError: the connection broke.
        """

    @abc.abstractmethod
    async def write_eof(self) -> None:
        """Says that nothing more will be sent; reading goes on."""

    @abc.abstractmethod
    async def linger(self) -> None:
        """Throws away what the peer still sends, until it ends (at most 30 seconds).

        A connection that is closed over unread bytes is reset, and the reset may overtake the
        answer that the peer should have read.
        """

    @abc.abstractmethod
    async def close(self) -> None:
        """Ends the connection once everything is sent."""

    @abc.abstractmethod
    def abort(self) -> None:
        """Ends the connection at once."""


class SocketStream(ByteStream):
    """A TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__()
        self._reader = reader
        self._writer = writer

    async def _receive(self) -> bytes:
        data = await self._reader.read(_CHUNK)
        self._acknowledge()
        return data

    def _acknowledge(self) -> None:
        """Tells the peer at once that its data came.

        Python's clients send head and body of a request apart, and behind a proxy the second
        waits until the first is acknowledged: without this, for 40 ms. The wish holds only for
        a while, hence with every read.
        """
        if _QUICK_ACK is not None:
            with contextlib.suppress(OSError):
                self._writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)

    async def write(self, data: bytes) -> None:  # noqa: D102
        self._writer.write(data)
        await self._writer.drain()

    async def write_eof(self) -> None:  # noqa: D102
        if not self._writer.is_closing():
            self._writer.write_eof()

    async def linger(self) -> None:  # noqa: D102
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_LINGER_SECONDS):
                while await self._reader.read(_CHUNK):
                    pass

    async def close(self) -> None:  # noqa: D102
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    def abort(self) -> None:  # noqa: D102
        self._writer.transport.abort()


class TlsStream(ByteStream):
    """TLS on top of another stream.

    Args:
        inner: the stream that carries the records.
        context: for a server: with its certificate; for a client: with the authorities it trusts.
        server_hostname: for a client: the name that the server's certificate must bear; without
            it, this is the server.
    """

    def __init__(
        self, inner: ByteStream, context: ssl.SSLContext, server_hostname: str | None = None
    ) -> None:
        super().__init__()
        self._inner = inner
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._incoming,
            self._outgoing,
            server_side=server_hostname is None,
            server_hostname=server_hostname,
        )

    async def handshake(self) -> None:
        """Agrees on keys; to be called once, before anything else.

        Raises:
            OSError: the connection broke, or (``ssl.SSLError``) one side refused the other.
        """
        await self._drive(self._tls.do_handshake)

    async def _receive(self) -> bytes:
        try:
            return await self._drive(lambda: self._tls.read(_CHUNK))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    async def _drive(self, step: Callable[[], T]) -> T:
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                await self._flush()
                if records := await self._inner.read():
                    self._incoming.write(records)
                else:
                    self._incoming.write_eof()
            except ssl.SSLError:
                await self._flush()  # the alert that tells the peer why
                raise
            else:
                await self._flush()
                return result

    async def _flush(self) -> None:
        if records := self._outgoing.read():
            await self._inner.write(records)

    async def write(self, data: bytes) -> None:  # noqa: D102
        rest = memoryview(data)
        while rest:
            rest = rest[self._tls.write(rest) :]
        await self._flush()

    async def write_eof(self) -> None:  # noqa: D102
        # It sends our close_notify and then misses the peer's, which need not have come yet.
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        await self._flush()
        await self._inner.write_eof()

    async def linger(self) -> None:  # noqa: D102
        await self._inner.linger()

    async def close(self) -> None:  # noqa: D102
        await self._inner.close()

    def abort(self) -> None:  # noqa: D102
        self._inner.abort()


Connect = Callable[[str, int], Awaitable[ByteStream]]
"""Opens a TCP connection to a host and port.

Raises:
    OSError: there is no such host, or it does not answer.
"""


async def connect(host: str, port: int) -> ByteStream:
    """Opens a TCP connection, trying the host's addresses side by side.

    Raises:
        OSError: there is no such host, or it does not answer.
    """
    reader, writer = await asyncio.open_connection(host, port, happy_eyeballs_delay=0.25)
    return SocketStream(reader, writer)


@contextlib.asynccontextmanager
async def closing(stream: ByteStream) -> AsyncIterator[None]:
    """Closes a stream at the end of a block, and at once where the block fails."""
    try:
        yield
        await stream.close()
    except BaseException:
        stream.abort()
        raise


async def relay(one: ByteStream, other: ByteStream) -> None:
    """Passes bytes between two streams, verbatim, until both have ended or one of them breaks."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_copy(one, other))
            group.create_task(_copy(other, one))
    except* OSError:
        pass  # One side is gone; there is nobody left to tell.


async def _copy(source: ByteStream, sink: ByteStream) -> None:
    while data := await source.read():
        await sink.write(data)
    await sink.write_eof()


async def answer(stream: ByteStream, data: bytes) -> None:
    """Sends a whole answer, the last thing on a stream."""
    await stream.write(data)
    await stream.write_eof()
    await stream.linger()
