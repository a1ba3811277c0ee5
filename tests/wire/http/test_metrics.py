"""``/metrics`` as Prometheus reads it."""

from collections.abc import Callable
from typing import Any

import httpx
from msgspec.structs import replace
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse

from partywire import __version__
from partywire.errors import Unavailable
from partywire.wire.http.figures import Figures, Happened, Spent
from partywire.wire.http.metrics import metrics
from partywire.wire.http.traffic import BOUNDS

TEMPLATE = "/v1/Users/{Sid}"
BUCKETS = [3, 1] + [0] * (len(BOUNDS) - 2) + [2]
ONE = Figures(
    worker=1,
    written=2000.0,
    started=1000.0,
    draining=False,
    connections=5,
    sockets=2,
    in_flight=2,
    lines_dropped=4,
    resident=1024,
    open_files=12,
    processor_seconds=1.5,
    database={"read": Spent(7, 0.25)},
    routes=[Happened("GET", TEMPLATE, {200: 5, 404: 1}, BUCKETS, 31.5)],
)
OTHER = replace(ONE, worker=2, resident=None, database={}, routes=[], draining=True)

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def asked(
    everybody: list[Figures],
    path: str = "/metrics",
    accept: str = "",
    events: Callable[[], Any] | None = None,
) -> httpx.Response:
    async def three() -> dict[str, int]:
        return {"kept": 3, "unplaced": 1}

    async def five() -> dict[str, int]:
        return {"waiting": 5, "dead": 2}

    app = metrics(lambda: everybody, "sqlite", events or three, five)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as http:
        return await http.get(path, headers={"accept": accept})


def samples(answer: httpx.Response, parser: Any = parse) -> Samples:
    """Every sample, by its name and labels."""
    found: Samples = {}
    for family in parser(answer.text):
        for one in family.samples:
            key = (one.name, frozenset(one.labels.items()))
            assert key not in found
            found[key] = one.value
    return found


def labelled(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


async def test_requests_are_told_by_method_route_status_and_worker() -> None:
    found = samples(await asked([ONE, OTHER]))
    place = {"method": "GET", "route": TEMPLATE, "worker": "1"}
    assert found[labelled("partywire_requests_total", status="200", **place)] == 5
    assert found[labelled("partywire_requests_total", status="404", **place)] == 1
    assert found[labelled("partywire_request_seconds_count", **place)] == 6
    assert found[labelled("partywire_request_seconds_sum", **place)] == 31.5
    buckets = {
        dict(labels)["le"]: value
        for (name, labels), value in found.items()
        if name == "partywire_request_seconds_bucket"
    }
    assert len(buckets) == len(BOUNDS) + 1
    # Each holds what those below it hold.
    assert (buckets["0.0001"], buckets["0.0002"], buckets["10.0"], buckets["+Inf"]) == (3, 4, 4, 6)


async def test_what_a_worker_has_open_is_told_apart() -> None:
    found = samples(await asked([ONE, OTHER]))
    for worker, draining in (("1", 0), ("2", 1)):
        assert found[labelled("partywire_connections", worker=worker)] == 5
        assert found[labelled("partywire_sockets", worker=worker)] == 2
        assert found[labelled("partywire_requests_in_flight", worker=worker)] == 2
        assert found[labelled("partywire_draining", worker=worker)] == draining
        assert found[labelled("partywire_log_lines_dropped_total", worker=worker)] == 4
        assert found[labelled("process_cpu_seconds_total", worker=worker)] == 1.5
        assert found[labelled("process_start_time_seconds", worker=worker)] == 1000
    assert found[labelled("process_resident_memory_bytes", worker="1")] == 1024
    assert labelled("process_resident_memory_bytes", worker="2") not in found


async def test_the_database_s_time_and_the_outbox_are_told() -> None:
    found = samples(await asked([ONE, OTHER]))
    place = {"kind": "read", "worker": "1"}
    assert found[labelled("partywire_database_seconds_count", **place)] == 7
    assert found[labelled("partywire_database_seconds_sum", **place)] == 0.25
    assert found[labelled("partywire_outbox_events", state="kept")] == 3
    assert found[labelled("partywire_outbox_events", state="unplaced")] == 1
    assert found[labelled("partywire_webhook_deliveries", state="waiting")] == 5
    assert found[labelled("partywire_webhook_deliveries", state="dead")] == 2
    [built] = [dict(labels) for name, labels in found if name == "partywire_build_info"]
    assert (built["version"], built["engine"]) == (__version__, "sqlite")


async def test_a_database_that_is_away_takes_only_its_own_figure_along() -> None:
    async def away() -> dict[str, int]:
        raise Unavailable("gone")

    answer = await asked([ONE], events=away)
    assert answer.status_code == 200
    found = samples(answer)
    assert "partywire_outbox_events" not in {name for name, _ in found}
    assert "partywire_webhook_deliveries" not in {name for name, _ in found}
    assert labelled("partywire_connections", worker="1") in found


async def test_who_asks_for_openmetrics_gets_that() -> None:
    answer = await asked([ONE], accept="application/openmetrics-text; version=1.0.0")
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    plain = await asked([ONE])
    assert plain.headers["content-type"].startswith("text/plain")
    assert samples(answer, parse_open) == samples(plain)


async def test_nothing_else_is_there() -> None:
    for path in ("/", "/v1/Users", "/healthz", "/metrics/x"):
        assert (await asked([ONE], path)).status_code == 404
