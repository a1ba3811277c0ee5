"""Several processes that serve on one socket, started, watched and stopped by one that does not.

Each is this very command, told by its environment that it is a worker and what it inherits. A
worker that dies is replaced; when the parent dies the workers see it and stop.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Callable
from time import monotonic
from typing import Final

from msgspec import Struct
from msgspec.structs import asdict, replace

_PLACE: Final = "PARTYWIRE_WORKER"
_NOTIFY: Final = "NOTIFY_SOCKET"  # systemd hears of the parent only
_WISHES: Final = (signal.SIGINT, signal.SIGTERM)
_STARTING_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 1.0  # between two lives of one worker

_log = logging.getLogger("partywire")


class Place(Struct, frozen=True):
    """What a worker is told.

    Attributes:
        number: from 1.
        listening: the file descriptor of the socket to which clients come.
        scraped: that of the one on which ``/metrics`` is; None if it is not served.
        folder: what the workers share while they live.
    """

    number: int
    listening: int
    scraped: int | None
    folder: str


def ours() -> Place | None:
    """What this process was told as a worker; None if it is none."""
    told = os.environ.get(_PLACE)
    return None if told is None else Place(**json.loads(told))


def stop_with_parent() -> None:
    """Asks this worker to stop as soon as its parent is gone."""
    loop = asyncio.get_running_loop()

    def gone() -> None:
        # Nothing is ever written there: to be readable is to be at the end.
        loop.remove_reader(sys.stdin.fileno())
        os.kill(os.getpid(), signal.SIGTERM)

    loop.add_reader(sys.stdin.fileno(), gone)


class DidNotStart(Exception):
    """A worker ended before it was ready, after it had said why.

    Args:
        code: its exit code; negative if a signal ended it.
    """

    def __init__(self, code: int) -> None:
        super().__init__(f"a worker did not start: it ended with {code}")
        self.code = code


class Workers:
    """The parent of a number of workers.

    Args:
        count: how many.
        place: what each is told, but for its number.
        ready: called once all accept connections.
        leave: called once no more workers will be started: lets go of what they inherit.
    """

    def __init__(
        self, count: int, place: Place, ready: Callable[[], None], leave: Callable[[], None]
    ) -> None:
        self._count = count
        self._place = place
        self._ready = ready
        self._leave = leave
        self._alive: set[Process] = set()
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Returns once all workers have ended because this process was asked to stop.

        Raises:
            DidNotStart: one of them did not.
        """
        loop = asyncio.get_running_loop()
        for wish in _WISHES:
            loop.add_signal_handler(wish, self._stop)
        numbers = range(1, self._count + 1)
        starting = [asyncio.create_task(self._started(number)) for number in numbers]
        try:
            first = await asyncio.gather(*starting)
            if not self._stopping.is_set():
                self._ready()
            await asyncio.gather(*(self._kept(*each) for each in zip(numbers, first, strict=True)))
        finally:
            if not self._stopping.is_set():
                self._stop()
            await asyncio.wait(starting)
            await asyncio.gather(*(process.wait() for process in self._alive))
            for wish in _WISHES:
                loop.remove_signal_handler(wish)

    def _stop(self) -> None:
        """Passes the wish on: the first drains the workers, the second cuts them short."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._leave()
        for process in self._alive:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()

    async def _started(self, number: int) -> Process | None:
        """A worker that accepts connections; None if all are to end.

        Raises:
            DidNotStart: it ended before.
        """
        if self._stopping.is_set():
            return None
        place = replace(self._place, number=number)
        inherited = (place.listening, place.scraped)
        environment = {key: value for key, value in os.environ.items() if key != _NOTIFY}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "partywire", *sys.argv[1:]),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=[each for each in inherited if each is not None],
            env={**environment, _PLACE: json.dumps(asdict(place))},
            # A terminal's Ctrl-C is for the parent, which passes it on.
            start_new_session=True,
        )
        self._alive.add(process)
        if self._stopping.is_set():
            process.terminate()
        if await _is_ready(process):
            return process
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        code = await process.wait()
        self._alive.discard(process)
        if self._stopping.is_set():
            return None
        raise DidNotStart(code)

    async def _kept(self, number: int, process: Process | None) -> None:
        """Waits for a worker's end, and replaces it unless all are to end."""
        while process is not None:
            began = monotonic()
            code = await process.wait()
            self._alive.discard(process)
            if self._stopping.is_set():
                return
            _log.error("Worker %d ended with %d: another one takes its place", number, code)
            if monotonic() - began < _PAUSE_SECONDS:
                await self._pause()
            process = await self._replaced(number)

    async def _replaced(self, number: int) -> Process | None:
        """The worker that follows; what it needs may come back, and the others go on meanwhile."""
        while not self._stopping.is_set():
            try:
                return await self._started(number)
            except DidNotStart as error:
                _log.error("Worker %d did not start: it ended with %d", number, error.code)
            except OSError as error:
                _log.error("Worker %d cannot be started: %s", number, error.strerror)
            await self._pause()
        return None

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PAUSE_SECONDS):
                await self._stopping.wait()


async def _is_ready(process: Process) -> bool:
    """Whether the worker says that it accepts connections, in time."""
    if process.stdout is None:
        return False
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_STARTING_SECONDS):
            return bool(await process.stdout.readline())
    return False
