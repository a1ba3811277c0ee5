"""SQLite: read in process on the event loop, written by one writer with group commit.

Writes take turns on one connection: transactions that wait together run one after another, each
under a savepoint, and share one ``COMMIT``, which runs off the loop with ``synchronous=FULL``.
Each is acknowledged only after that commit.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import apsw

from partywire.storage.asides import Asides
from partywire.storage.database import StorageFailure
from partywire.storage.query import Query, Statement
from partywire.storage.sqlite_connection import Statements, connect, failure
from partywire.storage.sqlite_snapshots import Snapshots
from partywire.storage.timings import Timings

T = TypeVar("T")

_LONGEST_BATCH: Final = 256
_LOCK_PATIENCE = 5.0  # seconds
_LOCK_PAUSE: Final = 0.002  # seconds


class _Writer:
    """Lets transactions take turns on one connection, and commits them in groups."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.committed = asyncio.Event()
        self.off_loop = ThreadPoolExecutor(1, "partywire-writer")
        self._idle = asyncio.Event()
        self._idle.set()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._group: list[asyncio.Future[None]] = []

    async def take_turn(self) -> None:
        """Waits for the turn, and opens the group's transaction where it is not open yet."""
        if not self._idle.is_set():
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled() and turn.exception() is None:
                    self._pass_turn()
                raise
        self._idle.clear()
        try:
            if not self.connection.in_transaction:
                await self._begin()
            self.connection.execute("SAVEPOINT use_case")
        except apsw.Error as error:
            # Whoever waits behind this one has waited as long: do not make them queue again.
            self._settle(list(self._waiting), failure(error))
            self._pass_turn()
            raise failure(error) from error
        except BaseException:
            self._pass_turn()
            raise

    async def _begin(self) -> None:
        """Takes the database's write lock, which another process may hold for a moment."""
        patience = asyncio.get_running_loop().time() + _LOCK_PATIENCE
        while True:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
            except apsw.BusyError:
                if asyncio.get_running_loop().time() > patience:
                    raise
                await asyncio.sleep(_LOCK_PAUSE)
            else:
                return

    def undo(self) -> None:
        """Takes back what this turn wrote, and passes the turn on."""
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK TO use_case")
                self.connection.execute("RELEASE use_case")
            else:
                # A full disk makes SQLite roll back everything: the whole group is lost.
                self._settle(self._group, StorageFailure("the transaction was rolled back"))
                self._group = []
        except apsw.Error as error:
            self._abandon(error)
        finally:
            self._pass_turn()

    async def keep(self) -> None:
        """Adds what this turn wrote to the group, passes the turn on, waits for the commit."""
        try:
            self.connection.execute("RELEASE use_case")
        except apsw.Error as error:
            self.undo()
            raise failure(error) from error
        durable = asyncio.get_running_loop().create_future()
        self._group.append(durable)
        self._pass_turn()
        await durable

    def _pass_turn(self) -> None:
        if len(self._group) < _LONGEST_BATCH and self._wake_next():
            return
        if self._group:
            loop = asyncio.get_running_loop()
            commit = loop.run_in_executor(self.off_loop, self.connection.execute, "COMMIT")
            commit.add_done_callback(self._committed)
            return
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        self._idle.set()

    def _wake_next(self) -> bool:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return True
        return False

    def _committed(self, commit: asyncio.Future[apsw.Cursor]) -> None:
        error = commit.exception()
        if isinstance(error, apsw.Error):
            self._abandon(error)
        else:
            self._settle(self._group, error)
            self._group = []
            self.committed.set()
        self._pass_turn()

    def _abandon(self, error: apsw.Error) -> None:
        """Rolls the whole group back and tells each of its members."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        self._settle(self._group, failure(error))
        self._group = []

    @staticmethod
    def _settle(group: list[asyncio.Future[None]], error: BaseException | None) -> None:
        for durable in group:
            if durable.done():
                continue  # its request was cancelled meanwhile
            if error is None:
                durable.set_result(None)
            else:
                durable.set_exception(error)

    async def close(self) -> None:
        """Waits until nothing is under way, and closes the connection."""
        await self._idle.wait()
        self.off_loop.shutdown()
        self.connection.close()


async def _to_its_end(running: asyncio.Future[apsw.Cursor]) -> None:
    """Waits for it; cancellations meanwhile are passed on only once it is over."""
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    running.result()


class _Transaction(Statements):
    """One use-case's turn at the writer."""

    def __init__(self, writer: _Writer, timings: Timings) -> None:
        super().__init__(writer.connection)
        self._writer = writer
        self._timings = timings

    async def __aenter__(self) -> Self:
        self._began = perf_counter()
        await self._writer.take_turn()
        return self

    async def run_long(self, statement: Statement, *arguments: Any) -> int:
        loop, execute = asyncio.get_running_loop(), self._connection.execute
        running = loop.run_in_executor(
            self._writer.off_loop, execute, statement.numbered, arguments
        )
        try:
            # The turn must not be passed on while the statement runs, whatever happens to us.
            await _to_its_end(running)
        except apsw.Error as error:
            raise failure(error) from error
        return self._connection.changes()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                await self._writer.keep()
            else:
                self._writer.undo()
        finally:
            self._timings.transaction(perf_counter() - self._began)


class SqliteDatabase(Statements):
    """One SQLite file; several processes may have it open.

    Args:
        file: the database file; made where it is missing.

    Raises:
        StorageFailure: the file cannot be opened for writing.
    """

    together: None = None

    def __init__(self, file: Path, connect: Callable[[Path], apsw.Connection] = connect) -> None:
        reading = connect(file)
        self._snapshots = Snapshots(reading)
        super().__init__(reading, self._snapshots)
        writing = connect(file)
        # On the loop nothing may block: the writer waits for a foreign lock by itself.
        writing.set_busy_timeout(0)
        self._writer = _Writer(writing)
        self.news = self._writer.committed
        self.timings = Timings()
        self.asides = Asides()

    async def one(self, query: Query[T], *arguments: Any) -> T | None:
        """See ``Reader.one``."""
        began = perf_counter()
        found = await super().one(query, *arguments)
        self.timings.read(perf_counter() - began)
        return found

    async def all(self, query: Query[T], *arguments: Any) -> list[T]:
        """See ``Reader.all``."""
        began = perf_counter()
        found = await super().all(query, *arguments)
        self.timings.read(perf_counter() - began)
        return found

    def transaction(self) -> _Transaction:
        """See ``Database.transaction``."""
        return _Transaction(self._writer, self.timings)

    def listening(self) -> AbstractAsyncContextManager[None]:
        """See ``Database.listening``: other processes are not heard, who waits must look."""
        return contextlib.nullcontext()

    async def say(self, text: str) -> None:
        """See ``Database.say``: other processes are not heard here."""

    async def check(self) -> None:
        """See ``Database.check``."""
        await self.one(_PROBE)

    async def close(self) -> None:
        """See ``Database.close``."""
        await self._writer.close()
        self._snapshots.close()


_PROBE: Final = Query("SELECT count(*) FROM schema_version", int)
