"""Readers of one row who come while others are asking the same kind of thing ask together.

A round trip costs more than the row. The first one asks alone; whoever comes before it has been
answered is gathered, and the next statement asks for all of them. Each is answered from a snapshot
that began after it had asked.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, Final, TypeVar

from partywire.storage.database import StorageFailure
from partywire.storage.query import Query

T = TypeVar("T")

Ask = Callable[[str, tuple[Any, ...]], Awaitable[list[Any]]]

_MOST: Final = 64  # rows of one statement
_TYPES: Final = {str: "TEXT", int: "BIGINT"}
_PLACEHOLDER: Final = re.compile(r"\$(\d+)")

_Waiting = tuple[tuple[Any, ...], asyncio.Future[Any]]


@lru_cache(maxsize=1024)
def gathered(text: str, types: tuple[str, ...]) -> str:
    """The statement that answers a query for many arguments at once.

    Takes an array for each of the query's arguments. A row begins with the place of what it
    answers, from 1; there is none for arguments that the query has no row for.
    """
    names = [f"a{number}" for number in range(1, len(types) + 1)]
    arrays = ", ".join(f"CAST(${n} AS {kind}[])" for n, kind in enumerate(types, 1))
    asked = f"unnest({arrays}) WITH ORDINALITY AS asked ({', '.join(names)}, place)"
    one = _PLACEHOLDER.sub(r"asked.a\1", text)
    first = f"SELECT * FROM ({one}) AS one LIMIT 1"
    return f"SELECT asked.place, found.* FROM {asked} CROSS JOIN LATERAL ({first}) AS found"


class Reads:
    """Gathers arguments by query.

    Args:
        ask: runs a statement and returns its rows; raises as ``Reader.one`` does.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._waiting: dict[tuple[str, tuple[str, ...]], list[_Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def one(self, query: Query[T], arguments: tuple[Any, ...]) -> T | None:
        """See ``Reader.one``."""
        if not arguments:
            return await self._alone(query, arguments)
        try:
            kind = (query.text, tuple([_TYPES[type(each)] for each in arguments]))
        except KeyError:  # null: nobody knows of which type
            return await self._alone(query, arguments)
        waiting = self._waiting.get(kind)
        if waiting is not None:
            future = asyncio.get_running_loop().create_future()
            waiting.append((arguments, future))
            row = await future
            return None if row is None else query.into(*row)
        self._waiting[kind] = []
        try:
            return await self._alone(query, arguments)
        finally:
            self._go_on(kind)

    async def _alone(self, query: Query[T], arguments: tuple[Any, ...]) -> T | None:
        rows = await self._ask(query.text, arguments)
        return query.into(*rows[0]) if rows else None

    def _go_on(self, kind: tuple[str, tuple[str, ...]]) -> None:
        if self._waiting[kind]:
            task = asyncio.get_running_loop().create_task(self._drain(kind))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            del self._waiting[kind]

    async def _drain(self, kind: tuple[str, tuple[str, ...]]) -> None:
        """Asks for all who wait, and for those who come meanwhile."""
        while self._waiting[kind]:
            batch = self._waiting[kind][:_MOST]
            del self._waiting[kind][:_MOST]
            await self._settle(kind, batch)
        del self._waiting[kind]

    async def _settle(self, kind: tuple[str, tuple[str, ...]], batch: list[_Waiting]) -> None:
        text, types = kind
        if len(batch) > 1:
            text = gathered(text, types)
            given = tuple(map(list, zip(*(arguments for arguments, _ in batch), strict=True)))
        else:
            given = batch[0][0]
        try:
            rows = await self._ask(text, given)
        except Exception as error:
            await self._fail(kind, batch, error)
            return
        if len(batch) == 1:
            found = {1: tuple(rows[0])} if rows else {}
        else:
            found = {row[0]: row[1:] for row in map(tuple, rows)}
        for place, (_, future) in enumerate(batch, 1):
            if not future.done():
                future.set_result(found.get(place))

    async def _fail(
        self, kind: tuple[str, tuple[str, ...]], batch: list[_Waiting], error: Exception
    ) -> None:
        if len(batch) > 1 and not isinstance(error, StorageFailure):
            # It lies with one of them, and must not spoil the others' answers.
            for each in batch:
                await self._settle(kind, [each])
            return
        for _, future in batch:
            if not future.done():
                future.set_exception(error)
