"""A server before the server, which passes everything on and remembers what was asked.

These libraries have no log of their requests, and a client of our own making would be no longer
theirs. So what was sent is read where it arrives.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

# Of one connection, and so not passed on.
_OF_THE_CONNECTION = {"connection", "keep-alive", "transfer-encoding"}


class Asked(NamedTuple):
    """One request, and how it was answered.

    Attributes:
        account: who signed in.
        method: HTTP method.
        path: as it stood in the request, without the query.
        query: names and values, decoded.
        form: the same of the body.
        headers: names in lower case.
        status: of the answer.
    """

    account: str
    method: str
    path: str
    query: list[tuple[str, str]]
    form: list[tuple[str, str]]
    headers: dict[str, str]
    status: int


class Recorder(NamedTuple):
    """What was asked of a server, in order, of all that came by ``url``."""

    url: str
    asked: list[Asked]


@contextlib.contextmanager
def recording(server_url: str) -> Iterator[Recorder]:
    """Records, for as long as the block lasts, what is asked at the recorder's own URL."""
    upstream = urlsplit(server_url)
    assert upstream.hostname is not None
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, content = _answer(upstream.netloc, self, body)
            asked.append(_asked(self, body, status))
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _pass_on  # noqa: N815 - the names that the class calls

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as front:
        thread = threading.Thread(target=front.serve_forever)
        thread.start()
        try:
            yield Recorder(f"http://127.0.0.1:{front.server_port}", asked)
        finally:
            front.shutdown()
            thread.join()


def _answer(
    netloc: str, request: BaseHTTPRequestHandler, body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    with contextlib.closing(http.client.HTTPConnection(netloc)) as connection:
        connection.putrequest(
            request.command, request.path, skip_host=True, skip_accept_encoding=True
        )
        for name, value in request.headers.items():
            if name.lower() not in _OF_THE_CONNECTION:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        headers = [pair for pair in answer.getheaders() if pair[0] not in _OF_THE_CONNECTION]
        return answer.status, headers, answer.read()


def _asked(request: BaseHTTPRequestHandler, body: bytes, status: int) -> Asked:
    target = urlsplit(request.path)
    headers = {name.lower(): value for name, value in request.headers.items()}
    signed_in = base64.b64decode(headers.get("authorization", "").removeprefix("Basic "))
    return Asked(
        account=signed_in.decode().partition(":")[0],
        method=request.command,
        path=target.path,
        query=parse_qsl(target.query, keep_blank_values=True),
        form=parse_qsl(body.decode(), keep_blank_values=True),
        headers=headers,
        status=status,
    )
