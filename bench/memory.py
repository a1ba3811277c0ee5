"""Memory: what 100,000 conversations and an idle connection cost."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

from tools.postgresql import NotToBeHad

from bench import load, pgbench, servers
from bench.data import Made
from bench.growth import MANY_CONVERSATIONS
from bench.servers import Server, resident_kib
from bench.tables import Row, Table, not_measured
from bench.track import ENGINES, Track, say

IDLE = 2_000
WARM_UP = 200
MIB = 2**20


def _walked(server: Server, made: Made) -> int:
    """Reads the user's conversations to the end; returns how many there were."""
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    headers = {"Authorization": load.basic(made.username, made.password)}
    path: str | None = f"/v1/Users/{made.user}/Conversations?PageSize=50"
    count = 0
    while path:
        connection.request("GET", path, headers=headers)
        page = json.loads(connection.getresponse().read())
        count += len(page["conversations"])
        following = page["meta"]["next_page_url"]
        path = following and following.removeprefix(server.url)
    connection.close()
    return count


def _stored(engine: str, made: Made) -> int:
    """Bytes of the database."""
    if engine == "PostgreSQL":
        return pgbench.asked(made.url, "SELECT pg_database_size(current_database())")
    return made.file.stat().st_size


def _conversations(track: Track, engine: str) -> Row:
    made = track.made(engine, **MANY_CONVERSATIONS)
    with track.serving(made) as server:
        request = load.get(
            load.basic(made.username, made.password), f"/v1/Users/{made.user}/Conversations"
        )
        for _ in range(WARM_UP):
            load.send(server.url, request, request.targets[0])
        before = resident_kib(server.pid)
        count = _walked(server, made)
        after = resident_kib(server.pid)
    sizes = (f"{before / 1024:.1f} MiB", f"{after / 1024:.1f} MiB")
    each = f"{(after - before) * 1024 / count:,.0f} bytes"
    stored = f"{_stored(engine, made) / MIB:,.0f} MiB"
    return Row((f"{engine}, {count:,} conversations walked", *sizes, each, stored))


def _idle(track: Track) -> Row:
    """Connections that have each had an answer, and say nothing more."""
    made = track.made("SQLite", **MANY_CONVERSATIONS)
    with servers.many_files(), track.serving(made) as server, ExitStack() as stack:
        for _ in range(WARM_UP):
            with socket.create_connection(server.address) as one:
                _answered(one)
        before = resident_kib(server.pid)
        opened = [
            stack.enter_context(socket.create_connection(server.address)) for _ in range(IDLE)
        ]
        for one in opened:
            _answered(one)
        after = resident_kib(server.pid)
        alive = sum(_is_open(one) for one in opened)
    sizes = (f"{before / 1024:.1f} MiB", f"{after / 1024:.1f} MiB")
    each = f"{(after - before) * 1024 / IDLE:,.0f} bytes"
    return Row((f"{alive:,} of {IDLE:,} idle connections open", *sizes, each))


def _answered(connection: socket.socket) -> None:
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    if b" 200 " not in connection.recv(4096):
        raise AssertionError("the server is not well")


def _is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True


def tables(track: Track) -> Iterator[Table]:
    """One table."""
    rows = []
    for engine in ENGINES:
        say(f"memory on {engine}")
        try:
            rows.append(_conversations(track, engine))
        except NotToBeHad as reason:
            rows.append(not_measured(engine, reason))
    rows.append(_idle(track))
    yield Table(
        "Memory of one process",
        ("what", "before", "after", "each", "database"),
        tuple(rows),
        "The proportional set size of the server's process, after a few requests and after all "
        "of them. PostgreSQL's own memory is not in it.",
    )
