"""A PostgreSQL database of one small table, and ways to look at who waits in it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from engines import Side
from partywire.storage.dialect import definition
from partywire.storage.postgresql import PostgresqlDatabase
from partywire.storage.query import Query, Statement

CREATE = definition(
    """CREATE TABLE things (name TEXT PRIMARY KEY, parent TEXT REFERENCES things (name),
    number BIGINT NOT NULL DEFAULT 0)"""
)
NAMES = Query("SELECT name FROM things ORDER BY name", str)
NUMBER = Query("SELECT number FROM things WHERE name = $1", int)
ADD = Statement("INSERT INTO things (name) VALUES ($1)")
ADD_BELOW = Statement("INSERT INTO things (name, parent) VALUES ($1, $2)")
SET = Statement("UPDATE things SET number = $2 WHERE name = $1")
PID = Query("SELECT pg_backend_pid()", int)
SLEEP = Statement("SELECT pg_sleep($1)")

OURS = "application_name = 'partywire' AND datname = current_database()"
OPEN = f"SELECT count(*)::int FROM pg_stat_activity WHERE {OURS}"
IN_TRANSACTION = f"{OPEN} AND state LIKE 'idle in transaction%'"

PATIENCE = 20.0  # seconds


class Little:
    """The database, and the same from outside."""

    def __init__(self, database: PostgresqlDatabase, side: Side, url: str) -> None:
        self.database, self.side, self.url = database, side, url

    async def add(self, *names: str) -> None:
        """Adds several in one transaction."""
        async with self.database.transaction() as transaction:
            for name in names:
                await transaction.run(ADD, name)

    async def names(self) -> list[str]:
        return await self.database.all(NAMES)

    def ask(self, query: str) -> int:
        """A number that is seen from outside."""
        found: int = self.side.rows(self.url, query)[0][0]
        return found

    def end(self, pid: int) -> None:
        """Ends a connection from outside, and waits until it has ended."""
        assert self.side.rows(self.url, f"SELECT pg_terminate_backend({pid}, 10000)") == [(True,)]

    async def until(self, query: str, wanted: int) -> None:
        """Waits until the query answers this number."""
        deadline = time.monotonic() + PATIENCE
        while self.ask(query) != wanted:
            assert time.monotonic() < deadline, query
            await asyncio.sleep(0.005)

    async def until_waiting(self, number: int = 1) -> None:
        """Waits until so many wait for a lock that another one holds."""
        await self.until(
            """SELECT count(*)::int FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'""",
            number,
        )

    async def until_sleeping(self) -> None:
        """Waits until somebody sleeps."""
        asleep = "SELECT count(*)::int FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        await self.until(f"{asleep} AND datname = current_database()", 1)


@asynccontextmanager
async def opened(side: Side, url: str, connections: int) -> AsyncIterator[Little]:
    side.execute(url, "TRUNCATE things")
    database = PostgresqlDatabase(url, connections)
    yield Little(database, side, url)
    await database.close()


async def assert_whole(little: Little, *names: str) -> None:
    """The database holds these, nothing is half done, and every connection serves again."""
    assert await little.names() == sorted(names)
    await asyncio.gather(*(little.names() for _ in range(20)))
    await little.add("zzz")
    assert await little.names() == [*sorted(names), "zzz"]
    assert little.ask(IN_TRANSACTION) == 0
    assert little.ask(OPEN) <= little.database.pool.size
