"""What processes say in passing."""

import asyncio
import contextlib
import time

from partywire.storage.asides import Asides
from partywire.storage.opening import open_database

PATIENCE = 20.0


def test_who_listens_hears_it_for_as_long_as_they_do() -> None:
    asides, heard = Asides(), []
    asides.tell("nobody hears this")
    with asides.heard(heard.append), asides.heard(heard.append):
        asides.tell("one")
    asides.tell("nobody any more")
    assert heard == ["one", "one"]


async def test_processes_hear_each_other_where_the_engine_lets_them(
    bare_url: str, engine: str
) -> None:
    one, other = await open_database(bare_url, 4), await open_database(bare_url, 4)
    heard: list[str] = []
    async with contextlib.AsyncExitStack() as stack:
        for database in (one, other):
            stack.push_async_callback(database.close)
        await stack.enter_async_context(other.listening())
        stack.enter_context(other.asides.heard(heard.append))
        if engine == "sqlite":
            await one.say("x")
            assert heard == []
            return
        deadline = time.monotonic() + PATIENCE
        while not heard and time.monotonic() < deadline:
            # Until the other one listens nothing is kept for it.
            await one.say('{"ü": "💥"}')
            await asyncio.sleep(0.01)
        assert heard[0] == '{"ü": "💥"}'
