"""What requests came and how they went: counted for the metrics, and one log line for each.

This runs with every request, so it does as little as it can: what a route's lines have in common
is written beforehand, and everything else happens when somebody asks (``figures``) or in the log's
own thread (``log_lines``).

Never noted: a path as it came, a query, a header or a body. Identities and names stand in paths;
a route is the template that the path fits.
"""

from bisect import bisect_left
from typing import Final

import msgspec

from partywire.log_lines import MOST_WAITING, LogLines
from partywire.wire.http.times import date

# Seconds; a request that takes longer than the last is counted beyond it.
BOUNDS: Final = (
    *(0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02),
    *(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
UNMATCHED: Final = "unmatched"  # the route of a path that fits no template
_METHODS: Final = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
_OTHER: Final = "other"

_MOST_ACCOUNTS: Final = 10_000
_NOBODY: Final = {"": b"null"}
_LINE: Final = b'%b%b%.3f,"account":%b,"request":"%b"}\n'


class Outcome(msgspec.Struct):
    """How many of a route's requests ended in one status, and what their log lines share."""

    head: bytes
    count: int = 0


class Route(msgspec.Struct):
    """What happened at one path template, by one method.

    Attributes:
        method: of HTTP; ``other`` stands for all that are rare.
        template: such as ``/v1/Users/{Sid}``.
        outcomes: by status.
        buckets: how many requests took up to each of ``BOUNDS`` and no less, then those beyond.
        seconds: what all of them took together.
    """

    method: str
    template: str
    outcomes: dict[int, Outcome] = {}
    buckets: list[int] = msgspec.field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    def outcome(self, status: int) -> Outcome:
        """The requests that ended in this status."""
        found = self.outcomes.get(status)
        if found is None:
            said = f'"method":"{self.method}","route":"{self.template}","status":{status}'
            found = Outcome(f'{said},"duration_ms":'.encode())
            self.outcomes[status] = found
        return found


class Traffic:
    """All routes of one process.

    Args:
        log: where the lines go; None writes none.
    """

    def __init__(self, log: LogLines | None = None) -> None:
        self._log = log
        self._routes: dict[tuple[str, str], Route] = {}
        self._accounts: dict[str, bytes] = dict(_NOBODY)
        self._now = -1
        self._time = b""

    @property
    def routes(self) -> list[Route]:
        """Those at which anything happened."""
        return [route for route in self._routes.values() if route.outcomes]

    def route(self, method: str, template: str) -> Route:
        """The route; made at the first time."""
        key = (method if method in _METHODS else _OTHER, template)
        return self._routes.get(key) or self._routes.setdefault(key, Route(*key))

    def finished(
        self,
        route: Route,
        status: int,
        seconds: float,
        now: int,
        account: str,
        request: bytes,
        *,
        quiet: bool = False,
    ) -> None:
        """Notes a request that was answered.

        Args:
            route: where it went.
            status: of the answer.
            seconds: how long that took.
            now: when it came, in milliseconds since 1970-01-01T00:00:00Z.
            account: SID of the account that asked; "" if nobody that we know did.
            request: its id.
            quiet: whether it gets no line.
        """
        try:
            outcome = route.outcomes[status]
        except KeyError:
            outcome = route.outcome(status)
        outcome.count += 1
        route.seconds += seconds
        route.buckets[bisect_left(BOUNDS, seconds)] += 1
        log = self._log
        if log is None or quiet:
            return
        if len(log.waiting) >= MOST_WAITING:
            log.dropped += 1
            return
        if now != self._now:
            self._now, self._time = now, _time(now)
        try:
            shown = self._accounts[account]
        except KeyError:
            shown = self._account(account)
        log.waiting.append(_LINE % (self._time, outcome.head, seconds * 1000, shown, request))

    def _account(self, sid: str) -> bytes:
        """The SID in JSON: on a bench, it may be any text."""
        if len(self._accounts) >= _MOST_ACCOUNTS:
            self._accounts = dict(_NOBODY)
        return self._accounts.setdefault(sid, msgspec.json.encode(sid))


def _time(now: int) -> bytes:
    """The beginning of a line of this millisecond."""
    milliseconds = now % 1000
    second = date(now - milliseconds)[:-1]
    return f'{{"time":"{second}.{milliseconds:03d}Z","level":"INFO",'.encode()
