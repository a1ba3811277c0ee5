"""The feed: whoever follows it is told of what was committed, here and on other nodes."""

import asyncio
import contextlib

import pytest

from delivery.followers import LISTENERS, following, running
from delivery.nodes import Nodes, until
from engines import ON_POSTGRESQL, Side
from partywire.delivery import feed as feeding
from partywire.delivery.feed import Feed
from partywire.model.events import Event
from partywire.storage import outbox, postgresql_listener
from partywire.storage.database import Database, StorageFailure
from storage import rows

NEVER = 3600.0


@pytest.fixture
def no_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks into the outbox without a hint."""
    monkeypatch.setattr(feeding, "_LOOKING_SECONDS", NEVER)


async def append(database: Database, *numbers: int) -> None:
    async with database.transaction() as transaction:
        for number in numbers:
            await outbox.append(transaction, rows.event(number))


async def idle(database: Database, feed: Feed) -> None:
    """Waits until the feed has looked, and waits for the next hint."""
    database.news.set()
    while database.news.is_set():
        went_on = feed._went_on
        await until(lambda seen=went_on: feed._went_on is not seen)  # type: ignore[misc]


def sids(*numbers: int) -> list[str]:
    return [rows.event(number).sid for number in numbers]


async def test_who_follows_sees_what_was_there_and_what_comes(nodes: Nodes) -> None:
    node = await nodes.one()
    await append(node, 1, 2)
    async with running(node) as [feed], following(feed) as [follower]:
        await until(lambda: follower.sids == sids(1, 2))
        await append(node, 3)
        await until(lambda: follower.sids == sids(1, 2, 3))
        assert [event.position for event in follower.seen] == [1, 2, 3]


async def test_who_follows_from_a_position_sees_what_is_beyond_it(nodes: Nodes) -> None:
    node = await nodes.one()
    async with running(node) as [feed], following(feed) as [first]:
        await append(node, 1, 2, 3)
        await until(lambda: len(first.seen) == 3)
        async with following(feed, position=2) as [second]:
            await until(lambda: second.sids == sids(3))


async def test_who_follows_from_now_on_sees_nothing_older(nodes: Nodes) -> None:
    node = await nodes.one()
    async with running(node) as [feed], following(feed) as [first]:
        await append(node, 1, 2)
        await until(lambda: len(first.seen) == 2)
        follow = feed.follow()
        late = asyncio.ensure_future(anext(follow))
        while not late.done():
            await append(node, len(first.seen) + 1)
            await first.until_seen(len(first.seen) + 1)
        beyond = await late
        # One more may have been written before it was seen to be there.
        begin = first.seen.index(beyond[0])
        assert beyond == first.seen[begin : begin + len(beyond)]
        assert beyond[0].position is not None
        assert beyond[0].position > 2
        await follow.aclose()  # type: ignore[attr-defined]


async def test_many_events_come_a_part_at_a_time(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "_MOST_AT_ONCE", 10)
    node = await nodes.one()
    await append(node, *range(1, 36))
    async with running(node) as [feed]:
        async with following(feed) as [first]:
            await first.until_seen(35)
        async with following(feed) as [second]:
            await second.until_seen(35)
            assert second.batches == 4
            assert second.sids == sids(*range(1, 36))


@pytest.mark.usefixtures("no_looking")
async def test_one_s_own_commits_come_without_looking(nodes: Nodes) -> None:
    node = await nodes.one()
    async with running(node) as [feed], following(feed) as [follower]:
        for number in range(1, 6):
            await append(node, number)
            await follower.until_seen(number)


@pytest.mark.usefixtures("no_looking")
async def test_a_commit_that_comes_alone_waits_for_no_others(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await nodes.one()
    async with running(node) as [feed], following(feed) as [follower]:
        await idle(node, feed)
        monkeypatch.setattr(feeding, "_GATHERING_SECONDS", NEVER)
        await append(node, 1)
        await follower.until_seen(1)


@pytest.mark.usefixtures("no_looking")
async def test_what_comes_between_a_look_and_the_wait_for_more_is_not_missed(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await nodes.one()
    after, looks = outbox.after, 0

    async with running(node) as [feed]:

        async def slow(database: Database, position: int, limit: int) -> list[Event]:
            nonlocal looks
            found = await after(database, position, limit)
            looks += 1
            if looks == 1:
                went_on = feed._went_on
                await append(node, 1)
                await until(lambda: feed._went_on is not went_on)
            return found

        monkeypatch.setattr(outbox, "after", slow)
        async with following(feed) as [follower]:
            await follower.until_seen(1)
            assert looks >= 2


@ON_POSTGRESQL
@pytest.mark.usefixtures("no_looking")
async def test_commits_of_another_node_are_heard_of(nodes: Nodes) -> None:
    one, two = await nodes.one(), await nodes.one()
    async with running(one, two) as feeds, following(*feeds) as [here, there]:
        for number in range(1, 6):
            await append(one, number)
            await there.until_seen(number)
        await until(lambda: here.seen == there.seen)


@ON_POSTGRESQL
@pytest.mark.usefixtures("no_looking")
async def test_what_was_said_while_nobody_could_hear_it_is_looked_for(
    nodes: Nodes, side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = await nodes.one(), await nodes.one()
    connect, gate, deaf = postgresql_listener.connect, asyncio.Event(), 0

    async def held_up(url: str) -> object:
        nonlocal deaf
        deaf += 1
        await gate.wait()
        return await connect(url)

    async with running(one, two) as feeds, following(*feeds) as [here, there]:
        await append(one, 1)
        await until(lambda: len(side.rows(nodes.url, LISTENERS)) == 2)
        monkeypatch.setattr(postgresql_listener, "connect", held_up)
        for (pid,) in side.rows(nodes.url, LISTENERS):
            side.rows(nodes.url, f"SELECT pg_terminate_backend({pid}, 10000)")
        await until(lambda: deaf == 2)
        await idle(two, feeds[1])
        await append(one, 2)
        await until(lambda: here.sids == sids(1, 2))
        assert there.sids == sids(1)
        gate.set()
        await until(lambda: there.sids == sids(1, 2))


async def test_a_node_that_hears_nothing_sees_everything_later(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, deaf = await nodes.one(), await nodes.one()
    monkeypatch.setattr(deaf, "listening", contextlib.nullcontext)
    async with running(one, deaf) as feeds, following(*feeds) as [here, there]:
        await append(one, 1, 2)
        await append(one, 3)
        await until(lambda: there.sids == here.sids == sids(1, 2, 3))


@ON_POSTGRESQL
async def test_events_of_a_node_that_died_are_placed_by_another(nodes: Nodes) -> None:
    died, lives = await nodes.one(), await nodes.one()
    await append(died, 1, 2)
    assert await outbox.is_to_place(lives)
    async with running(lives) as [feed], following(feed) as [follower]:
        await until(lambda: follower.sids == sids(1, 2))


@pytest.mark.parametrize(
    ("error", "said"),
    [(StorageFailure("it is not there"), "the feed waits"), (ValueError("no"), "the feed failed")],
)
async def test_a_feed_that_was_in_trouble_goes_on(
    nodes: Nodes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    said: str,
) -> None:
    node = await nodes.one()
    is_to_place, failures = outbox.is_to_place, [error, error]

    async def troubled(database: Database) -> bool:
        if failures:
            raise failures.pop()
        return await is_to_place(database)

    monkeypatch.setattr(outbox, "is_to_place", troubled)
    async with running(node) as [feed]:
        await append(node, 1)
        async with following(feed) as [follower]:
            await until(lambda: follower.sids == sids(1))
            await until(lambda: not failures)
    assert sum(said in message for message in caplog.messages) == 2


async def test_who_follows_is_told_that_the_outbox_cannot_be_read(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await nodes.one()

    async def gone(*_asked: object) -> list[Event]:
        raise StorageFailure("it is not there")

    async with running(node) as [feed]:
        monkeypatch.setattr(outbox, "after", gone)
        with pytest.raises(StorageFailure, match="it is not there"):
            await anext(feed.follow(0))
