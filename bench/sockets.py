"""Sockets: what an idle one costs, and whether many are held while posting goes on."""

import json
import re
import resource
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

from bench import budget
from bench.budget import SHAPE
from bench.data import Made
from bench.servers import resident_kib
from bench.tables import Row, Table, per_second
from bench.track import Track

IDLE = 5_000
WARM_UP = 50

_HANDSHAKE = (
    b"GET /v3/wsconnect HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
_PATIENCE = 60.0


def _frame(header: dict[str, object]) -> bytes:
    """A packet in a WebSocket frame; masked with zeros, which is allowed."""
    text = json.dumps({**header, "payload_size": 0}).encode()
    packet = b"TWILSOCK V3.0 %d\r\n%b\r\n" % (len(text), text)
    return b"\x82\xfe" + struct.pack("!H", len(packet)) + bytes(4) + packet


def _connected(address: tuple[str, int], token: str) -> socket.socket:
    """A socket whose token was found good."""
    one = socket.create_connection(address, timeout=_PATIENCE)
    one.sendall(_HANDSHAKE)
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += one.recv(4096)
    one.sendall(_frame({"method": "init", "id": "TM1", "token": token, "capabilities": []}))
    said = one.recv(4096)
    if b" 101 " not in answer or b'"code":200' not in said:
        raise AssertionError((answer, said))
    return one


def _is_open(connection: socket.socket) -> bool:
    """Whether nothing but pings came."""
    connection.setblocking(False)
    try:
        data = connection.recv(65536)
    except BlockingIOError:
        return True
    return bool(data) and re.search(rb'"method":"close"', data) is None


def _token(made: Made) -> str:
    """An access token for the account's user."""
    command = [sys.executable, "-m", "partywire", "token", "--identity", "alice"]
    command += ["--database", made.url, "--key-file", str(made.key_file)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _rows(track: Track) -> Iterator[Row]:
    made = track.made("SQLite", **SHAPE)
    token = _token(made)
    with track.serving(made) as server, ExitStack() as stack:
        place = urlsplit(server.url)
        address = (place.hostname or "", place.port or 0)
        for _ in range(WARM_UP):
            _connected(address, token).close()
        posting = track.loading(server, budget.posting(made, 1), 64)
        alone = max(posting() for _ in range(track.pace.rounds))
        before, began = resident_kib(server.pid), time.monotonic()
        opened = [stack.enter_context(_connected(address, token)) for _ in range(IDLE)]
        spent = time.monotonic() - began
        after = resident_kib(server.pid)
        sizes = (f"{before / 1024:.1f} MiB", f"{after / 1024:.1f} MiB")
        each = f"{(after - before) * 1024 / IDLE:,.0f} bytes"
        yield Row((f"{IDLE:,} idle sockets, {IDLE / spent:,.0f} begun in a second", *sizes, each))
        held = max(posting() for _ in range(track.pace.rounds))
        alive = sum(_is_open(one) for one in opened)
        name = f"messages posted alone, and with {alive:,} of {IDLE:,} sockets held"
        yield Row((name, per_second(alone), per_second(held), f"{held / alone:.2f}"))


def tables(track: Track) -> Iterator[Table]:
    """One table."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the server inherits it
    try:
        rows = tuple(_rows(track))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    yield Table(
        "Idle sockets of one process",
        ("what", "before", "after", "each, or ratio"),
        rows,
        "Each socket has shown a good token and says nothing more; all over loopback, on SQLite. "
        "The client answers no pings, so that all of it has to happen within 45 seconds.",
    )
