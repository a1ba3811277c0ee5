"""What the server says of itself."""

import json
import os
from collections.abc import Iterator

import httpx
import pytest

from contract.table import ROWS
from harness import Client, Server
from partywire import __version__
from partywire.domain.call import Resources
from partywire.errors import Unavailable
from partywire.log_lines import LogLines
from partywire.wire.http.about import Standing, about, fidelity, watched
from partywire.wire.http.traffic import Traffic
from wire.http.bench import Bench


def test_a_server_that_lives_says_so_to_anybody(server: Server) -> None:
    with Client(server.url, None) as nobody:
        answer = nobody.http.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": __version__}


def test_a_server_that_can_serve_says_so_to_anybody(server: Server) -> None:
    with Client(server.url, None) as nobody:
        answer = nobody.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_a_server_without_its_database_lives_but_is_not_ready(
    bench: Bench, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def check() -> None:
        raise Unavailable("the disk is full")

    monkeypatch.setattr(resources.database, "check", check)
    answer = await bench.http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "why": "the disk is full"}
    assert (await bench.http.get("/healthz")).status_code == 200


async def test_a_server_on_its_way_out_lives_but_is_not_ready(resources: Resources) -> None:
    standing = Standing()
    transport = httpx.ASGITransport(about(resources, standing))
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as http:
        assert (await http.get("/readyz")).status_code == 200
        standing.draining = True
        answer = await http.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"status": "draining"})
        assert (await http.get("/healthz")).status_code == 200


@pytest.fixture
def log() -> Iterator[LogLines]:
    """Lines that nobody writes: their thread has ended."""
    file = os.open(os.devnull, os.O_WRONLY)
    made = LogLines(file)
    made.close()
    yield made
    os.close(file)


async def test_requests_that_are_not_the_api_s_are_noted_too(
    resources: Resources, log: LogLines
) -> None:
    traffic = Traffic(log)
    transport = httpx.ASGITransport(watched(about(resources), resources, traffic))
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as http:
        answers = [
            await http.request(method, path)
            for method, path in (
                ("GET", "/healthz"),
                ("GET", "/alice/secrets?a=b"),
                ("POST", "/readyz"),
                ("GET", "/_partywire/fidelity"),
                ("GET", "/demo/page.js"),
            )
        ]
    # A probe that went well is no news.
    lines = [json.loads(line) for line in log.waiting]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("unmatched", 404),
        ("/readyz", 405),
        ("/_partywire/fidelity", 200),
        ("/demo", 404),
    ]
    ids = [answer.headers["twilio-request-id"] for answer in answers]
    assert [line["request"] for line in lines] == ids[1:]
    counted = {
        route.template: {status: each.count for status, each in route.outcomes.items()}
        for route in traffic.routes
        if route.method == "GET"
    }
    assert counted == {
        "/healthz": {200: 1},
        "unmatched": {404: 1},
        "/_partywire/fidelity": {200: 1},
        "/demo": {404: 1},
    }


def test_the_fidelity_table_has_a_line_for_each_operation() -> None:
    head, rule, *lines = fidelity().splitlines()
    assert (head, rule) == ("| operation | parameters that answer 501 |", "|---|---|")
    assert [line.split("`")[1] for line in lines] == [str(row) for row in ROWS]


def test_the_fidelity_table_names_the_parameters_that_are_not_taken_yet() -> None:
    for line, row in zip(fidelity().splitlines()[2:], ROWS, strict=True):
        form = getattr(row.operation, "form", None)
        missing = sorted(form.not_yet) if form else []
        assert line.split("`")[3::2] == missing


def test_the_fidelity_table_can_be_read_by_anybody(server: Server) -> None:
    with Client(server.url, None) as nobody:
        answer = nobody.http.get("/_partywire/fidelity")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/markdown")
    assert answer.text == fidelity()
