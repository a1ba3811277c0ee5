"""What the parts of the race share: a folder, a load generator, databases, a PostgreSQL server."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, Self

from msgspec import Struct
from tools.postgresql import Cluster, cluster

from bench import data, load, servers
from bench.data import Made
from bench.load import Request
from bench.moving import moved
from bench.servers import LAST_CORE, Server

ENGINES = ("SQLite", "PostgreSQL")

# As it comes, and so durable, but with room for the data, and without a checkpoint in the middle
# of somebody's turn.
POSTGRESQL = {"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "1h"}


class NotMeasured(Exception):
    """Something could not be had; the text says why."""


class Pace(Struct, frozen=True):
    """How long is measured: each contestant so many rounds of so many seconds."""

    rounds: int = 5
    seconds: int = 3


class Track:
    """Where the race is run.

    Args:
        folder: of its own; others may look into it, as PostgreSQL may run as somebody else.
        pace: how long is measured.
    """

    def __init__(self, folder: Path, pace: Pace) -> None:
        self.folder = folder
        self.pace = pace
        self.wrk = servers.find_wrk()
        self._made: dict[str, Made] = {}
        self._cluster: Cluster | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def cluster(self) -> Cluster:
        """A PostgreSQL server with fsync on, for as long as the race lasts.

        Raises:
            NotToBeHad: there is none.
        """
        if self._cluster is None:
            self._cluster = self._stack.enter_context(cluster(self.folder, POSTGRESQL))
        return self._cluster

    def made(self, engine: str, **shape: Any) -> Made:
        """A database of that shape on that engine, made once for all that only read it.

        Raises:
            NotToBeHad: it is for PostgreSQL, and there is none.
        """
        key = f"{engine} {sorted(shape.items())}"
        if key not in self._made:
            number = len(self._made)
            if engine == "SQLite":
                say(f"filling a SQLite database: {shape}")
                self._made[key] = asyncio.run(data.made(self.folder / f"data-{number}", **shape))
            else:
                source, server = self.made("SQLite", **shape), self.cluster()
                say("copying it into PostgreSQL")
                url = server.database(f"data_{number}")
                self._made[key] = asyncio.run(moved(source, url))
        return self._made[key]

    def serving(self, made: Made, **options: Any) -> AbstractContextManager[Server]:
        """Partywire on that database."""
        return servers.partywire(made.url, made.key_file, **options)

    def loading(
        self,
        server: Server,
        request: Request,
        connections: int,
        *,
        seconds: int | None = None,
        most: int | None = None,
        core: int | None = LAST_CORE,
    ) -> Callable[[], float]:
        """Measures that request on that server once, when it is called.

        Args:
            server: which.
            request: what is sent.
            connections: how many are kept busy.
            seconds: how long, where that differs from the pace.
            most: the most answers.
            core: where the load comes from.
        """
        limit = seconds or self.pace.seconds
        return lambda: load.rate(
            self.wrk, server.url, request, connections, limit, self.folder, most=most, core=core
        )

    def best(
        self, contestants: Mapping[str, Callable[[], float]], rounds: int | None = None
    ) -> dict[str, float]:
        """The best rate of each, in turns, so that a slow moment of the machine hits all alike."""
        best = dict.fromkeys(contestants, 0.0)
        for _ in range(rounds if rounds and self.pace.rounds > 1 else self.pace.rounds):
            for name, measure in contestants.items():
                best[name] = max(best[name], measure())
        return best


def say(text: str) -> None:
    """Tells whoever waits what is going on; standard output belongs to the tables."""
    print(f"  {text}", file=sys.stderr, flush=True)
