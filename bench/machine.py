"""Where and when it was measured, and with which versions."""

import contextlib
import datetime as dt
import os
import platform
import re
import shutil
import struct
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import apsw

from bench.track import Pace
from tools import postgresql

ROOT = Path(__file__).parent.parent

# Linux's: the longest that a core may take to come back, in microseconds, while it is held open.
_LATENCY = Path("/dev/cpu_dma_latency")


@contextlib.contextmanager
def awake() -> Iterator[bool]:
    """Asks that idle cores do not sleep, for as long as the block lasts.

    Otherwise who answers a load generator that waits pays for waking its core, and who answers
    one that never gets to wait does not (decisions/0042).

    Yields:
        Whether that could be asked: it takes Linux, and a user who may.
    """
    with contextlib.ExitStack() as stack:
        try:
            held = stack.enter_context(_LATENCY.open("wb", buffering=0))
            held.write(struct.pack("=i", 0))
        except OSError:
            yield False
        else:
            yield True


def said_by(*command: str) -> str:
    """The first line that a program says; empty where it is not there."""
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    return next(iter((done.stdout + done.stderr).splitlines()), "").strip()


def _hardware() -> str:
    described = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)", described, re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    virtual = " (virtual)" if re.search(r"^flags.*\bhypervisor\b", described, re.MULTILINE) else ""
    return f"{model[1] if model else platform.machine()}{virtual}, {cores} cores, {memory:.0f} GiB"


def _revision() -> str:
    git = ["git", "-C", str(ROOT)]
    commit = said_by(*git, "describe", "--always", "--abbrev=10", "--dirty=, changed")
    return commit or "unknown"


def _postgresql() -> str:
    try:
        program = postgresql.binaries() / "postgres"
    except postgresql.NotToBeHad:
        return "no PostgreSQL"
    return said_by(str(program), "--version").replace("postgres (PostgreSQL)", "PostgreSQL")


def described(pace: Pace, *, is_awake: bool) -> str:
    """One paragraph of Markdown; ``is_awake``: see ``awake``."""
    idle = "Idle cores stayed awake." if is_awake else "Idle cores slept (decisions/0042)."
    wrk = re.search(r"wrk \S+", said_by("wrk", "-v"))
    versions = [
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
        f"SQLite {apsw.sqlite_lib_version()}",
        _postgresql(),
        *(f"{name} {version(name)}" for name in ("uvicorn", "uvloop", "asyncpg")),
        wrk[0] if wrk else "wrk",
    ]
    node = said_by("node", "--version")
    versions += [f"Node {node.removeprefix('v')}"] if node else []
    today = dt.datetime.now(dt.UTC).date()
    return (
        f"**Where and when.** {today}, revision {_revision()}; {_hardware()}; "
        f"{', '.join(versions)}. {pace.rounds} rounds of {pace.seconds} s. {idle}\n"
    )
