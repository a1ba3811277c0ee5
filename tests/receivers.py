"""Real receivers of outgoing requests: HTTP servers on loopback, in a thread of their own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import uvicorn

PATIENCE = 20.0  # seconds


class Received(NamedTuple):
    """One request; the target is the path with its query, as it stood on the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters: of a GET those of the query, else those of the body."""
        sent = self.target.partition("?")[2] if self.method == "GET" else self.body.decode()
        return parse_qsl(sent, keep_blank_values=True, strict_parsing=bool(sent))

    @property
    def parameters(self) -> dict[str, str]:
        """The same by name, each of which must be there once."""
        found = dict(self.pairs)
        assert len(found) == len(self.pairs), self.pairs
        return found


class Reply(NamedTuple):
    """What a receiver answers, after a while."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    after: float = 0.0  # seconds


class Receiver:
    """Remembers what it receives; answers what ``reply`` makes of it.

    Attributes:
        url: where it listens, without a slash at the end.
        received: in the order in which the requests were complete.
        reply: called in the receiver's thread, once for each request.
        may_answer: no request is answered before this is so.
    """

    def __init__(self, **tls: Any) -> None:
        self.received: list[Received] = []
        self.reply: Callable[[Received], Reply] = lambda _: Reply()
        self.may_answer: Callable[[], bool] = lambda: True
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listening.getsockname()[1]}"
        config = uvicorn.Config(
            self._app,
            interface="asgi3",
            lifespan="off",
            log_config=None,
            access_log=False,
            ws="none",
            **tls,
        )
        self._server = uvicorn.Server(config)
        self._server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),), daemon=True)

    async def _serve(self) -> None:
        await self._server.serve([self._listening])
        # Whoever is at the other end of TLS may never agree to the end of it.
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()
        while self._server.server_state.connections:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
        headers = {name.decode("latin-1"): value.decode() for name, value in scope["headers"]}
        target = scope["raw_path"].decode("latin-1") + query
        received = Received(scope["method"], target, headers, body)
        self.received.append(received)
        reply = self.reply(received)
        if reply.after:
            await asyncio.sleep(reply.after)
        while not self.may_answer():  # noqa: ASYNC110 - another thread's doing
            await asyncio.sleep(0.002)
        lines = [(name.encode(), value.encode()) for name, value in reply.headers]
        await send({"type": "http.response.start", "status": reply.status, "headers": lines})
        await send({"type": "http.response.body", "body": reply.body})

    def start(self) -> None:
        self._thread.start()
        deadline = time.monotonic() + PATIENCE
        while not self._server.started:
            assert time.monotonic() < deadline
            time.sleep(0.002)

    def stop(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(PATIENCE)
        self._listening.close()

    def wait(self, number: int) -> list[Received]:
        """Waits until so many requests were received; from another thread's point of view."""
        deadline = time.monotonic() + PATIENCE
        while len(self.received) < number:
            assert time.monotonic() < deadline, f"{len(self.received)} of {number} came"
            time.sleep(0.005)
        return self.received

    async def until(self, number: int) -> list[Received]:
        """The same, for a test that runs on an event loop."""
        deadline = time.monotonic() + PATIENCE
        while len(self.received) < number:
            assert time.monotonic() < deadline, f"{len(self.received)} of {number} came"
            await asyncio.sleep(0.005)
        return self.received


@contextlib.contextmanager
def receiving(**tls: Any) -> Iterator[Receiver]:
    """A receiver for as long as the block lasts.

    Args:
        tls: ``ssl_certfile`` and ``ssl_keyfile``, for one that speaks TLS.
    """
    receiver = Receiver(**tls)
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.stop()
