"""Tasks that work together end together."""

import asyncio

import pytest

from delivery.nodes import until
from partywire.delivery.webhooks.crew import Crew


async def for_ever(ended: list[str], name: str) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        ended.append(name)


async def test_the_first_that_fails_is_told_of_and_the_others_can_be_ended() -> None:
    async def fail() -> None:
        raise ValueError("no")

    crew, ended = Crew(), list[str]()
    crew.start(for_ever(ended, "one"))
    crew.start(fail())
    with pytest.raises(ValueError, match="no"):
        await crew.until_failure()
    crew.start(for_ever(ended, "two"))
    await asyncio.sleep(0)
    await crew.end()
    assert sorted(ended) == ["one", "two"]


async def test_one_that_is_done_or_cancelled_is_no_failure() -> None:
    async def done() -> None:
        return

    crew = Crew()
    tasks = [crew.start(done()), crew.start(for_ever([], "x"))]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await until(lambda: all(task.done() for task in tasks))
    waiting = asyncio.create_task(crew.until_failure())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    waiting.cancel()
    await crew.end()
