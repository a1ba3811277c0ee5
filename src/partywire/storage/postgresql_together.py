"""Callers that would wait for each other's row write together: one statement for all of them.

A conversation's index is one row, and who holds it holds it until the disk has answered. Whoever
comes meanwhile is gathered, and the next statement does for all of them at once.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

from partywire.storage.database import Again, ReferenceGone, StorageFailure
from partywire.storage.postgresql_failures import BROKEN, ERRORS
from partywire.storage.postgresql_pool import Pool
from partywire.storage.query import Query

T = TypeVar("T")

_MOST: Final = 128  # rows of one statement

_Key = tuple[Query[Any], tuple[Any, ...]]
_Waiting = tuple[tuple[Any, ...], asyncio.Future[Any]]


class Together:
    """Gathers rows by what they are written to.

    Args:
        pool: where the statements run.
        writers: bounds how many write at once.
        written: called after each commit.
    """

    def __init__(self, pool: Pool, writers: asyncio.Semaphore, written: Callable[[], None]) -> None:
        self._pool = pool
        self._writers = writers
        self._written = written
        self._waiting: dict[_Key, list[_Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def write(self, query: Query[T], key: tuple[Any, ...], row: tuple[Any, ...]) -> T | None:
        """Writes one row, perhaps with those of others; returns once it is durable.

        Args:
            query: takes the key's values, then an array for each of the row's; answers a row for
                each row that it was given, in their order, or none at all.
            key: what the rows of one statement have in common.
            row: the caller's own.

        Raises:
            Again: nothing was written, through no fault of the row.
            StorageFailure: it is not known whether it was written, or the database cannot write.
        """
        place = (query, key)
        waiting = self._waiting.get(place)
        if waiting is not None:
            future = asyncio.get_running_loop().create_future()
            waiting.append((row, future))
            found: T | None = await future
            return found
        self._waiting[place] = []
        try:
            answers = await self._run(query, key, [row])
        finally:
            self._go_on(place)
        return answers[0]

    def _go_on(self, place: _Key) -> None:
        if self._waiting[place]:
            task = asyncio.get_running_loop().create_task(self._drain(place))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            del self._waiting[place]

    async def _drain(self, place: _Key) -> None:
        """Writes for all who wait, and for those who come meanwhile."""
        query, key = place
        while self._waiting[place]:
            batch = self._waiting[place][:_MOST]
            del self._waiting[place][:_MOST]
            batch = [(row, future) for row, future in batch if not future.done()]
            if batch:
                await self._settle(query, key, batch)
        del self._waiting[place]

    async def _settle(self, query: Query[Any], key: tuple[Any, ...], batch: list[_Waiting]) -> None:
        try:
            answers = await self._run(query, key, [row for row, _ in batch])
        except Exception as error:
            of_one = isinstance(error, ReferenceGone) or not isinstance(error, StorageFailure)
            if len(batch) == 1 or not of_one:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                return
            # It lies with one of the rows, which must not spoil the others'.
            for one in batch:
                await self._settle(query, key, [one])
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)

    async def _run(
        self, query: Query[T], key: tuple[Any, ...], rows: list[tuple[Any, ...]]
    ) -> list[T] | list[None]:
        columns = [list(values) for values in zip(*rows, strict=True)]
        async with self._writers:
            connection = await self._pool.take()
            try:
                found = await connection.fetch(query.text, *key, *columns)
            except ERRORS as error:
                why = self._pool.failure(connection, error)
                if isinstance(why, Again) and isinstance(error, BROKEN):
                    why = StorageFailure(f"not known whether written: {why}")
                raise why from (None if why is error else error)
            except BaseException:
                connection.terminate()
                raise
            finally:
                self._pool.give_back(connection)
        self._written()
        return [query.into(*each) for each in found] if found else [None] * len(rows)

    async def close(self) -> None:
        """Waits until all who were gathered have been written."""
        while self._tasks:
            await asyncio.wait(self._tasks)
