"""The feed under load: each event is seen once, in the one order, whatever happens."""

import asyncio
import contextlib
import itertools
import random
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest

from concurrency.crowd import at_once, crowd
from delivery.followers import LISTENERS, Follower, following, running
from delivery.nodes import Nodes, until
from engines import Side
from harness import account, dev_server
from partywire.model.events import Event
from partywire.storage import outbox
from partywire.storage.database import Database
from partywire.storage.query import Query, Statement
from storage import rows

# Stands for whatever a transaction holds: one row for each conversation.
MAKE = Statement("INSERT INTO claims (duty, holder, beat) VALUES ($1, '', 0)")
COUNT = Statement("UPDATE claims SET beat = beat + 1 WHERE duty = $1")
COUNTED = Query("SELECT beat FROM claims WHERE duty = $1", int)
WRITTEN = Query("SELECT count(*) FROM events", int)


class Course:
    """What happens to two nodes and those who follow them, at random."""

    def __init__(self, nodes: Nodes, chance: random.Random, side: Side | None) -> None:
        self.nodes, self.chance, self.side = nodes, chance, side
        self.numbers = itertools.count(1)

    async def commit(self, node: Database) -> None:
        """A transaction in one or two conversations, in which it counts."""
        talks = sorted(self.chance.sample("abc", self.chance.choice([1, 1, 1, 2])))
        async with node.transaction() as transaction:
            for talk in talks:
                await transaction.run(COUNT, talk)
                count = await transaction.one(COUNTED, talk)
                event = rows.event(next(self.numbers), conversation_sid=talk, payload=str(count))
                await outbox.append(transaction, event)
                if self.chance.random() < 0.3:
                    await asyncio.sleep(self.chance.random() * 0.01)
            if self.chance.random() < 0.1:
                raise _Undone

    async def write(self, node: Database) -> None:
        for _ in range(20):
            with contextlib.suppress(_Undone):
                await self.commit(node)

    async def disturb(self, followers: list[Follower]) -> None:
        for _ in range(15):
            if self.side is not None and self.chance.random() < 0.4:
                for (pid,) in self.side.rows(self.nodes.url, LISTENERS):
                    self.side.rows(self.nodes.url, f"SELECT pg_terminate_backend({pid}, 10000)")
            await self.chance.choice(followers).restart()
            await asyncio.sleep(0.01)


class _Undone(Exception):
    pass


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_each_event_is_seen_once_in_the_one_order(
    nodes: Nodes, engine: str, request: pytest.FixtureRequest, seed: int
) -> None:
    side = request.getfixturevalue("side") if engine == "postgresql" else None
    course = Course(nodes, random.Random(seed), side)
    one, two = await nodes.one(), await nodes.one()
    async with one.transaction() as transaction:
        for talk in "abc":
            await transaction.run(MAKE, talk)

    async with running(one, two) as feeds, following(*feeds, *feeds) as followers:
        writers = [course.write(node) for node in (one, two) for _ in range(3)]
        await asyncio.gather(course.disturb(followers), *writers)
        written = await one.one(WRITTEN) or 0
        assert written >= 60
        for follower in followers:
            await follower.until_seen(written)
        told = await outbox.after(one, 0, 10_000)

    assert [event.position for event in told] == list(range(1, written + 1))
    for follower in followers:
        assert follower.seen == told
    counts: dict[str | None, list[int]] = defaultdict(list)
    for event in told:
        counts[event.conversation_sid].append(int(event.payload))
    assert counts == {talk: list(range(1, len(counts[talk]) + 1)) for talk in "abc"}


async def test_what_other_processes_commit_is_seen_in_the_order_of_each_conversation(
    nodes: Nodes, tmp_path: Path
) -> None:
    node = await nodes.one()
    options = ("--database", nodes.url, "--key-file", f"{tmp_path}/key")
    credentials = account()
    with dev_server(*options) as one, dev_server(*options) as two:
        async with (
            running(node) as [feed],
            following(feed) as [follower],
            crowd(one.url, credentials) as here,
            crowd(two.url, credentials) as there,
        ):
            talks = [(await here.make("/Conversations"))["sid"] for _ in range(2)]

            async def post(number: int) -> None:
                through, talk = (here, there)[number % 2], talks[number // 2 % 2]
                for turn in range(5):
                    await through.make(f"/Conversations/{talk}/Messages", {"Body": f"{turn}"})

            await at_once(post, 12)
            of_messages: list[Event] = []

            def all_there() -> bool:
                of_messages[:] = [e for e in follower.seen if e.kind == "message.added"]
                return len(of_messages) >= 60

            await until(all_there)
    for talk in talks:
        mine = [msgspec.json.decode(e.payload) for e in of_messages if e.conversation_sid == talk]
        assert [message["index"] for message in mine] == list(range(30))
