"""Connections to PostgreSQL: opened as they are needed, lent out, replaced when they break.

The driver's own pool asks the server to forget the session's state each time that a connection
is given back, which costs as much as a read. Here sessions have no state of their own.
"""

import asyncio
import contextlib
from collections import deque
from typing import Any, Final

import asyncpg

from partywire.storage.database import StorageFailure
from partywire.storage.postgresql_failures import failure

CONNECTING_SECONDS: Final = 5.0
STATEMENT_SECONDS: Final = 10.0
_ANSWER_SECONDS: Final = STATEMENT_SECONDS + 2  # of a server that does not even say that it is late
_WAITING_SECONDS: Final = 10.0  # for a free connection
_CLOSING_SECONDS: Final = 10.0
_DOWN_SECONDS: Final = 0.2  # that a server which could not be reached is left alone

_STATEMENTS: Final = 1024

# Every statement is a walk along indexes, by nested loops, as on SQLite: the planner is told so
# once, and need not plan again when arguments or statistics change (decided: decisions/0018).
SETTINGS: Final = {
    "application_name": "partywire",
    "client_encoding": "UTF8",
    "default_transaction_isolation": "read committed",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "enable_sort": "off",
    "idle_in_transaction_session_timeout": "30s",
    "jit": "off",
    "lock_timeout": f"{STATEMENT_SECONDS:.0f}s",
    "plan_cache_mode": "force_generic_plan",
    "statement_timeout": f"{STATEMENT_SECONDS:.0f}s",
}


async def connect(url: str) -> Any:
    """A connection as this program wants it.

    Raises:
        StorageFailure: the server cannot be reached, or does not let us in.
    """
    try:
        return await asyncpg.connect(
            url,
            timeout=CONNECTING_SECONDS,
            command_timeout=_ANSWER_SECONDS,
            statement_cache_size=_STATEMENTS,
            max_cached_statement_lifetime=0,
            server_settings=SETTINGS,
        )
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
        raise StorageFailure(f"PostgreSQL: {type(error).__name__}: {error}") from error


class Pool:
    """A bounded number of connections.

    Args:
        url: ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE``.
        size: the most connections that may be open at once.
    """

    def __init__(self, url: str, size: int) -> None:
        self.size = size
        self._url = url
        self._idle: list[Any] = []
        self._every: list[Any] = []
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._open = 0
        self._closing = False
        self._down_until = 0.0
        self._down_because = ""
        self._all_back = asyncio.Event()

    async def take(self) -> Any:
        """A connection for the caller alone: it must be given back.

        Raises:
            StorageFailure: none can be had.
        """
        idle = self._idle
        while idle:
            connection = idle.pop()  # the one used last: its caches are warm
            if not connection.is_closed():
                return connection
            self._open -= 1
        if self._open < self.size:
            return await self._connect()
        return await self._wait()

    def give_back(self, connection: Any) -> None:
        """Ends what ``take`` began; a connection that is closed is replaced when one is needed."""
        usable = not connection.is_closed()
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                # None asks the one who waits to connect in its place.
                waiting.set_result(connection if usable else None)
                return
        if usable:
            self._idle.append(connection)
        else:
            self._open -= 1
        if self._closing and len(self._idle) == self._open:
            self._all_back.set()

    def failure(self, connection: Any, error: Exception) -> Exception:
        """What the driver raised on a connection, in the terms of this package.

        A statement that takes long is ended by the server. If it does not even say that in time,
        the way to it may be cut: this connection is closed, and the idle ones with it, on which
        whoever asks next would wait as long.
        """
        if isinstance(error, TimeoutError):
            for each in (connection, *self._idle):
                each.terminate()
        return failure(error)

    async def _connect(self, *, counted: bool = False) -> Any:
        loop = asyncio.get_running_loop()
        if not counted:
            self._open += 1
        try:
            if loop.time() < self._down_until:
                raise StorageFailure(self._down_because)
            connection = await connect(self._url)
        except BaseException as error:
            if isinstance(error, StorageFailure) and loop.time() >= self._down_until:
                self._down_until = loop.time() + _DOWN_SECONDS
                self._down_because = str(error)
            self._lose()
            raise
        self._every = [each for each in self._every if not each.is_closed()]
        self._every.append(connection)
        return connection

    def _lose(self) -> None:
        """One connection less: whoever waits may try to open another."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return
        self._open -= 1

    async def _wait(self) -> Any:
        loop = asyncio.get_running_loop()
        waiting = loop.create_future()
        self._waiting.append(waiting)
        late = loop.call_later(_WAITING_SECONDS, _give_up, waiting)
        try:
            connection = await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
                given = waiting.result()
                if given is None:
                    self._lose()
                else:
                    self.give_back(given)
            raise
        finally:
            late.cancel()
        return await self._connect(counted=True) if connection is None else connection

    async def close(self) -> None:
        """Waits for what is lent out, for a while, and closes every connection."""
        self._closing = True
        if len(self._idle) < self._open:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CLOSING_SECONDS):
                    await self._all_back.wait()
        # All at once: a server that does not answer is waited for only once.
        await asyncio.gather(*map(_close, self._idle))
        self._idle.clear()
        for connection in self._every:
            if not connection.is_closed():  # lent to somebody who never came back
                connection.terminate()


async def _close(connection: Any) -> None:
    try:
        await connection.close(timeout=CONNECTING_SECONDS)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        connection.terminate()


def _give_up(waiting: asyncio.Future[Any]) -> None:
    if not waiting.done():
        waiting.set_exception(StorageFailure("every connection to PostgreSQL is busy"))
