"""What a command writes to stderr while it serves: stdout belongs to the ready line.

Structured, each line is one JSON object. What an exception says stays out of it, as that may be
what a client sent; its type, and where it was raised, are there.
"""

import contextlib
import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from partywire.log_lines import LinesHandler, LogLines
from partywire.wire.http.times import date

_ASIDE: Final = ("method", "route", "request")  # of the request in question
DIED: Final = 70


class Structured(logging.Formatter):
    """One JSON object for each record: time, level, logger, message, and what else is known."""

    def format(self, record: logging.LogRecord) -> str:
        """The record in one line."""
        milliseconds = int(record.created * 1000)
        second = date(milliseconds - milliseconds % 1000)[:-1]
        said: dict[str, object] = {
            "time": f"{second}.{milliseconds % 1000:03d}Z",
            "level": record.levelname,
            "logger": record.name,
            # asyncio goes on with what an exception says.
            "message": record.getMessage().strip().partition("\n")[0],
        }
        said |= {name: value for name in _ASIDE if (value := getattr(record, name, None))}
        if record.exc_info is not None and record.exc_info[1] is not None:
            said["traceback"] = _raised(record.exc_info[1])
        return json.dumps(said, separators=(",", ":"))


def _raised(error: BaseException) -> list[str]:
    """The exception and those that led to it: type and place of each, not what it says."""
    lines: list[str] = []
    told: set[int] = set()
    seen: BaseException | None = error
    while seen is not None and id(seen) not in told:
        told.add(id(seen))
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        frames = traceback.extract_tb(seen.__traceback__)
        lines += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return lines


def plain() -> None:
    """Writes warnings and errors as people read them: for a bench."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )


@contextlib.contextmanager
def structured(turn: Path | None = None) -> Iterator[LogLines]:
    """Writes structured lines for as long as the block lasts, and what waits at its end.

    An exception that nobody expected becomes a line too, and ends the process with 70.

    Args:
        turn: see ``LogLines``.
    """
    file, ours_to_close = _stderr()
    lines = LogLines(file, turn)
    handler = LinesHandler(lines)
    handler.setFormatter(Structured())
    root, ours = logging.getLogger(), logging.getLogger("partywire")
    before = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    ours.setLevel(logging.INFO)
    try:
        yield lines
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception:
        ours.critical("The server died", exc_info=True)
        raise SystemExit(DIED) from None
    finally:
        root.removeHandler(handler)
        root.setLevel(before[0])
        ours.setLevel(before[1])
        lines.close()
        if ours_to_close:
            os.close(file)


def _stderr() -> tuple[int, bool]:
    """Where to write, and whether it was opened for that: a daemon may have no stderr."""
    try:
        return sys.stderr.fileno(), False
    except (AttributeError, OSError, ValueError):
        return os.open(os.devnull, os.O_WRONLY), True
