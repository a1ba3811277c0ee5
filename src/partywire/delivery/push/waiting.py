"""Which places keep us waiting: of many requests to one that hangs, a few are enough."""

import contextlib
from collections.abc import Hashable, Iterator
from time import monotonic
from typing import Final

from partywire.delivery.push.verdicts import LONG

_MOST: Final = 100  # requests at one place


class Waiting:
    """Since when each place is to answer what it was asked, and when it last answered."""

    def __init__(self) -> None:
        self._since: dict[Hashable, dict[object, float]] = {}  # the oldest request comes first
        self._answered: dict[Hashable, float] = {}

    def is_long(self, place: Hashable) -> bool:
        """Whether another request there would only wait too.

        So it is where nobody gets an answer for long, or very many wait.
        """
        since = self._since.get(place)
        if since is None:
            return False
        silent = max(next(iter(since.values())), self._answered.get(place, 0.0))
        return len(since) >= _MOST or monotonic() - silent > LONG

    def answers(self, place: Hashable) -> bool:
        """Whether somebody got an answer there since the oldest request was made."""
        since = self._since.get(place, {})
        return self._answered.get(place, 0.0) > next(iter(since.values()), 0.0)

    @contextlib.contextmanager
    def at(self, place: Hashable) -> Iterator[None]:
        """A request is under way until the block ends; is answered, unless it ends by an error."""
        request, since = object(), self._since.setdefault(place, {})
        since[request] = monotonic()
        try:
            yield
            self._answered[place] = monotonic()
        finally:
            del since[request]
            if not since:
                del self._since[place]
                self._answered.pop(place, None)
