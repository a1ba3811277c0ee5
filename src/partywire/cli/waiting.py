"""What somebody sees who waits for a long command: a bar on a terminal, plain lines elsewhere."""

import sys
from types import TracebackType
from typing import Any, Final, Self

import click

_LINE_EVERY: Final = 100_000  # rows


class Progress:
    """How far a copy is, on stderr.

    Attributes:
        begun: whether there was a first phase.
    """

    def __init__(self) -> None:
        self.begun = False
        self._bar: Any = None
        self._terminal = sys.stderr.isatty()
        self._phase = self._table = ""
        self._of = self._done = self._said = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def phase(self, name: str, of: int, done: int) -> None:
        """See ``Watch.phase``."""
        self._end()
        self.begun = True
        self._phase, self._of, self._done, self._said, self._table = name, of, done, done, ""
        if self._terminal:
            self._bar = click.progressbar(length=max(of, 1), label=name, file=sys.stderr)
            self._bar.__enter__()
            self._bar.update(done)
        else:
            self._say()

    def moved(self, table: str, rows: int) -> None:
        """See ``Watch.moved``."""
        self._done += rows
        if self._bar is not None:
            self._bar.update(rows)
        elif table != self._table or self._done - self._said >= _LINE_EVERY:
            self._table = table
            self._say(table)

    def _say(self, table: str = "") -> None:
        self._said = self._done
        share = f"{self._done:,} of {self._of:,}"
        click.echo(" ".join(filter(None, (f"{self._phase}: {share}", table))), err=True)

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None
