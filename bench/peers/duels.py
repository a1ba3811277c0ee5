"""What every peer offers: pairs of equivalent requests, to be measured in turns."""

from collections.abc import Callable

from msgspec import Struct


class Duel(Struct, frozen=True):
    """One thing that both can do.

    Attributes:
        what: theirs ↔ ours.
        theirs: measures the peer's rate once.
        ours: measures ours once.
        bound: how many times theirs ours must be; None where nothing is demanded.
        share: how many of our requests it takes to do the same as one of theirs.
        rounds: how often each is measured.
    """

    what: str
    theirs: Callable[[], float]
    ours: Callable[[], float]
    bound: float | None = None
    share: int = 1
    rounds: int = 3
