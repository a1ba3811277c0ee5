"""Hearing of other nodes: at once as a rule, and never so that anything is missed for good."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from engines import Side
from partywire.storage import postgresql_listener
from partywire.storage.dialect import TELL
from partywire.storage.postgresql import PostgresqlDatabase
from partywire.storage.postgresql_listener import listen
from storage.little import PATIENCE, Little

NOBODY = "postgresql://ada:hunter2hunter2@127.0.0.1:1/nowhere"  # nobody listens there
LISTENING = """SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND (query LIKE 'LISTEN%' OR query = 'SELECT 1')"""


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_listener, "_PAUSE_SECONDS", 0.01)


class Ears:
    """Counts what was heard, and keeps what was said in passing."""

    def __init__(self) -> None:
        self.times = 0
        self.said: list[str] = []

    def hear(self) -> None:
        self.times += 1


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[Ears]:
    """Somebody who listens; the block begins once they can hear."""
    ears = Ears()
    task = asyncio.create_task(listen(url, ears.hear, ears.said.append))
    try:
        await until(lambda: ears.times > 0)
        yield ears
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def tell(little: Little) -> None:
    async with little.database.transaction() as transaction:
        await transaction.one(TELL)


def listeners(side: Side, url: str) -> list[int]:
    return [pid for (pid,) in side.rows(url, LISTENING)]


async def test_whoever_begins_to_listen_looks_once_for_what_was_said_before(
    little: Little,
) -> None:
    async with listening(little.url) as ears:
        assert ears.times == 1


async def test_what_is_told_is_heard_by_all_who_listen(little: Little) -> None:
    async with listening(little.url) as one, listening(little.url) as other:
        await tell(little)
        await until(lambda: (one.times, other.times) == (2, 2))


async def test_what_is_told_in_a_transaction_that_is_undone_is_not_heard(little: Little) -> None:
    async def undone() -> None:
        async with little.database.transaction() as transaction:
            await transaction.one(TELL)
            raise ValueError("no")

    async with listening(little.url) as ears:
        with pytest.raises(ValueError, match="no"):
            await undone()
        await tell(little)
        await until(lambda: ears.times > 1)
        assert ears.times == 2


async def test_a_connection_that_breaks_is_replaced_and_its_owner_looks_again(
    little: Little, side: Side, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(little.url) as ears:
        # The one of the test before may still be on its way out.
        await until(lambda: len(listeners(side, little.url)) == 1)
        for broken in (1, 2, 3):
            [pid] = listeners(side, little.url)
            little.end(pid)
            await until(lambda least=broken + 1: ears.times >= least)  # type: ignore[misc]
        before = ears.times
        await tell(little)
        await until(lambda: ears.times > before)
    assert caplog.messages.count(caplog.messages[0]) == 3
    assert "another one is opened" in caplog.messages[0]


async def test_a_server_that_is_not_there_is_asked_until_it_is(
    little: Little, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    connect = postgresql_listener.connect

    async def late(_url: str) -> object:
        asked.append(_url)
        return await connect(NOBODY if len(asked) < 4 else little.url)

    monkeypatch.setattr(postgresql_listener, "connect", late)
    async with listening(little.url) as ears:
        assert len(asked) == 4
        await tell(little)
        await until(lambda: ears.times == 2)


async def test_nobody_listens_any_more_once_it_is_cancelled(little: Little, side: Side) -> None:
    async with listening(little.url):
        await until(lambda: len(listeners(side, little.url)) == 1)
    await until(lambda: listeners(side, little.url) == [])


async def test_another_node_s_commit_is_news_only_while_somebody_listens(little: Little) -> None:
    node = PostgresqlDatabase(little.url, 2)
    async with node.listening():
        await asyncio.wait_for(node.news.wait(), PATIENCE)  # the first look
        node.news.clear()
        await tell(little)
        await asyncio.wait_for(node.news.wait(), PATIENCE)
    node.news.clear()
    await tell(little)
    assert not node.news.is_set()
    await node.close()
