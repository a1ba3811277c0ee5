"""The engines that the tests run on, and databases of their own on each.

PostgreSQL is started once for a whole run, by the process that the others are children of.
"""

import asyncio
import contextlib
import functools
import json
import os
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, TypeVar

import asyncpg
import pytest

from tools import postgresql

T = TypeVar("T")

ENGINES = ("sqlite", "postgresql")

# For tests that would ask the second engine nothing that it was not asked before.
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)

_URL = "PARTYWIRE_TEST_POSTGRESQL"
_WHY_NOT = "PARTYWIRE_TEST_NO_POSTGRESQL"

_SEEDED = {"schema_version", "cursors"}
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


@contextlib.contextmanager
def running() -> Iterator[None]:
    """PostgreSQL for this process and its children: the server that is named, or one of our own."""
    if _URL in os.environ or _WHY_NOT in os.environ:
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(postgresql.cluster())
            os.environ[_URL] = server.url("")
        except postgresql.NotToBeHad as error:
            os.environ[_WHY_NOT] = str(error)
        try:
            yield
        finally:
            os.environ.pop(_URL, None)
            os.environ.pop(_WHY_NOT, None)


def needed(engine: str) -> None:
    """Skips the test where there is no such engine."""
    if engine == "postgresql" and _URL not in os.environ:
        pytest.skip(os.environ.get(_WHY_NOT, "PostgreSQL was not started"))


class Side:
    """PostgreSQL seen from outside of the program under test, from any kind of test.

    Args:
        connect: makes a connection to a database's URL.
    """

    def __init__(self, connect: Callable[[str], Awaitable[Any]] = asyncpg.connect) -> None:
        self._connect = connect
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connections: dict[str, Any] = {}

    def _wait(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(60)

    def _with(self, url: str, act: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        async def run() -> T:
            connection = self._connections.get(url)
            if connection is None or connection.is_closed():
                connection = self._connections[url] = await self._connect(url)
            return await act(connection)

        return self._wait(run())

    def url(self, name: str) -> str:
        """Where a database of this run is."""
        return f"{os.environ[_URL]}{name}"

    def made(self, name: str) -> str:
        """An empty database of this name; one that is there already is dropped."""
        self.dropped(name)
        self._with(self.url("postgres"), lambda c: c.execute(f'CREATE DATABASE "{name}"'))
        return self.url(name)

    def dropped(self, name: str) -> None:
        """Drops a database, whoever is connected to it."""
        known = self._connections.pop(self.url(name), None)
        if known is not None:
            self._wait(known.close())
        drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
        self._with(self.url("postgres"), lambda c: c.execute(drop))

    def execute(self, url: str, statements: str) -> None:
        """Runs statements of which none takes arguments."""
        self._with(url, lambda c: c.execute(statements))

    def rows(self, url: str, query: str) -> list[tuple[Any, ...]]:
        """What a query answers."""
        return [tuple(row) for row in self._with(url, lambda c: c.fetch(query))]

    def columns(self, url: str, statement: str) -> list[str]:
        """Prepares a statement; returns the names of its answer's columns."""

        async def prepared(connection: Any) -> list[str]:
            return [each.name for each in (await connection.prepare(statement)).get_attributes()]

        return self._with(url, prepared)

    def plan(self, url: str, statement: str) -> dict[str, Any]:
        """How the server means to run a statement whose arguments it does not know yet."""

        async def explained(connection: Any) -> dict[str, Any]:
            arguments = len((await connection.prepare(statement)).get_parameters())
            await connection.execute(f"PREPARE explained AS {statement}")
            nulls = f"({', '.join(['NULL'] * arguments)})" if arguments else ""
            told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE explained{nulls}")
            await connection.execute("DEALLOCATE explained")
            plan: dict[str, Any] = json.loads(told)[0]["Plan"]
            return plan

        return self._with(url, explained)

    def tables(self, url: str) -> list[str]:
        """The names of its tables."""
        return [name for (name,) in self.rows(url, _TABLES)]

    def emptied(self, url: str) -> None:
        """Takes every row out of every table, but for those that the schema itself put there."""
        gone = [f"DELETE FROM {name};" for name in self.tables(url) if name not in _SEEDED]
        back = "UPDATE cursors SET position = 0;" if "cursors" in self.tables(url) else ""
        self.execute(url, f"BEGIN; {' '.join(gone)} {back} COMMIT")

    def contents(self, url: str) -> list[str]:
        """Every row of every table, as text, in an order that says nothing."""
        return [
            f"{name} {row}"
            for name in self.tables(url)
            for row in sorted(self.rows(url, f"SELECT t::text FROM {name} t"))
        ]

    def close(self) -> None:
        """Ends the connections."""
        for connection in self._connections.values():
            self._wait(connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@functools.cache
def outside() -> Side:
    """The one ``Side`` that all tests of this process share."""
    return Side()


def let_go() -> None:
    """Ends its connections."""
    if outside.cache_info().currsize:
        outside().close()
        outside.cache_clear()


def contents(url: str) -> list[str]:
    """Every row of a database that nobody has open, as text."""
    if url.startswith("postgresql:"):
        return outside().contents(url)
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return list(connection.iterdump())
