"""Growth: how much slower reads become as there is more and more to read from."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from msgspec import Struct
from tools.postgresql import NotToBeHad

from bench import load
from bench.servers import Server
from bench.tables import Row, Table, not_measured, per_second
from bench.track import ENGINES, Track, say

BOUND = 1.2
CONNECTIONS = 8
SECONDS, ROUNDS = 1, 6  # short rounds: a ratio near its bound wants many, not long ones

LAST = 1_000_000 - 1

TEN: dict[str, Any] = {"user_conversations_count": 10}
ELEVEN: dict[str, Any] = {"user_conversations_count": 11}
HALF: dict[str, Any] = {**TEN, "deleted": 0.5}
MILLION: dict[str, Any] = {"messages_in_first": LAST + 1}
MANY_CONVERSATIONS: dict[str, Any] = {"user_conversations_count": 100_000}


class Growth(Struct, frozen=True):
    """What grows: a small and a large database, in which the horizon may be moved first."""

    name: str
    small: dict[str, Any]
    large: dict[str, Any]
    horizon: int | None = None


DELETED = "the same, every second message deleted, horizon 5 from the end"
GROWTHS = [
    Growth("10 → 100,000 conversations of one user", TEN, MANY_CONVERSATIONS),
    # A page that is not the last one also has to say where the next one is.
    Growth("11 → 100,000: both have a next page", ELEVEN, MANY_CONVERSATIONS),
    Growth("10 → 1,000,000 messages in a conversation", TEN, TEN | MILLION),
    Growth(DELETED, HALF, HALF | MILLION),
    Growth("the same, horizon 1,500 from the end", HALF, HALF | MILLION, LAST - 1500),
]


def _rows(track: Track, engine: str, growth: Growth) -> Iterator[Row]:
    contestants: dict[str, dict[str, Any]] = {"fetch": {}, "page of 10": {}}
    with ExitStack() as stack:
        for size, shape in (("small", growth.small), ("large", growth.large)):
            made = track.made(engine, **shape)
            server = stack.enter_context(track.serving(made))
            authorization = load.basic(made.username, made.password)
            base = f"/v1/Users/{made.user}/Conversations"
            if size == "large" and growth.horizon is not None:
                _read_to(growth.horizon, server, authorization, f"{base}/{made.conversations[0]}")
            for operation, path in (
                ("fetch", f"{base}/{made.conversations[0]}"),
                ("page of 10", f"{base}?PageSize=10"),
            ):
                request = load.get(authorization, path)
                measure = track.loading(
                    server, request, CONNECTIONS, seconds=min(SECONDS, track.pace.seconds)
                )
                contestants[operation][size] = measure
        for operation, both in contestants.items():
            say(f"{engine}: {growth.name}: {operation}")
            best = track.best(both, ROUNDS)
            ratio = best["small"] / best["large"]
            rates = (per_second(best[size]) for size in ("small", "large"))
            cells = (f"{growth.name}: {operation}", *rates, f"{ratio:.2f}", f"≤ {BOUND}")
            yield Row(cells, ratio <= BOUND)


def _read_to(index: int, server: Server, authorization: str, path: str) -> None:
    request = load.post(authorization, f"LastReadMessageIndex={index}", path)
    load.send(server.url, request, request.targets[0])


def tables(track: Track) -> Iterator[Table]:
    """One table for each engine."""
    for engine in ENGINES:
        try:
            rows = tuple(row for growth in GROWTHS for row in _rows(track, engine, growth))
        except NotToBeHad as reason:
            rows = (not_measured("all", reason),)
        yield Table(
            f"Growth on {engine}",
            ("what grows", "small", "large", "time large / small", "bound"),
            rows,
            f"{CONNECTIONS} connections, the small and the large database in turns, rounds of "
            f"{SECONDS} s.",
        )
