"""What one process has counted, and how the workers of a server put theirs together.

Each worker writes its figures into a folder that all share, once in a second and before it answers
itself; whichever of them is asked answers with everybody's. So a worker need not be reached to be
counted, and no figure ever goes back.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final, Protocol

import msgspec

from partywire.clock import SystemClock
from partywire.log_lines import LogLines
from partywire.wire.http.traffic import Traffic

_EVERY_SECONDS: Final = 1.0
_GONE_SECONDS: Final = 10.0  # without news, a worker is dead

_RESIDENT: Final = Path("/proc/self/statm")
_OPEN: Final = Path("/proc/self/fd")


class Spent(msgspec.Struct, frozen=True):
    """How often something was done, and what all of it took."""

    count: int
    seconds: float


class Timings(Protocol):
    """What a database says of its time."""

    reads: int
    read_seconds: float
    transactions: int
    transaction_seconds: float


class Load(Protocol):
    """What a server has open."""

    @property
    def connections(self) -> int:
        """Connections of clients."""

    @property
    def sockets(self) -> int:
        """Those of them that are sockets of the chat SDK."""

    @property
    def in_flight(self) -> int:
        """Requests that have not been answered."""


class Happened(msgspec.Struct, frozen=True):
    """What happened on one route: see ``traffic.Route``."""

    method: str
    template: str
    statuses: dict[int, int]
    buckets: list[int]
    seconds: float


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one process knows of itself.

    Attributes:
        worker: its number among the server's.
        written: when these figures were taken, in seconds since 1970-01-01T00:00:00Z.
        started: when it began to count, likewise.
        draining: whether it is on its way out.
        connections: how many clients have open.
        sockets: how many of these are sockets of the chat SDK.
        in_flight: how many requests are being answered.
        lines_dropped: log lines that were never written.
        resident: bytes of memory; None where the system does not say.
        open_files: open descriptors, likewise.
        processor_seconds: of user and system.
        database: by kind of use; empty where the database does not say.
        routes: those at which anything happened.
    """

    worker: int
    written: float
    started: float
    draining: bool
    connections: int
    sockets: int
    in_flight: int
    lines_dropped: int
    resident: int | None
    open_files: int | None
    processor_seconds: float
    database: dict[str, Spent]
    routes: list[Happened]


def _now() -> float:
    return SystemClock().now() / 1000


def _resident() -> int | None:
    try:
        return int(_RESIDENT.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def _open_files() -> int | None:
    try:
        return sum(1 for _ in _OPEN.iterdir())
    except OSError:
        return None


class Counter:
    """Takes this process's figures.

    Args:
        traffic: its requests.
        load: its connections.
        draining: whether it is on its way out.
        timings: its time in the database, if that is known.
        log: its log, if there is one.
        worker: its number among the server's.
    """

    def __init__(
        self,
        traffic: Traffic,
        load: Load,
        draining: Callable[[], bool],
        timings: Timings | None = None,
        log: LogLines | None = None,
        worker: int = 1,
    ) -> None:
        self.worker = worker
        self._traffic = traffic
        self._load = load
        self._draining = draining
        self._timings = timings
        self._log = log
        self._started = _now()

    def figures(self) -> Figures:
        """As they are now."""
        return Figures(
            worker=self.worker,
            written=_now(),
            started=self._started,
            draining=self._draining(),
            connections=self._load.connections,
            sockets=self._load.sockets,
            in_flight=self._load.in_flight,
            lines_dropped=0 if self._log is None else self._log.dropped,
            resident=_resident(),
            open_files=_open_files(),
            processor_seconds=time.process_time(),
            database=self._database(),
            routes=self._routes(),
        )

    def _database(self) -> dict[str, Spent]:
        timings = self._timings
        if timings is None:
            return {}
        return {
            "read": Spent(timings.reads, timings.read_seconds),
            "transaction": Spent(timings.transactions, timings.transaction_seconds),
        }

    def _routes(self) -> list[Happened]:
        return [
            Happened(
                route.method,
                route.template,
                {status: outcome.count for status, outcome in route.outcomes.items()},
                list(route.buckets),
                route.seconds,
            )
            for route in self._traffic.routes
        ]


class Shared:
    """The figures of all workers.

    Args:
        counter: of this worker.
        folder: where all workers write theirs; None if there are no others.
    """

    def __init__(self, counter: Counter, folder: Path | None) -> None:
        self._counter = counter
        self._folder = folder

    def everybody(self) -> list[Figures]:
        """The figures of each worker that lives, by its number."""
        if self._folder is None:
            return [self._counter.figures()]
        self._write(self._folder)
        found = [msgspec.json.decode(one, type=Figures) for one in _contents(self._folder)]
        lately = _now() - _GONE_SECONDS
        return sorted((one for one in found if one.written > lately), key=lambda one: one.worker)

    def _write(self, folder: Path) -> None:
        """Puts this worker's figures where the others find them."""
        file = folder / f"worker-{self._counter.worker}.json"
        beside = file.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(self._counter.figures()))
        beside.replace(file)

    @contextlib.asynccontextmanager
    async def written(self) -> AsyncIterator[None]:
        """Keeps what the others find new, for as long as the block lasts."""
        if self._folder is None:
            yield
            return
        writing = asyncio.create_task(self._keep_writing(self._folder))
        try:
            yield
        finally:
            writing.cancel()
            await asyncio.wait([writing])

    async def _keep_writing(self, folder: Path) -> None:
        while True:
            # A full disk is no reason to stop serving; the figures grow old, and then vanish.
            with contextlib.suppress(OSError):
                self._write(folder)
            await asyncio.sleep(_EVERY_SECONDS)


def _contents(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.glob("worker-*.json")]
