"""Connections to where requests may go, each bounded in time and in what it brings.

What a request may take is looked at here, where it waits for the network, and not by cancelling
it: a task that is cancelled amid the work of httpcore's pool leaves a connection open that nobody
ever uses again.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterable, Iterator
from contextvars import ContextVar
from math import inf
from time import monotonic
from typing import Any, Final

import httpcore

from partywire.delivery.names import Names
from partywire.delivery.targets import Targets

# Of an answer with its headers, as it comes: more than an honest one has. One of nothing but
# headers without end would keep the node busy.
MOST_BYTES: Final = 256 * 1024
# At once: a piece is worked through before anything else gets its turn.
_MOST_AT_ONCE: Final = 16 * 1024
# For each address of a name but the last: one of several may be dead.
_ADDRESS_SECONDS: Final = 1.0
# Also where nobody waits any more.
_CONNECTING_SECONDS: Final = 10.0


class Forbidden(Exception):
    """The target is an address that requests must not reach: nothing was sent."""


class Bounds:
    """What one request may take.

    Args:
        seconds: until when, from now on.
    """

    def __init__(self, seconds: float) -> None:
        self._until = monotonic() + seconds
        self._bytes = MOST_BYTES

    @property
    def seconds(self) -> float:
        """How many are left."""
        return max(0.0, self._until - monotonic())

    def take(self, number: int) -> None:
        """So many bytes came.

        Raises:
            httpcore.ReadError: they are too many.
        """
        self._bytes -= number
        if self._bytes < 0:
            raise httpcore.ReadError("the answer has no end")


_bounds: ContextVar[Bounds | None] = ContextVar("_bounds", default=None)


@contextlib.contextmanager
def bounded(bounds: Bounds | None) -> Iterator[None]:
    """What is awaited in the block is bounded; by None, it is not."""
    token = _bounds.set(bounds)
    try:
        yield
    finally:
        _bounds.reset(token)


def _left(timeout: float | None) -> float | None:
    bounds = _bounds.get()
    return timeout if bounds is None else bounds.seconds


class Checked(httpcore.AsyncNetworkBackend):
    """Looks names up, and connects to those of their addresses that may be reached.

    Args:
        targets: which may.
    """

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._plain = httpcore.AnyIOBackend()
        self._names = Names()
        self._closing: set[asyncio.Task[None]] = set()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """See ``httpcore.AsyncNetworkBackend.connect_tcp``."""
        try:
            async with asyncio.timeout(_left(timeout)):
                addresses = await self._names.addresses(host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        may = [each for each in addresses if self._targets.allow(each)]
        if not may:
            raise Forbidden(f"{host} is {', '.join(addresses)}: neither public nor allowed")
        last: Exception | None = None
        for number, address in enumerate(may, 1):
            left = _left(timeout)
            seconds = left if number == len(may) else min(_ADDRESS_SECONDS, left or inf)
            connecting = self._plain.connect_tcp(
                address, port, _CONNECTING_SECONDS, local_address, socket_options
            )
            try:
                return _Stream(await self._within(seconds, connecting))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        if isinstance(last, httpcore.ConnectTimeout):
            raise last
        raise httpcore.ConnectError(f"{host} port {port}: {last}") from last

    async def _within(
        self, seconds: float | None, connecting: Coroutine[Any, Any, httpcore.AsyncNetworkStream]
    ) -> httpcore.AsyncNetworkStream:
        """A connection that is made in time.

        It is not cancelled when time is up: anyio loses one that is made just then.
        """
        made = asyncio.create_task(connecting)
        try:
            await asyncio.wait([made], timeout=seconds)
            if not made.done():
                raise httpcore.ConnectTimeout
        except BaseException:
            made.add_done_callback(self._hang_up)
            raise
        return made.result()

    def _hang_up(self, made: asyncio.Task[httpcore.AsyncNetworkStream]) -> None:
        if not made.cancelled() and made.exception() is None:
            closing = asyncio.create_task(made.result().aclose())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def sleep(self, seconds: float) -> None:
        """See ``httpcore.AsyncNetworkBackend.sleep``."""
        await asyncio.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    """A connection of which each request uses no more than its bounds.

    It is closed when its TLS is given up: httpcore would leave it open.
    """

    def __init__(self, plain: httpcore.AsyncNetworkStream) -> None:
        self._plain = plain

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
    ) -> bytes:
        """See ``httpcore.AsyncNetworkStream.read``."""
        data = await self._plain.read(min(max_bytes, _MOST_AT_ONCE), _left(timeout))
        bounds = _bounds.get()
        if bounds is not None:
            bounds.take(len(data))
        return data

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
    ) -> None:
        """See ``httpcore.AsyncNetworkStream.write``."""
        await self._plain.write(buffer, _left(timeout))

    async def aclose(self) -> None:
        """See ``httpcore.AsyncNetworkStream.aclose``."""
        await self._plain.aclose()

    async def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
    ) -> httpcore.AsyncNetworkStream:
        """See ``httpcore.AsyncNetworkStream.start_tls``."""
        try:
            secured = await self._plain.start_tls(ssl_context, server_hostname, _left(timeout))
        except asyncio.CancelledError:
            await asyncio.shield(self._plain.aclose())
            raise
        return _Stream(secured)

    def get_extra_info(self, info: str) -> Any:
        """See ``httpcore.AsyncNetworkStream.get_extra_info``."""
        return self._plain.get_extra_info(info)
