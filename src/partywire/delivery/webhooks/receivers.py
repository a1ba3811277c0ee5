"""How many requests a receiver is sent at once, so that one in trouble holds up nobody else."""

from time import monotonic
from typing import Final

MOST_AT_ONCE: Final = 8
_IN_TROUBLE: Final = 3  # failures in a row, after which it is asked one at a time
_FIRST_REST: Final = 0.05  # seconds
_LONGEST_REST: Final = 5.0
_DOUBLINGS: Final = 10


class _Standing:
    """How one receiver stands."""

    def __init__(self) -> None:
        self.active = self.failures = 0
        self.rested = 0.0


class Receivers:
    """Remembers, of each receiver that is busy or in trouble, how it stands.

    Args:
        longest_rest: seconds for which a receiver in trouble is left alone at most.
    """

    def __init__(self, longest_rest: float = _LONGEST_REST) -> None:
        self._longest = min(longest_rest, _LONGEST_REST)
        self._known: dict[str, _Standing] = {}

    def room(self, receiver: str) -> int:
        """How many requests more it may be sent now."""
        found = self._known.get(receiver)
        if found is None:
            return MOST_AT_ONCE
        if found.failures < _IN_TROUBLE:
            return MOST_AT_ONCE - found.active
        return 0 if found.active or monotonic() < found.rested else 1

    def active(self, receiver: str) -> int:
        """How many lanes to it are at work."""
        found = self._known.get(receiver)
        return 0 if found is None else found.active

    def may_go_on(self, receiver: str) -> bool:
        """Whether a lane to it that is at work may go on."""
        return monotonic() >= self._known[receiver].rested

    def begin(self, receiver: str) -> None:
        """A lane to it begins to work."""
        self._known.setdefault(receiver, _Standing()).active += 1

    def end(self, receiver: str) -> None:
        """It has stopped."""
        found = self._known[receiver]
        found.active -= 1
        if not (found.active or found.failures):
            del self._known[receiver]

    def note(self, receiver: str, *, is_trouble: bool) -> float:
        """What an attempt showed; returns for how many seconds it is left alone now."""
        found = self._known[receiver]
        if not is_trouble:
            found.failures, found.rested = 0, 0.0
            return 0.0
        found.failures += 1
        beyond = found.failures - _IN_TROUBLE
        if beyond < 0:
            return 0.0
        rest = min(_FIRST_REST * (1 << min(beyond, _DOUBLINGS)), self._longest)
        found.rested = monotonic() + rest
        return rest
