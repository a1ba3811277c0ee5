"""Connections that are kept for the next request, in a pool of its own for each origin.

httpcore goes through all connections of a pool at each request, and for each idle one through all
of them once more: in one pool for everybody, hundreds of idle ones would cost each request
milliseconds.
"""

from collections import Counter
from collections.abc import Callable
from itertools import islice
from time import monotonic
from typing import Final

import httpcore

IDLE_SECONDS: Final = 20.0
MOST_IDLE: Final = 32  # of an origin; httpcore counts busy ones too
_MOST_LOOKED_AT: Final = 2

Pool = httpcore.AsyncConnectionPool


class Pools:
    """The pools of one client; those that nobody used for a while are closed.

    Args:
        made: makes a pool.
        seconds: for how long one is kept that nobody uses.
    """

    def __init__(self, made: Callable[[], Pool], seconds: float = IDLE_SECONDS) -> None:
        self._made = made
        self._seconds = seconds
        # By origin, with the time of the last use, that used last last.
        self._kept: dict[str, tuple[Pool, float]] = {}
        self._in_flight: Counter[Pool] = Counter()

    def take(self, origin: str) -> Pool:
        """The pool for one request, which ends with ``give_back``."""
        found = self._kept.pop(origin, None)
        pool = self._made() if found is None else found[0]
        self._kept[origin] = pool, monotonic()
        self._in_flight[pool] += 1
        return pool

    def leave(self, origin: str, pool: Pool) -> None:
        """Lets what is in flight end, and sends nothing more over these connections."""
        if self._is_kept(origin, pool):
            del self._kept[origin]

    async def give_back(self, origin: str, pool: Pool) -> None:
        """A request has ended."""
        self._in_flight[pool] -= 1
        if not self._in_flight[pool]:
            del self._in_flight[pool]
            if not self._is_kept(origin, pool):
                await pool.aclose()
        for each in list(islice(self._kept, _MOST_LOOKED_AT)):
            await self._close_if_unused(each)

    def _is_kept(self, origin: str, pool: Pool) -> bool:
        return origin in self._kept and self._kept[origin][0] is pool

    async def _close_if_unused(self, origin: str) -> None:
        if origin not in self._kept:
            return
        pool, used = self._kept[origin]
        if monotonic() - used >= self._seconds and pool not in self._in_flight:
            del self._kept[origin]
            await pool.aclose()

    @property
    def connections(self) -> list[httpcore.AsyncConnectionInterface]:
        """Those that are open, or about to be."""
        pools = {*self._in_flight, *(pool for pool, _ in self._kept.values())}
        return [each for pool in pools for each in pool.connections]

    async def close(self) -> None:
        """Closes all of them."""
        pools = {*self._in_flight, *(pool for pool, _ in self._kept.values())}
        self._kept.clear()
        for pool in pools:
            await pool.aclose()
