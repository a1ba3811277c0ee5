"""``/metrics``: the figures of all workers as Prometheus reads them."""

import contextlib
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from partywire import __version__, errors
from partywire.wire.http.figures import Figures
from partywire.wire.http.traffic import BOUNDS

_ROUTE: Final = ("method", "route")
_WORKER: Final = ("worker",)

# Name, what it says, and where it stands.
_GAUGES: Final[tuple[tuple[str, str, Callable[[Figures], float | None]], ...]] = (
    (
        "partywire_connections",
        "Connections that clients have open.",
        lambda one: one.connections,
    ),
    (
        "partywire_sockets",
        "Those of the connections that are sockets of the chat SDK.",
        lambda one: one.sockets,
    ),
    (
        "partywire_requests_in_flight",
        "Requests that have not been answered yet.",
        lambda one: one.in_flight,
    ),
    (
        "partywire_draining",
        "1 while the worker answers what it has accepted, on its way out.",
        lambda one: one.draining,
    ),
    (
        "process_resident_memory_bytes",
        "Memory that the worker has in use.",
        lambda one: one.resident,
    ),
    ("process_open_fds", "File descriptors that are open.", lambda one: one.open_files),
    (
        "process_start_time_seconds",
        "When the worker began, in seconds since 1970-01-01T00:00:00Z.",
        lambda one: one.started,
    ),
)
_COUNTERS: Final[tuple[tuple[str, str, Callable[[Figures], float]], ...]] = (
    (
        "partywire_log_lines_dropped",
        "Log lines that were never written, because nobody took them.",
        lambda one: one.lines_dropped,
    ),
    (
        "process_cpu_seconds",
        "Time of processors, user and system.",
        lambda one: one.processor_seconds,
    ),
)


class _Given:
    """Families that were made before anybody asked."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _requests(everybody: list[Figures]) -> Iterator[Metric]:
    counted = CounterMetricFamily(
        "partywire_requests", "Requests that were answered.", labels=(*_ROUTE, "status", *_WORKER)
    )
    took = HistogramMetricFamily(
        "partywire_request_seconds",
        "How long it took to answer a request.",
        labels=(*_ROUTE, *_WORKER),
    )
    bounds = [*(repr(bound) for bound in BOUNDS), "+Inf"]
    for one in everybody:
        worker = str(one.worker)
        for at in one.routes:
            place = (at.method, at.template)
            for status, count in at.statuses.items():
                counted.add_metric((*place, str(status), worker), count)
            buckets = list(zip(bounds, accumulate(at.buckets), strict=True))
            took.add_metric((*place, worker), buckets, at.seconds)
    yield counted
    yield took


def _database(everybody: list[Figures]) -> Iterator[Metric]:
    took = SummaryMetricFamily(
        "partywire_database_seconds",
        "What reads and transactions took; a transaction from asking for its turn to its commit.",
        labels=("kind", *_WORKER),
    )
    for one in everybody:
        for kind, spent in one.database.items():
            took.add_metric((kind, str(one.worker)), spent.count, spent.seconds)
    yield took


def _processes(everybody: list[Figures]) -> Iterator[Metric]:
    for name, meaning, value in _GAUGES:
        gauge = GaugeMetricFamily(name, meaning, labels=_WORKER)
        for one in everybody:
            known = value(one)
            if known is not None:
                gauge.add_metric((str(one.worker),), known)
        yield gauge
    for name, meaning, total in _COUNTERS:
        counter = CounterMetricFamily(name, meaning, labels=_WORKER)
        for one in everybody:
            counter.add_metric((str(one.worker),), total(one))
        yield counter


def _standing(name: str, meaning: str, counts: dict[str, int] | None) -> Iterator[Metric]:
    """How much of something the database holds, by state."""
    if counts is None:
        return
    gauge = GaugeMetricFamily(name, meaning, labels=("state",))
    for state, count in counts.items():
        gauge.add_metric((state,), count)
    yield gauge


def families(
    everybody: list[Figures],
    engine: str,
    events: dict[str, int] | None,
    deliveries: dict[str, int] | None = None,
) -> Iterator[Metric]:
    """All metrics.

    Args:
        everybody: the figures of each worker.
        engine: of the database, such as ``sqlite``.
        events: how many stand in the outbox, by state; None if the database does not say.
        deliveries: how many there are to webhooks, by state; None if it does not say.
    """
    yield from _requests(everybody)
    yield from _database(everybody)
    yield from _processes(everybody)
    yield from _standing(
        "partywire_outbox_events",
        "Events in the database's outbox: kept in its order, and (up to 10,000) unplaced yet.",
        events,
    )
    yield from _standing(
        "partywire_webhook_deliveries",
        "Deliveries to webhooks (up to 10,000 of each): waiting, and dead, which were given up.",
        deliveries,
    )
    built = {"version": __version__, "python": sys.version.split()[0], "engine": engine}
    yield InfoMetricFamily("partywire_build", "What runs here.", value=built)


def metrics(
    everybody: Callable[[], list[Figures]],
    engine: str,
    events: Callable[[], Awaitable[dict[str, int]]],
    deliveries: Callable[[], Awaitable[dict[str, int]]],
) -> Starlette:
    """``/metrics`` and nothing else: for a listener of its own (decided: decisions/0023).

    Args:
        everybody: the figures of each worker.
        engine: of the database.
        events: how many stand in the outbox, by state.
        deliveries: how many there are to webhooks, by state.
    """

    async def answer(request: Request) -> Response:
        encode, media_type = choose_encoder(request.headers.get("accept", ""))
        standing: dict[str, int] | None = None
        waiting: dict[str, int] | None = None
        with contextlib.suppress(errors.Unavailable):
            standing, waiting = await events(), await deliveries()
        registry = CollectorRegistry()
        registry.register(_Given(list(families(everybody(), engine, standing, waiting))))
        return Response(encode(registry), headers={"content-type": media_type})

    return Starlette(routes=[Route("/metrics", answer)])
