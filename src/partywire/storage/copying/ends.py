"""The two ends of a copy: one connection each, on which nothing else happens."""

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from partywire.storage.copying.postgresql_end import PostgresqlEnd
from partywire.storage.copying.sqlite_end import SqliteEnd
from partywire.storage.copying.tables import Row, Table
from partywire.storage.opening import is_postgresql, sqlite_file

BATCH = 2000  # rows that are read, and written, at once


class End(Protocol):
    """What a copy needs of an engine; statements have PostgreSQL's placeholders.

    Every method raises ``StorageFailure`` where the database cannot do it.
    """

    async def rows(self, text: str, *arguments: Any) -> list[Row]:
        """What a query answers."""

    async def run(self, text: str, *arguments: Any) -> int:
        """Runs a statement without rows; returns how many rows it touched."""

    async def append(self, table: Table, rows: Sequence[Row]) -> None:
        """Adds rows of all columns."""

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """What runs in the block is committed together, or not at all."""

    async def freeze(self) -> None:
        """From now on, all that is read is as it was at this moment."""

    async def names(self) -> set[str]:
        """The tables that there are."""

    async def settle(self) -> None:
        """Does what the engine wants after very many new rows."""

    async def close(self) -> None:
        """Gives the connection back."""


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[End]:
    """A database that is there, as it is.

    Raises:
        StorageFailure: it is not there, or cannot be opened.
    """
    end: End
    if is_postgresql(url):
        end = await PostgresqlEnd.open(url)
    else:
        end = SqliteEnd(sqlite_file(url))
    try:
        yield end
    finally:
        await end.close()


async def batches(
    end: End, table: Table, after: Iterable[Any] | None = None
) -> AsyncGenerator[list[Row], None]:
    """A table's rows in the order of its key, a batch at a time; ``after`` is a key."""
    rows = (
        await end.rows(table.first_rows(), BATCH)
        if after is None
        else await end.rows(table.more_rows(), BATCH, *after)
    )
    while rows:
        yield rows
        if len(rows) < BATCH:
            return
        rows = await end.rows(table.more_rows(), BATCH, *table.key_of(rows[-1]))
