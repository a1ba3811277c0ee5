"""What the bench tells its load generator to send."""

import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from bench import load
from bench.load import LoadFailed, Request, Target
from bench.peers import matrix
from bench.servers import resident_kib

needs_wrk = pytest.mark.skipif(shutil.which("wrk") is None, reason="there is no wrk here")


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        seen = (self.command, self.path, self.headers.get("Authorization", ""), body)
        self.server.seen.append(seen)  # type: ignore[attr-defined]
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the server looks for these names

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as it is called
        pass


@pytest.fixture
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    """A server that writes down what it is asked."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as serving:
        serving.seen = []  # type: ignore[attr-defined]
        serving.daemon_threads = True
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def measured(
    server: http.server.ThreadingHTTPServer, request: Request, folder: Path, most: int | None = None
) -> float:
    url = f"http://127.0.0.1:{server.server_address[1]}"
    wrk = shutil.which("wrk") or ""
    return load.rate(wrk, url, request, 2, 1, folder, most=most, core=None)


@needs_wrk
def test_targets_are_sent_in_turn_each_with_a_number_of_its_own(
    server: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    paths = (Target("/a/{n}", '{"k":"{n}"}'), Target("/b", "[==x==]"))
    request = Request(paths, "Bearer token", "PUT", load.JSON)
    assert measured(server, request, tmp_path) > 0
    seen = server.seen  # type: ignore[attr-defined]
    assert {(method, authorization) for method, _, authorization, _ in seen} == {
        ("PUT", "Bearer token")
    }
    assert {body for _, path, _, body in seen if path == "/b"} == {"[==x==]"}
    numbers = [path.removeprefix("/a/") for _, path, _, _ in seen if path.startswith("/a/")]
    assert numbers
    assert len(set(numbers)) == len(numbers)
    assert {body for _, path, _, body in seen if path != "/b"} == {
        f'{{"k":"{number}"}}' for number in numbers
    }
    assert abs(len(numbers) - len(seen) / 2) <= 1


@needs_wrk
def test_the_load_stops_before_a_wall(
    server: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    assert measured(server, load.get("", "/"), tmp_path, most=20) > 0
    # What is on its way when the last one is counted still arrives.
    assert 20 <= len(server.seen) <= 24  # type: ignore[attr-defined]


@needs_wrk
def test_errors_are_no_rate(server: http.server.ThreadingHTTPServer, tmp_path: Path) -> None:
    with pytest.raises(LoadFailed, match="/missing"):
        measured(server, load.get("", "/missing"), tmp_path)


def test_a_request_can_be_sent_once(server: http.server.ThreadingHTTPServer) -> None:
    request = load.post("Basic x", "a=b", "/c")
    url = f"http://127.0.0.1:{server.server_address[1]}"
    assert load.send(url, request, request.targets[0]) == b"{}"
    assert server.seen == [("POST", "/c", "Basic x", "a=b")]  # type: ignore[attr-defined]


def test_the_filter_of_a_full_sync_keeps_room_for_its_number() -> None:
    path = matrix.full("token").targets[0].path
    assert path.count("{n}") == 1
    (chosen,) = parse_qs(urlsplit(path.replace("{n}", "7")).query)["filter"]
    assert '"@n7:nowhere"' in chosen


def test_a_process_takes_memory() -> None:
    assert resident_kib(os.getpid()) > 1024


def test_headers_are_sent_with_each_request() -> None:
    request = Request((Target("/"),), load.basic("a", "b"), headers=(("X-One", "1"),))
    assert 'wrk.headers["X-One"] = [==[1]==]' in load.script(request)
