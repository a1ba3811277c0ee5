"""Throughput with 1, 2 and 4 processes."""

import os
from collections.abc import Iterator
from typing import Any

from tools.postgresql import NotToBeHad

from bench import budget
from bench.tables import Row, Table, not_measured, per_second
from bench.track import ENGINES, Track, say

NUMBERS = (1, 2, 4)
ROUNDS, SECONDS = 3, 2


def _rates(track: Track, engine: str, workers: int) -> list[float]:
    made = track.made(engine, **budget.SHAPE)
    with track.serving(made, workers=workers, core=None) as server:
        free: dict[str, Any] = {"core": None, "seconds": SECONDS}
        measures = {
            case.name: track.loading(server, case.request, case.connections, **free)
            for case in budget.cases(made)
        }
        measures["spread"] = track.loading(server, budget.posting(made, 50), 64, **free)
        return list(track.best(measures, ROUNDS).values())


def _rows(track: Track, engine: str) -> Iterator[Row]:
    rates = {}
    for number in NUMBERS:
        say(f"{engine}: {number} processes")
        rates[number] = _rates(track, engine, number)
    names = [case.name for case in budget.cases(track.made(engine, **budget.SHAPE))]
    names.append("the same, spread over 50 conversations")
    for place, name in enumerate(names):
        cells = [
            f"{per_second(rates[number][place])} ({rates[number][place] / rates[1][place]:.2f})"
            for number in NUMBERS
        ]
        yield Row((f"{engine}: {name}", *cells))


def tables(track: Track) -> Iterator[Table]:
    """One table, both engines."""
    rows: list[Row] = []
    for engine in ENGINES:
        try:
            rows += _rows(track, engine)
        except NotToBeHad as reason:
            rows.append(not_measured(engine, reason))
    cores = len(os.sched_getaffinity(0))
    yield Table(
        "Throughput with several processes",
        ("operation", *(f"{number} process{'es' * (number > 1)}" for number in NUMBERS)),
        tuple(rows),
        f"`partywire serve --workers N`, nothing bound to a core: the processes, wrk and "
        f"PostgreSQL share {cores} cores, so that more than one process has little left to gain "
        "where the load itself takes a core. In brackets: to one process.",
    )
