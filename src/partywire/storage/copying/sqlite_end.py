"""An SQLite file as one end of a copy."""

import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import apsw

from partywire.storage.copying.tables import Row, Table
from partywire.storage.database import StorageFailure
from partywire.storage.query import Statement

_LOCK_MILLISECONDS: Final = 5000

# Not `connect`, which would make what is not there and bring it into another journal mode.
_FLAGS: Final = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOMUTEX


class SqliteEnd:
    """One connection; the event loop waits for it, and has nothing else to do.

    Args:
        file: the database file.

    Raises:
        StorageFailure: it is not there, or cannot be opened.
    """

    def __init__(self, file: Path) -> None:
        if not file.exists():
            raise StorageFailure(f"{file} is not there")
        with _explained(str(file)):
            self._connection = apsw.Connection(str(file), flags=_FLAGS)
            self._connection.set_busy_timeout(_LOCK_MILLISECONDS)
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA foreign_keys = ON")

    async def rows(self, text: str, *arguments: Any) -> list[Row]:
        """See ``End.rows``."""
        with _explained():
            return self._connection.execute(Statement(text).numbered, arguments).fetchall()

    async def run(self, text: str, *arguments: Any) -> int:
        """See ``End.run``."""
        with _explained():
            self._connection.execute(Statement(text).numbered, arguments)
        return self._connection.changes()

    async def append(self, table: Table, rows: Sequence[Row]) -> None:
        """See ``End.append``."""
        with _explained(table.name):
            self._connection.executemany(Statement(table.insert()).numbered, rows)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """See ``End.transaction``."""
        with _explained():
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with _explained():
                self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    async def freeze(self) -> None:
        """See ``End.freeze``."""
        await self.run("BEGIN")
        await self.names()  # the snapshot begins with the first read

    async def names(self) -> set[str]:
        """See ``End.names``."""
        return {name for (name,) in await self.rows(_NAMES)}

    async def settle(self) -> None:
        """See ``End.settle``: nothing."""

    async def close(self) -> None:
        """See ``End.close``."""
        self._connection.close()


_NAMES: Final = "SELECT name FROM sqlite_schema WHERE type = 'table'"


@contextlib.contextmanager
def _explained(about: str = "SQLite") -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        raise StorageFailure(f"{about}: {type(error).__name__}: {error}") from error
