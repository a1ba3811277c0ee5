"""What a process remembers for a tenth of a second, and how it is forgotten in time.

Nothing that is remembered is wrong for anybody who was told of a change: who changes such a thing
answers only once every process must have forgotten it (decided: decisions/0008).
"""

import asyncio
from collections.abc import Hashable
from time import monotonic
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_SECONDS: Final = 0.1
_COARSEST_TICK_SECONDS: Final = 0.02
_MOST: Final = 10_000


async def until_forgotten() -> None:
    """Waits until no process remembers what it found out before now."""
    await asyncio.sleep(_SECONDS + _COARSEST_TICK_SECONDS)


class Remembered(Generic[K, V]):
    """What was found out right just now, by what was asked."""

    def __init__(self) -> None:
        self._found: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V | None:
        """What was found, if that is not too long ago."""
        found = self._found.get(key)
        return found[1] if found is not None and found[0] > monotonic() else None

    def keep(self, key: K, value: V, asked: float) -> None:
        """Remembers what was found.

        Args:
            key: what was asked.
            value: what was found.
            asked: by ``time.monotonic``, when the question was put.
        """
        if len(self._found) >= _MOST:
            self._found.clear()
        self._found[key] = (asked + _SECONDS, value)
