"""Tasks that work together, and end together."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Crew:
    """Tasks of which the first that fails ends all."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None
        self._failed = asyncio.Event()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """One more task."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and self._failure is None:
            self._failure = error
            self._failed.set()

    async def until_failure(self) -> None:
        """Raises what the first of them raises that fails."""
        await self._failed.wait()
        if self._failure is not None:
            raise self._failure

    async def end(self) -> None:
        """Cancels all, and waits for their ends."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
