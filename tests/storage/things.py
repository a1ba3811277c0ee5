"""A database of one small table, whose connections tests can watch and disturb."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import apsw

from partywire.storage.query import Query, Statement
from partywire.storage.sqlite import SqliteDatabase, connect

NAMES = Query("SELECT name FROM things ORDER BY name", str)
ADD = Statement("INSERT INTO things (name, bulk) VALUES ($1, zeroblob($2))")
CLEAR = Statement("DELETE FROM things")
_CREATE = Statement("CREATE TABLE things (name TEXT PRIMARY KEY, bulk BLOB)")


class Things:
    """The database, and what its connections ran.

    Attributes:
        commits: how many transactions were made durable.
        breaks: what a COMMIT fails with, by its number from 1.
        gate: a COMMIT waits until it is set.
        committing: set once a COMMIT has begun.
        long_gate, running_long: the same for ``CLEAR``.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.connections: list[apsw.Connection] = []
        self.commits = 0
        self.breaks: dict[int, Exception] = {}
        self.gate, self.committing = threading.Event(), threading.Event()
        self.long_gate, self.running_long = threading.Event(), threading.Event()
        self.gate.set()
        self.long_gate.set()
        self.database = SqliteDatabase(file, self._connect)

    def _connect(self, file: Path) -> apsw.Connection:
        connection = connect(file)
        connection.exec_trace = self._ran
        self.connections.append(connection)
        return connection

    def _ran(self, _cursor: object, text: str, _arguments: object) -> bool:
        if text == "COMMIT":
            self.commits += 1
            self.committing.set()
            number = self.commits
            assert self.gate.wait(30)
            if number in self.breaks:
                raise self.breaks[number]
        elif text == CLEAR.numbered:
            self.running_long.set()
            assert self.long_gate.wait(30)
        return True

    def hold_commits(self) -> None:
        """From now on a COMMIT begins, and ends only when the gate is set."""
        self.committing.clear()
        self.gate.clear()

    def pragma(self, text: str) -> None:
        """Sets a pragma on every connection."""
        for connection in self.connections:
            connection.execute(f"PRAGMA {text}")

    async def add(self, *names: str, bulk: int = 0) -> None:
        """Adds several in one transaction."""
        async with self.database.transaction() as transaction:
            for name in names:
                await transaction.run(ADD, name, bulk)

    async def names(self) -> list[str]:
        """What readers of this process see."""
        return await self.database.all(NAMES)

    def names_elsewhere(self) -> list[str]:
        """What another connection sees: what is durable."""
        with apsw.Connection(str(self.file)) as other:
            found = [name for (name,) in other.execute(NAMES.text)]
        other.close()
        return found

    def locked(self) -> apsw.Connection:
        """Another connection that holds the write lock; closing it lets go."""
        other = apsw.Connection(str(self.file))
        other.execute("BEGIN IMMEDIATE")
        return other


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[Things]:
    made = Things(file)
    async with made.database.transaction() as transaction:
        await transaction.run(_CREATE)
    made.commits = 0
    yield made
    made.gate.set()
    made.long_gate.set()
    await made.database.close()


async def settled() -> None:
    """Returns when every task has gone as far as it can without I/O."""
    for _ in range(20):
        await asyncio.sleep(0)


async def began_to_commit(things: Things) -> None:
    assert await asyncio.to_thread(things.committing.wait, 30)
