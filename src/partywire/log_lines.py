"""Lines for a log, collected by whoever has something to say and written by a thread of its own.

A write for each line would cost more than the rest of a request, and a reader that has fallen
asleep would stop the server. So lines wait for at most a tenth of a second, and where the reader
stays away, those that no longer fit are dropped and counted.
"""

import contextlib
import fcntl
import logging
import os
import select
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MOST_WAITING: Final = 20_000  # lines
_EVERY_SECONDS: Final = 0.1
_PATIENCE_SECONDS: Final = 2.0


class LogLines:
    """What is still to be written to a file descriptor.

    Args:
        file: the descriptor; it is never closed.
        turn: a file that other processes lock too when they write there: more than a pipe takes
            at once would otherwise be torn by their lines.

    Attributes:
        waiting: complete lines, each with its end; whoever appends looks first whether there
            are ``MOST_WAITING``.
        dropped: how many lines were not written, and never will be.
    """

    def __init__(self, file: int, turn: Path | None = None) -> None:
        self.waiting: list[bytes] = []
        self.dropped = 0
        self._file = file
        self._turn = None if turn is None else os.open(turn, os.O_RDWR | os.O_CREAT, 0o600)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="partywire-log", daemon=True)
        self._thread.start()

    def add(self, line: bytes) -> None:
        """Takes a line; drops it where too many wait."""
        if len(self.waiting) < MOST_WAITING:
            self.waiting.append(line)
        else:
            self.dropped += 1

    def close(self) -> None:
        """Writes what waits, unless nobody takes it for two seconds."""
        self._ended.set()
        self._thread.join(_PATIENCE_SECONDS)
        if not self._thread.is_alive() and self._turn is not None:
            os.close(self._turn)

    def _run(self) -> None:
        while not self._ended.wait(_EVERY_SECONDS):
            self._write()
        self._write()

    def _write(self) -> None:
        # Others append meanwhile: only what was there at the beginning may be taken away.
        count = len(self.waiting)
        if not count:
            return
        batch = b"".join(self.waiting[:count])
        del self.waiting[:count]
        try:
            with self._our_turn():
                self._write_all(batch)
        except OSError:
            self.dropped += count

    def _write_all(self, batch: bytes) -> None:
        left = memoryview(batch)
        while left:
            try:
                left = left[os.write(self._file, left) :]
            except BlockingIOError:
                # Somebody who shares the descriptor has made it so.
                if self._ended.is_set():
                    raise
                select.select([], [self._file], [], _EVERY_SECONDS)

    @contextlib.contextmanager
    def _our_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        fcntl.lockf(self._turn, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._turn, fcntl.LOCK_UN)


class LinesHandler(logging.Handler):
    """Puts what the program logs among the other lines.

    Args:
        lines: where to.
    """

    def __init__(self, lines: LogLines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Takes one record."""
        try:
            self._lines.add(self.format(record).encode(errors="backslashreplace") + b"\n")
        except Exception:
            self.handleError(record)
