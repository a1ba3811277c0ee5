"""``/metrics`` of a whole server: where it is, where it is not, and that it tells of all."""

import asyncio
import re
import time
from pathlib import Path

import httpx
import pytest

from cli.commands import serving
from harness import Client, Server, dev_server, serve_account
from wire.socket.talking import talking

PATIENCE = 20.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "partywire.db"


def where(server: Server) -> str:
    """The address that the log names."""
    deadline = time.monotonic() + PATIENCE
    while (found := re.search(r"Metrics are at (http://[\d.:]+/metrics)", server.stderr())) is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found[1]


def asked(url: str) -> str:
    answer = httpx.get(url, trust_env=False)
    assert answer.status_code == 200
    return answer.text


def requests(text: str) -> int:
    """How many requests for conversations all workers have answered."""
    lines = re.findall(
        r'^partywire_requests_total\{method="GET",route="/v1/Conversations".*\} (\S+)$',
        text,
        re.MULTILINE,
    )
    return int(sum(map(float, lines)))


def test_metrics_are_served_on_a_port_of_their_own_and_nowhere_else(file: Path) -> None:
    known = serve_account(file)
    with serving(file, "--metrics-port", "0") as server, Client(server.url, known) as client:
        url = where(server)
        for _ in range(3):
            client.seen("/Conversations")
        assert requests(asked(url)) == 3
        assert client.http.get("/metrics").status_code == 404
        assert httpx.get(url.replace("/metrics", "/v1/Conversations")).status_code == 404


def gauge(text: str, name: str) -> int:
    [line] = re.findall(rf'^{name}\{{worker="1"\}} (\S+)$', text, re.MULTILINE)
    return int(float(line))


async def test_sockets_are_connections_but_no_requests(file: Path) -> None:
    serve_account(file)
    with serving(file, "--metrics-port", "0") as server:
        url = where(server)
        async with talking(server.url), talking(server.url):
            text = await asyncio.to_thread(asked, url)
            names = ("partywire_connections", "partywire_sockets", "partywire_requests_in_flight")
            assert [gauge(text, name) for name in names] == [2, 2, 0]


def test_without_a_port_there_are_no_metrics(file: Path) -> None:
    serve_account(file)
    with serving(file) as server:
        assert httpx.get(f"{server.url}/metrics", trust_env=False).status_code == 404
        assert server.stop() == 0
        assert "Metrics" not in server.stderr()


def test_whichever_worker_is_asked_tells_of_all(file: Path) -> None:
    known = serve_account(file)
    with serving(file, "--workers", "2", "--metrics-port", "0") as server:
        url = where(server)
        for _ in range(12):
            # A connection of its own each time, which either worker may take.
            with Client(server.url, known) as client:
                client.seen("/Conversations")
        deadline = time.monotonic() + PATIENCE
        while requests(asked(url)) != 12:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        workers = set(re.findall(r'partywire_connections\{worker="(\d)"\}', asked(url)))
        assert workers == {"1", "2"}


def test_a_bench_writes_lines_of_requests_if_it_is_asked_to() -> None:
    with dev_server("--access-log") as server:
        with Client(server.url, ("ACone", "token")) as client:
            client.seen("/Conversations")
        assert server.stop() == 0
        assert '"route":"/v1/Conversations","status":200' in server.stderr()
    with dev_server() as server:
        with Client(server.url, ("ACone", "token")) as client:
            client.seen("/Conversations")
        assert server.stop() == 0
        assert server.stderr() == ""
