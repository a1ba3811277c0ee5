"""A cable to PostgreSQL that can be cut without either end hearing of it, or torn."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

_CHUNK = 65536


class Wire:
    """Forwards bytes in both directions, or keeps them to itself.

    Attributes:
        cut_before: what is about to reach the server: true for what falls silent with it.
        cut_after: the same for what has reached the server already.
        torn_before: true for what ends the connection instead of reaching the server.
        torn_after: true for what ends it when it has; once.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._open = asyncio.Event()
        self._open.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.cut_before: Callable[[bytes], bool] = lambda _data: False
        self.cut_after: Callable[[bytes], bool] = lambda _data: False
        self.torn_before: Callable[[bytes], bool] = lambda _data: False
        self.torn_after: Callable[[bytes], bool] = lambda _data: False
        self.url = ""

    @property
    def is_cut(self) -> bool:
        return not self._open.is_set()

    def cut(self) -> None:
        self._open.clear()

    def mend(self) -> None:
        """Lets everything through that was kept, and what comes."""
        self.cut_before = self.cut_after = lambda _data: False
        self.torn_before = self.torn_after = lambda _data: False
        self._open.set()

    def lay_anew(self) -> None:
        """Lets new connections through; those that fell silent stay so for ever."""
        self._open = asyncio.Event()
        self._open.set()

    @asynccontextmanager
    async def laid(self) -> AsyncIterator["Wire"]:
        """Listens for as long as the block lasts; ``url`` leads through here."""
        server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        place = urlsplit(self._url)
        port = server.sockets[0].getsockname()[1]
        self.url = place._replace(netloc=f"{place.username}@127.0.0.1:{port}").geturl()
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._forward(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        place, opened = urlsplit(self._url), self._open
        try:
            await opened.wait()
            far_reader, far_writer = await asyncio.open_connection(place.hostname, place.port)
            try:
                with suppress(ConnectionError):
                    await asyncio.gather(
                        self._upward(opened, reader, far_writer, writer),
                        _downward(opened, far_reader, writer),
                    )
            finally:
                far_writer.close()
        finally:
            writer.close()

    async def _upward(
        self,
        opened: asyncio.Event,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        back: asyncio.StreamWriter,
    ) -> None:
        while data := await _heard(reader):
            if self.torn_before(data):
                raise ConnectionResetError
            torn = self.torn_after(data)
            if torn:
                self.torn_after = lambda _data: False
                back.transport.abort()  # before there can be an answer
            if self.cut_before(data):
                self.cut()
            await opened.wait()
            writer.write(data)
            if self.cut_after(data):
                self.cut()
            if torn:
                await writer.drain()
                raise ConnectionResetError
        await opened.wait()
        writer.close()


async def _downward(
    opened: asyncio.Event, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while data := await _heard(reader):
        await opened.wait()
        writer.write(data)
    await opened.wait()
    writer.close()


async def _heard(reader: asyncio.StreamReader) -> bytes:
    """What came; nothing at the end, however it came."""
    try:
        return await reader.read(_CHUNK)
    except ConnectionError:
        return b""
