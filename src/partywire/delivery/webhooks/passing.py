"""The time by which deliveries are due."""

from time import monotonic

from partywire.clock import Clock


class Passing:
    """The server's clock, which goes on even where a bench has made it stand still.

    Nothing that waits for a retry waits for ever, and no clock that is set back holds it up.

    Args:
        clock: the server's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = clock.now() - round(monotonic() * 1000)

    def now(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        return max(self._clock.now(), round(monotonic() * 1000) + self._ahead)
