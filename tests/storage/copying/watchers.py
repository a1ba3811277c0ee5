"""Those who wait for a copy, and what they do meanwhile."""

from collections.abc import Callable


class Heard:
    """Takes down what somebody who waits is told."""

    def __init__(self) -> None:
        self.phases: list[tuple[str, int, int]] = []
        self.rows: dict[str, int] = {}

    def phase(self, name: str, of: int, done: int) -> None:
        self.phases.append((name, of, done))

    def moved(self, table: str, rows: int) -> None:
        self.rows[table] = self.rows.get(table, 0) + rows


class Killed(Exception):
    """Stands for the end of the process."""


class Dying(Heard):
    """Somebody who waits, and ends it all after so many rows."""

    def __init__(self, rows: int, phase: str = "copying") -> None:
        super().__init__()
        self._left, self._within = rows, phase

    def moved(self, table: str, rows: int) -> None:
        super().moved(table, rows)
        self._left -= rows if self.phases[-1][0] == self._within else 0
        if self._left <= 0:
            raise Killed


class Meddling(Heard):
    """Somebody who does something else when a phase begins."""

    def __init__(self, phase: str, meddle: Callable[[], None]) -> None:
        super().__init__()
        self._phase, self._meddle = phase, meddle

    def phase(self, name: str, of: int, done: int) -> None:
        super().phase(name, of, done)
        if name == self._phase:
            self._meddle()
