"""Which places keep us waiting: of many requests to one that hangs, a few are enough."""

import contextlib
from collections.abc import Hashable, Iterator
from time import monotonic

from partywire.delivery.push.verdicts import LONG


class Waiting:
    """Since when each place is to answer what it was asked."""

    def __init__(self) -> None:
        self._since: dict[Hashable, dict[object, float]] = {}  # the oldest request comes first

    def is_long(self, place: Hashable) -> bool:
        """Whether a request waits there for so long that another one would only wait too."""
        since = self._since.get(place)
        return since is not None and monotonic() - next(iter(since.values())) > LONG

    @contextlib.contextmanager
    def at(self, place: Hashable) -> Iterator[None]:
        """A request is under way for as long as the block lasts."""
        request, since = object(), self._since.setdefault(place, {})
        since[request] = monotonic()
        try:
            yield
        finally:
            del since[request]
            if not since:
                del self._since[place]
