"""What every engine offers, whatever it is: reading, and transactions that are durable."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from partywire.errors import Unavailable

if TYPE_CHECKING:
    from partywire.storage.query import Query, Statement

T = TypeVar("T")


class Reader(Protocol):
    """Answers queries from committed data (a transaction: from its own view)."""

    async def one(self, query: Query[T], *arguments: Any) -> T | None:
        """The first row, or None.

        Raises:
            StorageFailure: the database cannot answer.
        """

    async def all(self, query: Query[T], *arguments: Any) -> list[T]:
        """Every row.

        Raises:
            StorageFailure: the database cannot answer.
        """


class Transaction(Reader, Protocol):
    """Reads and writes that happen together or not at all."""

    async def run(self, statement: Statement, *arguments: Any) -> int:
        """Runs a statement without rows; returns how many rows it touched.

        Raises:
            Duplicate: a unique index already holds such a row.
            StorageFailure: the database cannot write.
        """

    async def run_long(self, statement: Statement, *arguments: Any) -> int:
        """Like ``run``, for a statement that may touch very many rows: reads go on meanwhile.

        Raises:
            StorageFailure: the database cannot write.
        """


class Database(Reader, Protocol):
    """An open database."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction: leaving the block returns once it is durable, an error undoes it.

        Nothing slow may be awaited inside (decisions/0003): others wait for their turn.
        """

    async def check(self) -> None:
        """Returns when the database answers.

        Raises:
            StorageFailure: it does not.
        """

    async def close(self) -> None:
        """Finishes what was begun, and closes."""


class StorageFailure(Unavailable):
    """The database cannot do what was asked now: full, read-only, locked or gone.

    Nothing of the transaction in question was kept. The text is for the operator; clients are
    told no more than that the service is unavailable.
    """


class Duplicate(Exception):
    """A unique index already holds such a row."""


class NewerSchema(Exception):
    """The database was made by a newer version of this program."""
