"""Servers under measurement, each on the first core; the load runs on the last."""

import contextlib
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

FIRST_CORE, LAST_CORE = min(os.sched_getaffinity(0)), max(os.sched_getaffinity(0))
STARTING_SECONDS = 60.0
STOPPING_SECONDS = 20.0


class NotStarted(Exception):
    """A server did not start; the text is the end of what it said."""


class Server(Struct, frozen=True):
    """A running server."""

    url: str
    pid: int

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        place = urlsplit(self.url)
        return place.hostname or "", place.port or 0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(
    command: list[str],
    log: Path,
    *,
    environment: dict[str, str] | None = None,
    core: int | None = FIRST_CORE,
    folder: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, ended with the block; what it says goes to ``log``."""
    pinned = [] if core is None else ["taskset", "-c", str(core)]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*pinned, *command],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**os.environ, **(environment or {})},
            cwd=folder,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOPPING_SECONDS)
        # Whatever it started and left behind is in its group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.unlink()  # nobody reads it any more, and a log of requests grows fast


def await_that(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when the server is ready.

    Raises:
        NotStarted: it ended, or took too long.
    """
    deadline = time.monotonic() + STARTING_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotStarted(log.read_text(errors="replace")[-1000:])
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Whether anything answers there, be it with an error."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextlib.contextmanager
def partywire(
    database: str,
    key_file: Path,
    *,
    workers: int = 1,
    access_log: bool = False,
    core: int | None = FIRST_CORE,
    options: tuple[str, ...] = (),
) -> Iterator[Server]:
    """`partywire serve` on this database, by so many processes."""
    command = [sys.executable, "-m", "partywire", "serve", "--port", "0"]
    command += ["--database", database, "--key-file", str(key_file), "--workers", str(workers)]
    command += ["--access-log" if access_log else "--no-access-log", *options]
    log = key_file.with_name(f"serve-{time.time_ns()}.log")
    with running(command, log, core=core) as process:

        def found() -> re.Match[bytes] | None:
            return re.search(rb"^ready (\S+)$", log.read_bytes(), re.MULTILINE)

        await_that(lambda: found() is not None, process, log)
        ready = found()
        assert ready is not None
        yield Server(ready[1].decode(), process.pid)


def bare(body: Path, status: int, core: int | None = FIRST_CORE) -> AbstractContextManager[Server]:
    """Bare ASGI with these bytes."""
    environment = {"BARE_BODY": str(body), "BARE_STATUS": str(status)}
    return _uvicorn("bench.bare:app", body.with_suffix(".log"), environment, core, "--ws", "none")


def bare_sockets(folder: Path) -> AbstractContextManager[Server]:
    """The bare WebSocket, as we have uvicorn serve ours: without compression and its own pings."""
    log = folder / f"sockets-{time.time_ns()}.log"
    plain = ("--ws-per-message-deflate", "false", "--ws-ping-interval", "0")
    options = ("--ws", "websockets-sansio", *plain)
    return _uvicorn("bench.sockets.bare:app", log, {}, FIRST_CORE, *options)


@contextlib.contextmanager
def _uvicorn(
    app: str, log: Path, environment: dict[str, str], core: int | None, *options: str
) -> Iterator[Server]:
    port = free_port()
    quiet = ["--no-access-log", "--no-server-header", "--no-proxy-headers", "--lifespan", "off"]
    chosen = ["--port", str(port), "--log-level", "warning", "--http", "httptools", *options]
    command = [sys.executable, "-m", "uvicorn", app, *quiet, *chosen]
    url = f"http://127.0.0.1:{port}"
    with running(command, log, environment=environment, core=core) as process:
        await_that(lambda: answers(url), process, log)
        yield Server(url, process.pid)


@contextlib.contextmanager
def many_files() -> Iterator[None]:
    """Lets this process, and what it starts meanwhile, open as many files as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """Keeps this process, which is the load itself, to one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def resident_kib(pid: int) -> int:
    """The memory that a process and its children occupy, each page counted once."""
    family = [pid]
    for parent in family:
        listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        family += [int(child) for child in listed.split()]
    rollups = (Path(f"/proc/{each}/smaps_rollup").read_text() for each in family)
    return sum(int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1]) for text in rollups)


def find_wrk() -> str:
    """The load generator, installed from the system's packages where that can be done."""
    found = shutil.which("wrk")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 300}
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(["apt-get", "update"], check=False, **quiet)
            subprocess.run(["apt-get", "install", "-y", "wrk"], check=False, **quiet)
        found = shutil.which("wrk")
    if found is None:
        sys.exit("make bench needs wrk: install it with the system's package manager")
    return found
