"""What every engine offers, whatever it is: reading, and transactions that are durable."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from partywire.errors import Unavailable
from partywire.storage.asides import Asides
from partywire.storage.timings import Timings

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

    async def run_many(self, statement: Statement, rows: Sequence[tuple[Any, ...]]) -> None:
        """Like ``run`` for each row of arguments in turn, in one round trip.

        Raises:
            Duplicate, StorageFailure: as ``run``.
        """

    async def run_long(self, statement: Statement, *arguments: Any) -> int:
        """Like ``run``, for a statement that may touch very many rows: reads go on meanwhile.

        Raises:
            StorageFailure: the database cannot write.
        """


class Together(Protocol):
    """Writes rows of several callers in one statement, each caller's being told of its own."""

    async def write(self, query: Query[T], key: tuple[Any, ...], row: tuple[Any, ...]) -> T | None:
        """Writes one row; returns once it is durable.

        Args:
            query: takes the key's values, then an array for each of the row's; answers a row for
                each row that it was given, in their order, or none at all.
            key: what the rows of one statement have in common.
            row: the caller's own.

        Raises:
            StorageFailure: the database cannot write, or it is not known whether it has.
        """


class Database(Reader, Protocol):
    """An open database.

    Attributes:
        together: for what one statement can do on this engine; None on one whose transactions
            cost no round trips.
        news: set when this process has committed something, and while ``listening`` when another
            may have; whoever waits for it clears it.
        timings: how long this process has spent with it.
        asides: what other processes say in passing, while ``listening``.
    """

    news: asyncio.Event
    timings: Timings
    asides: Asides

    @property
    def together(self) -> Together | None:
        """See the class."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction: leaving the block returns once it is durable, an error undoes it.

        Nothing slow may be awaited inside (decisions/0003): others wait for their turn.
        """

    def listening(self) -> AbstractAsyncContextManager[None]:
        """Lets other processes' commits set ``news``, as long as the block lasts.

        A hint, which may be late or lost.
        """

    async def say(self, text: str) -> None:
        """Says a text in passing to the processes that share this database and are listening.

        Not to this one, unless by the way; to none on an engine where they do not hear each
        other (decided: decisions/0037).

        Args:
            text: at most 7,000 bytes.

        Raises:
            StorageFailure: it cannot be said.
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


class Again(StorageFailure):
    """The transaction was undone through no fault of its own, and may go well another time.

    It clashed with another one, or its connection broke before it had begun to commit.
    """


class ReferenceGone(Again):
    """What a row refers to has been deleted: whoever decides again will see that."""


class Duplicate(Exception):
    """A unique index already holds such a row."""


class NewerSchema(Exception):
    """The database was made by a newer version of this program."""
