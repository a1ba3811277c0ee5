"""What a conversation's timers should do, in as few words as possible."""

import copy
from dataclasses import dataclass, field

MINUTE = 60_000

# From, to, why, when.
Change = tuple[str, str, str, int]


@dataclass
class Talk:
    """A conversation; ``told`` is what should have been told of it so far."""

    sid: str
    date_updated: int
    state: str = "active"
    inactive_timer: int | None = None
    closed_timer: int | None = None
    date_inactive: int | None = None
    date_closed: int | None = None
    told: list[Change] = field(default_factory=list)
    people: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._restart(self.date_updated)

    def ends(self) -> list[int]:
        """When its timers end."""
        return [date for date in (self.date_inactive, self.date_closed) if date is not None]

    def _restart(self, now: int) -> None:
        self.date_inactive = self.date_closed = None
        if self.state != "closed" and self.inactive_timer:
            self.date_inactive = now + self.inactive_timer
        if self.state != "closed" and self.closed_timer:
            self.date_closed = now + self.closed_timer

    def _becomes(self, state: str, reason: str, date: int) -> None:
        if state != self.state:
            self.told.append((self.state, state, reason, date))
        self.state, self.date_updated = state, date

    def settle(self, now: int) -> None:
        """Minute by minute would be truer; from end to end is the same."""
        while (ends := self.ends()) and min(ends) <= now:
            if self.date_closed == min(ends):
                self._becomes("closed", "TIMER", self.date_closed)
                self.date_inactive = self.date_closed = None
            elif self.date_inactive is not None:
                if self.state == "active":
                    self._becomes("inactive", "TIMER", self.date_inactive)
                self.date_inactive = None

    def at(self, now: int) -> "Talk":
        """What it is then, without its being told."""
        then = copy.copy(self)
        then.told = list(self.told)
        then.settle(now)
        return then

    def message(self, now: int) -> None:
        """A message comes."""
        if self.state == "inactive":
            self._becomes("active", "EVENT", now)
        self._restart(now)

    def update(self, now: int, state: str | None = None, **timers: int | None) -> None:
        """A request sets its state or its timers."""
        for name, value in timers.items():
            setattr(self, name, value)
        self._becomes(state or self.state, "API", now)
        self._restart(now)
