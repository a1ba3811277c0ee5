"""HTTP over a bare socket: for what no client library would send."""

import socket
from urllib.parse import urlsplit

import httpx

BODILESS = frozenset({204, 304})


def exchanged(url: str, sent: bytes, *, ends: bool = False) -> bytes:
    """Sends these bytes; returns what comes back, up to one answer or the server's closing.

    Args:
        url: the server's.
        sent: what to send.
        ends: whether to say that nothing more will come.
    """
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        try:
            connection.sendall(sent)
            if ends:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it answers before it has read everything: that is what counts
        received = b""
        while not complete(received):
            try:
                chunk = connection.recv(65536)
            except ConnectionResetError:
                break
            if not chunk:
                break
            received += chunk
        return received


def complete(received: bytes) -> bool:
    """Whether one whole answer is there."""
    head, separator, body = received.partition(b"\r\n\r\n")
    if not separator:
        return False
    for line in head.lower().split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return len(body) >= int(value)
    return head.split(b" ", 2)[1] in {b"%d" % status for status in BODILESS}


def answered(url: str, sent: bytes, *, ends: bool = False) -> httpx.Response:
    """The same as an answer."""
    received = exchanged(url, sent, ends=ends)
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    assert first.startswith("HTTP/1.1 "), received
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    assert "content-length" in {name.lower() for name, _ in headers} or not body, received
    return httpx.Response(int(first.split()[1]), headers=headers, content=body)


def head(method: str, target: str, *lines: str) -> bytes:
    """A request without a body."""
    text = "\r\n".join([f"{method} {target} HTTP/1.1", "Host: bench", *lines, "", ""])
    return text.encode("latin-1")
