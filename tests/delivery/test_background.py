"""What a node does besides answering begins and ends with it."""

import asyncio
import logging
from pathlib import Path

import pytest

from conftest import NOON, call_of
from delivery.channels.duty import ANN, phones
from delivery.nodes import Nodes, resources_of, until
from partywire.app import opened
from partywire.clock import SystemClock
from partywire.config import Config
from partywire.delivery.background import working
from partywire.delivery.feed import Feed
from partywire.domain import messages
from partywire.model.events import Event
from partywire.model.messages import MessageChanges
from partywire.storage import claims, outbox
from partywire.storage.claims import NOBODY
from partywire.storage.database import Database
from partywire.storage.query import Query
from storage import rows

DAY = 24 * 60 * 60 * 1000
SIDS = Query("SELECT sid FROM events ORDER BY arrival", str)


async def append(database: Database, *events: Event) -> None:
    async with database.transaction() as transaction:
        for event in events:
            await outbox.append(transaction, event)


async def test_a_node_tells_what_is_committed_and_forgets_what_is_old(nodes: Nodes) -> None:
    clock = SystemClock()
    database = await nodes.one()
    old = rows.event(1, date=clock.now() - 8 * DAY)
    young = rows.event(2, date=clock.now() - 6 * DAY)
    last = rows.event(3, date=clock.now())
    await append(database, old, young, last)
    while await outbox.is_to_place(database):
        async with database.transaction() as transaction:
            await outbox.place(transaction)
    async with database.transaction() as transaction:
        await rows.everybody_has_read(transaction)

    async with working(resources_of(database, clock)) as feed:
        remaining: list[str] = []
        while remaining != [young.sid, last.sid]:
            remaining = await database.all(SIDS)
            await asyncio.sleep(0.005)
        follow = feed.follow(3)
        fresh = rows.event(4, date=clock.now())
        await append(database, fresh)
        [told] = await asyncio.wait_for(anext(follow), 20)
        assert (told.sid, told.position) == (fresh.sid, 4)


async def test_a_node_that_ends_leaves_its_duties_to_others_and_nothing_running(
    nodes: Nodes,
) -> None:
    database = await nodes.one()
    before = asyncio.all_tasks()
    async with working(resources_of(database, SystemClock())):
        holder = NOBODY
        while holder == NOBODY:
            holder = (await claims.look(database, "prune")).holder
            await asyncio.sleep(0.005)
        assert asyncio.all_tasks() > before
    assert (await claims.look(database, "prune")).holder == NOBODY
    # An answer of the database that was under way may still come.
    await until(lambda: asyncio.all_tasks() == before)


async def test_two_nodes_in_one_process_have_names_of_their_own(nodes: Nodes) -> None:
    database = await nodes.one()
    names = set()
    for _ in range(2):
        async with working(resources_of(database, SystemClock())):
            holder = NOBODY
            while holder == NOBODY:
                holder = (await claims.look(database, "prune")).holder
                await asyncio.sleep(0.005)
            names.add(holder)
    assert len(names) == 2


async def test_background_work_that_ends_by_a_mistake_is_told_of(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def mistaken(_feed: Feed) -> None:
        raise ValueError("no")

    monkeypatch.setattr(Feed, "run", mistaken)
    async with working(resources_of(await nodes.one(), SystemClock())):
        await until(lambda: "background work ended" in caplog.messages)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize("turns", range(6))
async def test_news_that_come_as_a_node_ends_do_not_keep_it_from_ending(
    nodes: Nodes, turns: int
) -> None:
    database = await nodes.one()
    following = asyncio.create_task(Feed(database).run())
    # What opening the database committed is news as well: until it waits for more.
    await until(lambda: not database.news.is_set())
    for _ in range(20):
        await asyncio.sleep(0)

    database.news.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    following.cancel()

    done, _ = await asyncio.wait([following], timeout=20)
    assert done == {following}


async def second_of_two(folder: Path, *, is_at_work: bool) -> str:
    """SID of what a bench with a seed posts, after the first was carried or before."""
    config = Config(
        database=f"sqlite:///{folder}/{is_at_work}.db",
        key_file=f"{folder}/key",
        open_accounts=True,
        handsets=True,
        seed=7,
        frozen_at=NOON,
    )
    hello = MessageChanges(body="hello")
    async with opened(config) as resources:
        call = await call_of(resources)
        talk = await phones(call, ANN)
        first = await messages.create(call, talk.sid, hello)
        if is_at_work:
            async with working(resources):
                delivery = None
                while delivery is None:
                    delivery = (await messages.fetch(call, talk.sid, first.sid)).delivery
                    await asyncio.sleep(0.005)
        return (await messages.create(call, talk.sid, hello)).sid


async def test_what_goes_on_behind_changes_no_sid_of_a_request(tmp_path: Path) -> None:
    carried = await second_of_two(tmp_path, is_at_work=True)
    assert carried == await second_of_two(tmp_path, is_at_work=False)
