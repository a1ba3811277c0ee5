"""A PostgreSQL database as one end of a copy."""

import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Final, Self

import asyncpg

from partywire.storage.copying.tables import Row, Table
from partywire.storage.database import StorageFailure
from partywire.storage.postgresql_pool import CONNECTING_SECONDS, connect

_LONG_SECONDS: Final = 24 * 3600.0  # for one statement: counting a large table takes a while

# What hurries or hems in a server's statements would only be in the way here.
_AT_LEISURE: Final = """
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 0;
    SET enable_seqscan = on;
"""
_NAMES: Final = (
    "SELECT tablename::text FROM pg_tables WHERE schemaname = ANY (current_schemas(false))"
)

_COUNTERS: Final = """
    SELECT format('SELECT setval(%L, max(%I)) FROM %s', counter, attname, attrelid::regclass)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid,
        pg_get_serial_sequence(attrelid::regclass::text, attname) AS counter
    WHERE relkind = 'r' AND relnamespace::regnamespace::name = ANY (current_schemas(false))
        AND attnum > 0 AND NOT attisdropped AND counter IS NOT NULL
"""


class PostgresqlEnd:
    """One connection: made by ``open``."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connects.

        Raises:
            StorageFailure: the server cannot be reached, or does not let us in.
        """
        end = cls(await connect(url))
        await end.run(_AT_LEISURE)
        return end

    async def rows(self, text: str, *arguments: Any) -> list[Row]:
        """See ``End.rows``."""
        with _explained():
            found = await self._connection.fetch(text, *arguments, timeout=_LONG_SECONDS)
        return list(map(tuple, found))

    async def run(self, text: str, *arguments: Any) -> int:
        """See ``End.run``."""
        with _explained():
            done = await self._connection.execute(text, *arguments, timeout=_LONG_SECONDS)
        count: str = done.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def append(self, table: Table, rows: Sequence[Row]) -> None:
        """See ``End.append``."""
        try:
            with _explained(table.name):
                await self._connection.copy_records_to_table(
                    table.name, records=rows, columns=table.columns, timeout=_LONG_SECONDS
                )
        except StorageFailure as error:
            raise StorageFailure(_culprit(table, rows) or str(error)) from error

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """See ``End.transaction``."""
        await self.run("BEGIN")
        try:
            yield
            await self.run("COMMIT")
        except BaseException:
            with contextlib.suppress(StorageFailure):
                await self.run("ROLLBACK")
            raise

    async def freeze(self) -> None:
        """See ``End.freeze``."""
        await self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        await self.names()  # the snapshot begins with the first read

    async def names(self) -> set[str]:
        """See ``End.names``."""
        return {name for (name,) in await self.rows(_NAMES)}

    async def settle(self) -> None:
        """See ``End.settle``.

        Keys that count up go on behind those that were copied. And the planner has never seen
        these tables otherwise than empty.
        """
        for (statement,) in await self.rows(_COUNTERS):
            await self.rows(statement)
        await self.run("ANALYZE")

    async def close(self) -> None:
        """See ``End.close``."""
        try:
            await self._connection.close(timeout=CONNECTING_SECONDS)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            self._connection.terminate()


@contextlib.contextmanager
def _explained(about: str = "PostgreSQL") -> Iterator[None]:
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
        raise StorageFailure(f"{about}: {type(error).__name__}: {error}") from error


def _culprit(table: Table, rows: Sequence[Row]) -> str | None:
    """Names the value that PostgreSQL cannot hold and SQLite can, if that is what is wrong."""
    for row in rows:
        for column, value in zip(table.columns, row, strict=True):
            if isinstance(value, str) and "\0" in value:
                key = " ".join(map(str, table.key_of(row)))
                return f"{table.name} {key}: {column} holds a NUL character"
    return None
