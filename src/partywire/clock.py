"""The only source of time: whole milliseconds since 1970-01-01T00:00:00Z."""

import time
from typing import Protocol


class Clock(Protocol):
    """Something that can be asked for the time."""

    def now(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        return time.time_ns() // 1_000_000


class FrozenClock:
    """A clock that stands still until it is moved: for tests and deterministic benches.

    Args:
        at: where it stands, in milliseconds since 1970-01-01T00:00:00Z.
    """

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        return self.at

    def advance(self, milliseconds: int) -> None:
        """Moves the clock forward."""
        self.at += milliseconds
