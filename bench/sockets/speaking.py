"""Somebody says something, and it is measured when those who listen have it."""

import math
import socket
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from bench import load
from bench.load import Request
from bench.sockets import client
from bench.sockets.client import Socket
from bench.sockets.crowd import Crowd

PAUSE_SECONDS = 0.02
_FRESH_SECONDS = 2.0  # of an idle connection; the server closes it after 5
_TAKEN = b"HTTP/1.1 201 "


class Speaker(Struct, frozen=True):
    """Says something to those who listen.

    Attributes:
        say: sends so many messages, and waits for nothing.
        rest: returns when all of them are answered.
        listeners: who is told.
    """

    say: Callable[[int], None]
    rest: Callable[[int], None]
    listeners: Crowd

    def heard(self, messages: int = 1) -> float:
        """Seconds until everybody has so many messages."""
        began = time.perf_counter()
        self.say(messages)
        self.listeners.await_all(messages)
        spent = time.perf_counter() - began
        self.rest(messages)
        return spent

    def answered(self) -> float:
        """Seconds until one message is answered."""
        began = time.perf_counter()
        self.say(1)
        self.rest(1)
        spent = time.perf_counter() - began
        self.listeners.await_all()
        return spent


class Poster:
    """Posts over REST, each of several messages over a connection of its own.

    Connections that the server may have closed by now are made anew.

    Args:
        address: host and port.
        request: whose first target it is.
    """

    def __init__(self, address: tuple[str, int], request: Request) -> None:
        target = request.targets[0]
        body = (target.body or "").encode()
        lines = [
            f"POST {target.path} HTTP/1.1",
            "Host: localhost",
            f"Authorization: {request.authorization}",
            f"Content-Type: {request.content_type}",
            f"Content-Length: {len(body)}",
        ]
        self._sent = "".join(f"{line}\r\n" for line in [*lines, ""]).encode() + body
        self._address = address
        self._connections: list[socket.socket] = []
        self._used = 0.0

    def close(self) -> None:
        """Hangs up."""
        while self._connections:
            self._connections.pop().close()

    def say(self, messages: int) -> None:
        """See ``Speaker``."""
        if time.monotonic() - self._used > _FRESH_SECONDS:
            self.close()
        while len(self._connections) < messages:
            self._connections.append(socket.create_connection(self._address, client.PATIENCE))
        for one in self._connections[:messages]:
            one.sendall(self._sent)

    def rest(self, messages: int) -> None:
        """See ``Speaker``."""
        for one in self._connections[:messages]:
            answer = b""
            while not answer.endswith(b"}"):
                some = one.recv(65536)
                if not some:
                    break
                answer += some
            if not answer.startswith(_TAKEN):
                raise load.LoadFailed(f"a post was answered {answer[-500:]!r}")
        self._used = time.monotonic()


def caller(one: Socket, message: bytes, listeners: Crowd) -> Speaker:
    """Sends this over a bare socket."""
    sent = client.frame(message)
    connection = one.connection
    return Speaker(lambda messages: connection.sendall(sent * messages), lambda _: None, listeners)


def percentile(samples: Sequence[float], part: float) -> float:
    """The least sample that so large a part of all does not exceed."""
    return sorted(samples)[max(0, math.ceil(part * len(samples)) - 1)]


def _timed(measure: Callable[[], float], seconds: float) -> list[float]:
    """What it measures, again and again for so long, after a pause each time."""
    measure()
    samples, end = [], time.monotonic() + seconds
    while time.monotonic() < end or not samples:
        time.sleep(PAUSE_SECONDS)
        samples.append(measure())
    return samples


def best(
    measures: Mapping[str, Callable[[], float]], rounds: int, seconds: float
) -> dict[str, list[float]]:
    """The samples of the best round of each, by their median; they take turns."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, measure in measures.items():
            samples = _timed(measure, seconds)
            found[name] = min(found.get(name, samples), samples, key=statistics.median)
    return found
