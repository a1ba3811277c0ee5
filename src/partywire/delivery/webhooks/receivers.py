"""How many requests a receiver is sent at once, so that one in trouble holds up nobody else.

Nor do a thousand in trouble: who has taken the last request is proven, and those who are not may
have no more than a part of all requests together. Of them, those who have not failed come first.
"""

import random
from time import monotonic
from typing import Final

MOST_AT_ONCE: Final = 8
MOST_UNPROVEN: Final = 192  # to all who are not proven; fewer than a node sends
_CROWD: Final = 96  # of those: when there are so many, each gets one at a time
_MOST_REMEMBERED: Final = 10_000  # of the proven, and of those in trouble
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
    """Remembers, of each receiver that is busy or in trouble, how it stands, and who is proven.

    Args:
        longest_rest: seconds for which a receiver in trouble is left alone at most.
    """

    def __init__(self, longest_rest: float = _LONGEST_REST) -> None:
        self._longest = min(longest_rest, _LONGEST_REST)
        self._known: dict[str, _Standing] = {}
        self._proven: dict[str, None] = {}  # the latest last
        self._unproven = 0  # requests to those who are not

    def in_turn(self, receivers: list[str]) -> list[str]:
        """The proven first, those who failed last; random among those who are alike."""
        random.shuffle(receivers)
        return sorted(receivers, key=self._rank)

    def _rank(self, receiver: str) -> int:
        found = self._known.get(receiver)
        if receiver in self._proven:
            return 0
        return 2 if found is not None and found.failures else 1

    def room(self, receiver: str) -> int:
        """How many requests more it may be sent now."""
        found = self._known.get(receiver) or _Standing()
        if receiver in self._proven:
            return MOST_AT_ONCE - found.active
        most = MOST_AT_ONCE if self._unproven < _CROWD else 1
        if found.failures >= _IN_TROUBLE:
            most = 1 if monotonic() >= found.rested else 0
        return max(0, min(most - found.active, MOST_UNPROVEN - self._unproven))

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
        self._unproven += receiver not in self._proven

    def end(self, receiver: str) -> None:
        """It has stopped."""
        found = self._known[receiver]
        found.active -= 1
        self._unproven -= receiver not in self._proven
        if not (found.active or found.failures):
            del self._known[receiver]
        if len(self._known) > _MOST_REMEMBERED:
            del self._known[next(name for name, one in self._known.items() if not one.active)]

    def note(self, receiver: str, *, is_trouble: bool) -> float:
        """What an attempt showed; returns for how many seconds it is left alone now."""
        found = self._known[receiver]
        if not is_trouble:
            found.failures, found.rested = 0, 0.0
            self._prove(receiver, found)
            return 0.0
        if receiver in self._proven:
            del self._proven[receiver]
            self._unproven += found.active
        found.failures += 1
        beyond = found.failures - _IN_TROUBLE
        if beyond < 0:
            return 0.0
        rest = min(_FIRST_REST * (1 << min(beyond, _DOUBLINGS)), self._longest)
        found.rested = monotonic() + rest
        return rest

    def _prove(self, receiver: str, found: _Standing) -> None:
        if receiver in self._proven:
            del self._proven[receiver]
        else:
            self._unproven -= found.active
        self._proven[receiver] = None
        if len(self._proven) > _MOST_REMEMBERED:
            idle = next(name for name in self._proven if name not in self._known)
            del self._proven[idle]
