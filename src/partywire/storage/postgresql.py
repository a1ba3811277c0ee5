"""PostgreSQL, through asyncpg: reads are single statements, writes hold the rows they decide on.

Transactions are READ COMMITTED: each use-case holds what its decision depends on
(decided: decisions/0018).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from itertools import starmap
from time import perf_counter
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from partywire.storage.asides import Asides
from partywire.storage.database import Again, StorageFailure
from partywire.storage.dialect import SAY
from partywire.storage.postgresql_failures import CLASHES, ERRORS, raised
from partywire.storage.postgresql_listener import listen
from partywire.storage.postgresql_pool import Pool
from partywire.storage.postgresql_reads import Reads
from partywire.storage.postgresql_together import Together
from partywire.storage.query import Query, Statement
from partywire.storage.timings import Timings

T = TypeVar("T")

_LAST_ENDS_IT: Final = "the last connection is used, or what broke it raised"
_LONG_SECONDS: Final = 3600.0
_NO_TIMEOUT: Final = "SET LOCAL statement_timeout = 0"
_OLD_TIMEOUT: Final = "SET LOCAL statement_timeout TO DEFAULT"


class _Transaction:
    """One use-case's transaction, on a connection of its own."""

    def __init__(self, database: "PostgresqlDatabase") -> None:
        self._database = database
        self._connection: Any = None

    async def __aenter__(self) -> Self:
        self._began = perf_counter()
        await self._database.writers.acquire()
        try:
            self._connection = await self._begun()
        except BaseException:
            self._database.writers.release()
            raise
        return self

    async def _begun(self) -> Any:
        """A connection with a transaction on it; those that broke meanwhile are replaced."""
        pool = self._database.pool
        for more in range(pool.size, -1, -1):
            connection = await pool.take()
            try:
                await connection.execute("BEGIN")
            except ERRORS as error:
                connection.terminate()
                pool.give_back(connection)
                found = pool.failure(connection, error)
                if not isinstance(found, Again) or not more:
                    raised(found, error)
            except BaseException:
                connection.terminate()
                pool.give_back(connection)
                raise
            else:
                return connection
        raise AssertionError(_LAST_ENDS_IT)

    async def one(self, query: Query[T], *arguments: Any) -> T | None:
        """See ``Reader.one``."""
        try:
            row = await self._connection.fetchrow(query.text, *arguments)
        except ERRORS as error:
            raised(self._failure(error), error)
        return None if row is None else query.into(*row)

    async def all(self, query: Query[T], *arguments: Any) -> list[T]:
        """See ``Reader.all``."""
        try:
            return list(starmap(query.into, await self._connection.fetch(query.text, *arguments)))
        except ERRORS as error:
            raised(self._failure(error), error)

    async def run(self, statement: Statement, *arguments: Any) -> int:
        """See ``Transaction.run``."""
        return await self._execute(statement, arguments, None)

    async def run_many(self, statement: Statement, rows: Sequence[tuple[Any, ...]]) -> None:
        """See ``Transaction.run_many``."""
        if not rows:
            return
        try:
            await self._connection.executemany(statement.text, rows)
        except ERRORS as error:
            raised(self._failure(error), error)

    async def run_long(self, statement: Statement, *arguments: Any) -> int:
        """See ``Transaction.run_long``."""
        await self.run(Statement(_NO_TIMEOUT))
        touched = await self._execute(statement, arguments, _LONG_SECONDS)
        await self.run(Statement(_OLD_TIMEOUT))
        return touched

    async def _execute(
        self, statement: Statement, arguments: tuple[Any, ...], seconds: float | None
    ) -> int:
        try:
            done = await self._connection.execute(statement.text, *arguments, timeout=seconds)
        except ERRORS as error:
            raised(self._failure(error), error)
        count = done.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    def _failure(self, error: Exception) -> Exception:
        return self._database.pool.failure(self._connection, error)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        connection = self._connection
        try:
            if error is None:
                await self._commit()
                self._database.news.set()
            elif not connection.is_closed():
                await self._roll_back()
        except BaseException:
            # Whatever it was, nobody knows what this connection is in the middle of.
            connection.terminate()
            raise
        finally:
            self._database.writers.release()
            self._database.pool.give_back(connection)
            self._database.timings.transaction(perf_counter() - self._began)

    async def _commit(self) -> None:
        try:
            done = await self._connection.execute("COMMIT")
        except CLASHES as error:
            raised(self._failure(error), error)
        except ERRORS as error:
            found = self._failure(error)
            raise StorageFailure(f"PostgreSQL: not known whether committed: {found}") from error
        if done != "COMMIT":
            raise StorageFailure("PostgreSQL: the transaction had failed before its end")

    async def _roll_back(self) -> None:
        try:
            await self._connection.execute("ROLLBACK")
        except ERRORS:
            self._connection.terminate()


class PostgresqlDatabase:
    """One PostgreSQL database; any number of processes may use it.

    Args:
        url: ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE``.
        connections: the most that this process opens; a quarter of them is kept for reading.
    """

    def __init__(self, url: str, connections: int) -> None:
        self.news = asyncio.Event()
        self.timings = Timings()
        self.asides = Asides()
        self.pool = Pool(url, connections)
        self._reads = Reads(self._read)
        self._url = url
        # Writers that wait for each other's rows must not keep readers from their connections.
        self.writers = asyncio.Semaphore(max(1, connections - max(1, connections // 4)))
        self.together = Together(self.pool, self.writers, self.news.set)

    async def one(self, query: Query[T], *arguments: Any) -> T | None:
        """See ``Reader.one``."""
        began = perf_counter()
        found = await self._reads.one(query, arguments)
        self.timings.read(perf_counter() - began)
        return found

    async def all(self, query: Query[T], *arguments: Any) -> list[T]:
        """See ``Reader.all``."""
        began = perf_counter()
        found = list(starmap(query.into, await self._read(query.text, arguments)))
        self.timings.read(perf_counter() - began)
        return found

    async def _read(self, text: str, arguments: tuple[Any, ...]) -> list[Any]:
        """Asks on any connection; one that broke while it was idle is replaced, and asked again."""
        pool = self.pool
        for more in range(pool.size, -1, -1):
            connection = await pool.take()
            try:
                found: list[Any] = await connection.fetch(text, *arguments)
            except ERRORS as error:
                why = pool.failure(connection, error)
                if not isinstance(why, Again) or not connection.is_closed() or not more:
                    raised(why, error)
            except BaseException:
                connection.terminate()
                raise
            else:
                return found
            finally:
                pool.give_back(connection)
        raise AssertionError(_LAST_ENDS_IT)

    def transaction(self) -> _Transaction:
        """See ``Database.transaction``."""
        return _Transaction(self)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """See ``Database.listening``."""
        task = asyncio.create_task(listen(self._url, self.news.set, self.asides.tell))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def say(self, text: str) -> None:
        """See ``Database.say``."""
        await self._read(SAY.text, (text,))

    async def check(self) -> None:
        """See ``Database.check``."""
        await self.one(_PROBE)

    async def close(self) -> None:
        """See ``Database.close``."""
        await self.together.close()
        await self.pool.close()


_PROBE: Final = Query("SELECT count(*) FROM schema_version", int)
