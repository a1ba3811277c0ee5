"""What is noted of each request."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import NOON
from partywire.log_lines import MOST_WAITING, LogLines
from partywire.wire.http.traffic import BOUNDS, Traffic

ACCOUNT = "AC" + "1" * 32


@pytest.fixture
def log() -> Iterator[LogLines]:
    """Lines that nobody writes: their thread has ended."""
    file = os.open(os.devnull, os.O_WRONLY)
    made = LogLines(file)
    made.close()
    yield made
    os.close(file)


def test_a_request_becomes_one_line_of_json(log: LogLines) -> None:
    traffic = Traffic(log)
    route = traffic.route("GET", "/v1/Users/{Sid}")
    traffic.finished(route, 200, 0.0012346, NOON + 7, ACCOUNT, b"RQ1")
    [line] = log.waiting
    assert line.endswith(b"}\n")
    assert json.loads(line) == {
        "time": "2026-01-01T12:00:00.007Z",
        "level": "INFO",
        "method": "GET",
        "route": "/v1/Users/{Sid}",
        "status": 200,
        "duration_ms": 1.235,
        "account": ACCOUNT,
        "request": "RQ1",
    }


def test_the_time_goes_on(log: LogLines) -> None:
    traffic = Traffic(log)
    route = traffic.route("GET", "/v1/Users")
    for later in (0, 0, 999, 1000, 61_001):
        traffic.finished(route, 200, 0.001, NOON + later, ACCOUNT, b"RQ1")
    assert [json.loads(line)["time"] for line in log.waiting] == [
        "2026-01-01T12:00:00.000Z",
        "2026-01-01T12:00:00.000Z",
        "2026-01-01T12:00:00.999Z",
        "2026-01-01T12:00:01.000Z",
        "2026-01-01T12:01:01.001Z",
    ]


def test_who_nobody_knows_has_no_account(log: LogLines) -> None:
    traffic = Traffic(log)
    traffic.finished(traffic.route("GET", "/v1/Users"), 401, 0.001, NOON, "", b"RQ1")
    assert json.loads(log.waiting[0])["account"] is None


def test_more_accounts_than_are_remembered_are_all_named(
    log: LogLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partywire.wire.http.traffic._MOST_ACCOUNTS", 3)
    traffic = Traffic(log)
    route = traffic.route("GET", "/v1/Users")
    names = [f'AC"{number}"' for number in range(8)] + ["", 'AC"0"']
    for name in names:
        traffic.finished(route, 200, 0.001, NOON, name, b"RQ1")
    assert [json.loads(line)["account"] or "" for line in log.waiting] == names
    assert len(traffic._accounts) <= 3


def test_a_quiet_request_is_counted_and_not_written(log: LogLines) -> None:
    traffic = Traffic(log)
    route = traffic.route("GET", "/healthz")
    traffic.finished(route, 200, 0.001, NOON, "", b"RQ1", quiet=True)
    assert log.waiting == []
    assert route.outcomes[200].count == 1


def test_without_a_log_requests_are_counted_all_the_same() -> None:
    traffic = Traffic()
    route = traffic.route("GET", "/v1/Users")
    for status in (200, 200, 404):
        traffic.finished(route, status, 0.25, NOON, ACCOUNT, b"RQ1")
    assert {status: each.count for status, each in route.outcomes.items()} == {200: 2, 404: 1}
    assert route.seconds == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("seconds", "place"),
    [(0.0, 0), (BOUNDS[0], 0), (0.00011, 1), (BOUNDS[3], 3), (BOUNDS[-1], -2), (11.0, -1)],
)
def test_a_request_stands_in_the_first_bucket_that_holds_it(seconds: float, place: int) -> None:
    traffic = Traffic()
    route = traffic.route("GET", "/v1/Users")
    traffic.finished(route, 200, seconds, NOON, ACCOUNT, b"RQ1")
    assert route.buckets[place] == 1
    assert sum(route.buckets) == 1


def test_lines_that_do_not_fit_are_counted_and_dropped(log: LogLines) -> None:
    traffic = Traffic(log)
    log.waiting.extend([b"\n"] * MOST_WAITING)
    traffic.finished(traffic.route("GET", "/v1/Users"), 200, 0.001, NOON, ACCOUNT, b"RQ1")
    assert (len(log.waiting), log.dropped) == (MOST_WAITING, 1)


def test_a_route_is_the_same_one_each_time_and_lists_only_what_happened() -> None:
    traffic = Traffic()
    route = traffic.route("GET", "/v1/Users")
    assert traffic.route("GET", "/v1/Users") is route
    assert traffic.route("POST", "/v1/Users") is not route
    assert traffic.routes == []
    traffic.finished(route, 200, 0.001, NOON, ACCOUNT, b"RQ1")
    assert traffic.routes == [route]


def test_methods_that_clients_make_up_do_not_make_up_routes() -> None:
    traffic = Traffic()
    assert traffic.route("MKCOL", "/v1/Users") is traffic.route("PURGE", "/v1/Users")
    assert traffic.route("PURGE", "/v1/Users").method == "other"


def test_two_servers_in_one_process_count_apart(tmp_path: Path) -> None:
    one, other = Traffic(), Traffic()
    one.finished(one.route("GET", "/v1/Users"), 200, 0.001, NOON, ACCOUNT, b"RQ1")
    assert other.routes == []
    assert other.route("GET", "/v1/Users").outcomes == {}
