"""Feeds that run, and those who follow them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from delivery.nodes import ended, until
from partywire.delivery.feed import Feed
from partywire.model.events import Event
from partywire.storage.database import Database

# The connections that hear of other nodes' commits.
LISTENERS = """SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND (query LIKE 'LISTEN%' OR query = 'SELECT 1')"""


class Follower:
    """Somebody who follows a feed, and remembers what they saw across restarts."""

    def __init__(self, feed: Feed, position: int | None = 0) -> None:
        self.seen: list[Event] = []
        self.batches = 0
        self._feed, self._from = feed, position
        self.task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        at = self.seen[-1].position if self.seen else self._from
        async for events in self._feed.follow(at):
            self.batches += 1
            self.seen += events

    async def restart(self) -> None:
        await ended(self.task)
        self.task = asyncio.create_task(self._follow())

    async def until_seen(self, number: int) -> None:
        """Waits until they have seen so many events."""
        await until(lambda: len(self.seen) >= number)

    @property
    def sids(self) -> list[str]:
        return [event.sid for event in self.seen]


@asynccontextmanager
async def running(*databases: Database) -> AsyncIterator[list[Feed]]:
    """A feed for each node, for as long as the block lasts."""
    feeds = [Feed(database) for database in databases]
    tasks = [asyncio.create_task(feed.run()) for feed in feeds]
    try:
        yield feeds
        assert [task.done() for task in tasks] == [False] * len(tasks)
    finally:
        for task in tasks:
            await ended(task)


@asynccontextmanager
async def following(*feeds: Feed, position: int | None = 0) -> AsyncIterator[list[Follower]]:
    followers = [Follower(feed, position) for feed in feeds]
    try:
        yield followers
    finally:
        for follower in followers:
            await ended(follower.task)
