"""Servers under measurement, each on the first core; the load runs on the last."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

FIRST_CORE, LAST_CORE = min(os.sched_getaffinity(0)), max(os.sched_getaffinity(0))


def _started(command: list[str], environment: dict[str, str] | None = None) -> subprocess.Popen:
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, **(environment or {})}
    )
    os.sched_setaffinity(process.pid, {FIRST_CORE})
    return process


@contextlib.contextmanager
def _ended(process: subprocess.Popen) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


@contextlib.contextmanager
def partywire(database: Path) -> Iterator[str]:
    """`partywire serve` on this database; yields its URL."""
    command = ["-m", "partywire", "serve", "--port", "0", "--database", f"sqlite:///{database}"]
    process = _started([sys.executable, *command])
    with _ended(process):
        yield re.match(rb"ready (\S+)", process.stdout.readline())[1].decode()


@contextlib.contextmanager
def bare(body: Path, status: int) -> Iterator[str]:
    """Bare ASGI with these bytes; yields its URL."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    options = ["--port", str(port), "--no-access-log", "--no-server-header", "--no-proxy-headers"]
    levels = ["--log-level", "warning", "--lifespan", "off", "--http", "httptools"]
    command = [sys.executable, "-m", "uvicorn", "bench.bare:app", *options, *levels]
    process = _started(command, {"BARE_BODY": str(body), "BARE_STATUS": str(status)})
    with _ended(process):
        _await_port(port)
        yield f"http://127.0.0.1:{port}"


def _await_port(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError("the bare server did not start")
