"""What building a client program takes: a turn of one's own, a stamp, and a word when it fails."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[3]
_SECONDS = 600


class Unavailable(Exception):
    """Why no program of this language can run here."""


@contextlib.contextmanager
def turn(language: str) -> Iterator[Path]:
    """Where the language's programs are built; runs may share the tree, and take turns."""
    place = ROOT / ".cache" / language
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


class Stamp:
    """What was built from which files, so that nothing is built twice.

    Args:
        place: where the file lies that remembers.
        sources: what is built from.
    """

    def __init__(self, place: Path, sources: Iterable[Path]) -> None:
        self._file = place
        told = hashlib.sha256()
        for source in sorted(sources):
            told.update(f"{source.relative_to(ROOT)}\0".encode() + source.read_bytes() + b"\0")
        self._wanted = told.hexdigest()

    @property
    def holds(self) -> bool:
        """Whether what was built is of these very files."""
        return self._file.exists() and self._file.read_text() == self._wanted

    def press(self) -> None:
        """Says that it was built."""
        self._file.write_text(self._wanted)


def run(
    command: Sequence[str | Path], folder: Path, fetching: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end, which has to be a good one.

    Args:
        command: program and arguments.
        folder: where it runs.
        fetching: for one that goes to the network, a pattern of what it says where that is to
            blame; any other failure is our own, or that of our lock.

    Raises:
        Unavailable: it cannot be run, or not fetch what it needs.
    """
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{command[0]} cannot be run: {error}") from error
    said = f"{done.stdout}\n{done.stderr}".strip()
    if done.returncode != 0 and fetching is not None and (why := re.search(fetching, said)):
        reason = said[why.start() :].partition("\n")[0]
        raise Unavailable(f"{Path(command[0]).name} cannot fetch: {reason[:200]}")
    assert done.returncode == 0, f"{command}\n{said[-4000:]}"
    return done
