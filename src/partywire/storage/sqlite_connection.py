"""One connection to an SQLite file: how it is opened, and how statements run on it.

The driver is apsw, which brings its own SQLite and decodes a page of fifty rows in a third of
the standard library's time (decisions/0002). A point read takes about five microseconds, less
than handing it to a thread would.
"""

import time
from collections.abc import Sequence
from itertools import starmap
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import apsw

from partywire.storage.database import Duplicate, ReferenceGone, StorageFailure
from partywire.storage.query import Query, Statement

T = TypeVar("T")

_LOCK_PATIENCE: Final = 5.0  # seconds
_LOCK_PAUSE: Final = 0.002  # seconds
_STATEMENTS: Final = 512

_WAL: Final = "PRAGMA journal_mode = WAL"
_PRAGMAS: Final = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -65536",
    "PRAGMA temp_store = MEMORY",
)


# A connection is used by one thread at a time, which is all that this mode asks for.
_FLAGS: Final = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_NOMUTEX


def connect(file: Path) -> apsw.Connection:
    """A connection as this program wants it.

    Raises:
        StorageFailure: the file cannot be opened for writing.
    """
    try:
        connection = apsw.Connection(str(file), flags=_FLAGS, statementcachesize=_STATEMENTS)
        connection.set_busy_timeout(int(_LOCK_PATIENCE * 1000))
        # Otherwise a statement is planned anew whenever its arguments change.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        _enter_wal(connection)
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except apsw.Error as error:
        raise StorageFailure(f"{file}: {error}") from error
    return connection


def _enter_wal(connection: apsw.Connection) -> None:
    """Asks again while another process holds the file: here SQLite does not wait by itself."""
    patience = time.monotonic() + _LOCK_PATIENCE
    while True:
        try:
            connection.execute(_WAL)
        except apsw.BusyError:
            if time.monotonic() > patience:
                raise
            time.sleep(_LOCK_PAUSE)
        else:
            return


_UNIQUE: Final = {apsw.SQLITE_CONSTRAINT_UNIQUE, apsw.SQLITE_CONSTRAINT_PRIMARYKEY}


def failure(error: apsw.Error) -> Exception:
    """The driver's error in the terms of this package."""
    result = getattr(error, "extendedresult", 0)
    if result in _UNIQUE:
        return Duplicate(str(error))
    if result == apsw.SQLITE_CONSTRAINT_FOREIGNKEY:
        return ReferenceGone(str(error))
    return StorageFailure(f"{type(error).__name__}: {error}")


class Executes(Protocol):
    """What runs one statement: a connection, or something before it."""

    def execute(self, text: str, arguments: tuple[Any, ...], /) -> apsw.Cursor:
        """Runs it; raises ``apsw.Error``."""


class Statements:
    """Runs statements on one connection; nothing here ever waits."""

    def __init__(self, connection: apsw.Connection, read_by: Executes | None = None) -> None:
        self._connection = connection
        self._execute = (read_by or connection).execute

    async def one(self, query: Query[T], *arguments: Any) -> T | None:
        """See ``Reader.one``."""
        try:
            row = self._execute(query.numbered, arguments).fetchone()
        except apsw.Error as error:
            raise failure(error) from error
        return None if row is None else query.into(*row)

    async def all(self, query: Query[T], *arguments: Any) -> list[T]:
        """See ``Reader.all``."""
        try:
            return list(starmap(query.into, self._execute(query.numbered, arguments)))
        except apsw.Error as error:
            raise failure(error) from error

    async def run(self, statement: Statement, *arguments: Any) -> int:
        """See ``Transaction.run``."""
        try:
            self._connection.execute(statement.numbered, arguments)
        except apsw.Error as error:
            raise failure(error) from error
        return self._connection.changes()

    async def run_many(self, statement: Statement, rows: Sequence[tuple[Any, ...]]) -> None:
        """See ``Transaction.run_many``."""
        for row in rows:
            await self.run(statement, *row)
