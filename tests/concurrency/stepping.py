"""Two nodes on one PostgreSQL database, of which the first stops in the middle of a transaction.

What the second does meanwhile has ended, or waits for the first, before the first goes on: so
each test is one exact interleaving.
"""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from msgspec.structs import replace

from engines import Side
from partywire.domain.call import Call
from partywire.storage.database import Again
from partywire.storage.query import Statement

PATIENCE = 30.0  # seconds
PAUSE = 0.005  # seconds between two looks

# A transaction of ours that waits for another one's row, turn or unique key.
_WAITING = """SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = 'partywire' AND wait_event_type = 'Lock'"""

Act = Callable[[Call], Awaitable[Any]]


class _Stop:
    """Where the first node stops: behind the first such statement.

    Args:
        behind: a part of its text; one that deletes counts once it has deleted something.
    """

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def passed(self, statement: Statement, answer: object) -> None:
        counts = answer or not statement.text.startswith("DELETE")
        if counts and self.behind in statement.text and not self.reached.is_set():
            self.reached.set()
            await self.go_on.wait()


class _Stepped:
    """A transaction that stops there."""

    def __init__(self, transaction: Any, stop: _Stop) -> None:
        self._transaction, self._stop = transaction, stop

    async def __aenter__(self) -> Self:
        await self._transaction.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._transaction.__aexit__(kind, error, traceback)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        ask = getattr(self._transaction, name)

        async def asked(statement: Statement, *arguments: Any) -> Any:
            answer = await ask(statement, *arguments)
            await self._stop.passed(statement, answer)
            return answer

        return asked


class _Database:
    """A database whose transactions stop there; posts go through transactions too."""

    together = None

    def __init__(self, database: Any, stop: _Stop) -> None:
        self._database, self._stop = database, stop

    def transaction(self) -> _Stepped:
        return _Stepped(self._database.transaction(), self._stop)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


class Nodes:
    """Two nodes with the same caller.

    Attributes:
        one, two: a call on each.
    """

    def __init__(self, one: Call, two: Call, side: Side, url: str) -> None:
        self.one, self.two = one, two
        self._side, self._url = side, url

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What is committed."""
        return self._side.rows(self._url, query)

    async def race(self, first: Act, behind: str, second: Act) -> tuple[Any, Any]:
        """What each returned or raised; the first stops behind the first such statement.

        Neither may be undone by a clash: that would be an order of holding that is not one.
        """
        stop = _Stop(behind)
        database: Any = _Database(self.one.database, stop)
        stepped = replace(self.one, resources=replace(self.one.resources, database=database))
        tasks = [asyncio.ensure_future(first(stepped))]
        try:
            async with asyncio.timeout(PATIENCE):
                await self._until(stop, tasks[0])
                tasks.append(asyncio.ensure_future(second(self.two)))
                await self._settled(tasks[1])
        finally:
            stop.go_on.set()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        one, two = outcomes
        assert not isinstance(one, Again), one
        assert not isinstance(two, Again), two
        return one, two

    async def _until(self, stop: _Stop, first: asyncio.Future[Any]) -> None:
        reached = asyncio.ensure_future(stop.reached.wait())
        await asyncio.wait([reached, first], return_when=asyncio.FIRST_COMPLETED)
        if not reached.done():
            reached.cancel()
            raise AssertionError(f"no statement had {stop.behind!r}: {first}")

    async def _settled(self, second: asyncio.Future[Any]) -> None:
        """Returns once it is over, or waits for the first."""
        while not second.done():
            if await asyncio.to_thread(self.rows, _WAITING):
                return
            await asyncio.sleep(PAUSE)


def succeeded(*outcomes: Any) -> list[bool]:
    """Which of them raised nothing."""
    return [not isinstance(each, BaseException) for each in outcomes]
