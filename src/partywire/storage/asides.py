"""What processes tell each other in passing: nothing is kept of it, and it may be lost."""

import contextlib
from collections.abc import Callable, Iterator


class Asides:
    """Who listens in this process."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[str], None]] = []

    @contextlib.contextmanager
    def heard(self, listener: Callable[[str], None]) -> Iterator[None]:
        """Calls the listener with each text, as long as the block lasts."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def tell(self, text: str) -> None:
        """Tells everybody who listens."""
        for listener in self._listeners:
            listener(text)
