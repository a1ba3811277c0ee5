"""A bucket: the least of S3 that the store of media asks for, over real HTTP.

What it answers was compared with moto's server, a fuller imitation of S3: it differs in nothing
that the store asks for.
"""

import contextlib
import itertools
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

NAME, KEY, SECRET = "files", "the-key", "the-secret"
_DELETED = re.compile(rb"<Key>(.*?)</Key>")
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


class Bucket:
    """What is in it, and what is on its way in.

    Attributes:
        objects: by name.
        parts: of uploads that are neither ended nor given up, by their id and number.
        fails: whether every request is answered 503.
    """

    def __init__(self) -> None:
        self.url = ""
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.fails = False
        self.ids = itertools.count(1)

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a program finds it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }


class _Handler(BaseHTTPRequestHandler):
    bucket: Bucket
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: Any) -> None:
        """Says nothing."""

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):  # who was cut off waits for nothing
            self.wfile.write(body)

    def _asked(self) -> tuple[str, dict[str, list[str]], bytes] | None:
        """Name, query and body; None if it was refused."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = urlsplit(self.path)
        bucket_name, _, name = unquote(parts.path).removeprefix("/").partition("/")
        if self.bucket.fails:
            self._answer(503)
        elif f"Credential={KEY}/" not in self.headers.get("Authorization", ""):
            self._answer(403)
        elif bucket_name != NAME:
            self._answer(404)
        else:
            return name, parse_qs(parts.query, keep_blank_values=True), body
        return None

    def do_PUT(self) -> None:
        if (asked := self._asked()) is None:
            return
        name, query, body = asked
        if "uploadId" in query:
            self.bucket.parts[query["uploadId"][0]][int(query["partNumber"][0])] = body
        else:
            self.bucket.objects[name] = body
        self._answer(200, ETag='"x"')

    def do_POST(self) -> None:
        if (asked := self._asked()) is None:
            return
        name, query, body = asked
        if "delete" in query:
            named = _DELETED.findall(body)
            for each in named:
                self.bucket.objects.pop(each.decode(), None)
            gone = b"".join(b"<Deleted><Key>%b</Key></Deleted>" % each for each in named)
            self._answer(200, b"<DeleteResult>%b</DeleteResult>" % gone)
        elif "uploads" in query:
            upload = str(next(self.bucket.ids))
            self.bucket.parts[upload] = {}
            begun = f"<UploadId>{upload}</UploadId>".encode()
            self._answer(200, b"<R><Bucket>b</Bucket><Key>k</Key>%b</R>" % begun)
        else:
            parts = self.bucket.parts.pop(query["uploadId"][0])
            self.bucket.objects[name] = b"".join(parts[number] for number in sorted(parts))
            self._answer(200, b"<R><ETag>x</ETag></R>")

    def do_DELETE(self) -> None:
        if (asked := self._asked()) is not None:
            self.bucket.parts.pop(asked[1]["uploadId"][0])
            self._answer(204)

    def do_GET(self) -> None:
        if (asked := self._asked()) is None:
            return
        content = self.bucket.objects.get(asked[0])
        match = _RANGE.fullmatch(self.headers.get("Range", ""))
        if content is None or match is None:
            self._answer(404)
            return
        start, stop = int(match[1]), min(int(match[2]) + 1, len(content))
        shown = f"bytes {start}-{stop - 1}/{len(content)}"
        date = "Mon, 30 Nov 2026 12:00:00 GMT"
        self._answer(206, content[start:stop], Content_Range=shown, ETag='"x"', Last_Modified=date)


@contextlib.contextmanager
def bucket() -> Iterator[Bucket]:
    """An empty one, for as long as the block lasts."""
    made = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"bucket": made}))
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
