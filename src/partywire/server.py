"""How a server starts, drains and stops: uvicorn's, with our say in each."""

import asyncio
import contextlib
import logging
import select
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from types import FrameType
from typing import Any, Final, Protocol, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from partywire.wire.http.about import Standing
from partywire.wire.http.connection import HttpConnection
from partywire.wire.socket import websocket
from partywire.wire.socket.websocket import WebSocketConnection

PATIENCE: Final = 30  # seconds that requests in flight get when the server stops
SOCKETS_PATIENCE: Final = 5.0  # the same for what is asked inside of sockets

_WISHES: Final = (signal.SIGINT, signal.SIGTERM)
_BACKLOG: Final = 2048
_PAUSE_SECONDS: Final = 0.01
_PAUSES: Final = 50  # for who has connected, and is about to ask

_log = logging.getLogger("partywire")


def listen(host: str, port: int) -> tuple[socket.socket, str]:
    """Takes an address; returns the socket and the URL by which it is reached.

    Raises:
        OSError: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    shown = f"[{host}]" if ":" in host else host
    return listening, f"http://{shown}:{listening.getsockname()[1]}"


def settings(app: ASGIApp, *, with_sockets: bool = False) -> uvicorn.Config:
    """How uvicorn serves the application, and whether it takes sockets."""
    options: dict[str, Any] = {
        "http": HttpConnection,
        "interface": "asgi3",
        "lifespan": "off",
        "ws": WebSocketConnection if with_sockets else "none",
        **websocket.OPTIONS,
    }
    return uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=PATIENCE,
        **options,
    )


class Leaving(Protocol):
    """Sockets, as the server sees them."""

    def __len__(self) -> int:
        """How many are open."""

    async def drain(self, seconds: float) -> None:
        """Sends them away; waits until they are gone, or the time is over."""


class Server(uvicorn.Server):
    """Says when it accepts connections, and takes a signal as the wish to stop, not to die.

    The first signal begins the drain: ``/readyz`` answers 503 and each answer asks its client
    to connect anew the next time; after the delay, no connection is accepted any more, and what
    is in flight is answered. The second signal cuts that short.

    Args:
        config: of uvicorn.
        ready: called once connections are accepted.
        standing: where the drain is said.
        delay: seconds of the drain in which connections are still accepted, for load balancers
            to notice.
        sockets: are asked to connect elsewhere when the delay is over.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None],
        standing: Standing,
        delay: float = 0.0,
        sockets: Leaving | None = None,
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._standing = standing
        self._delay = delay
        self._sockets = sockets

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self.server_state.connections)

    @property
    def sockets(self) -> int:
        """How many of the connections are sockets of the chat SDK."""
        return 0 if self._sockets is None else len(self._sockets)

    @property
    def in_flight(self) -> int:
        """How many requests have not been answered yet."""
        return len(self.server_state.tasks) - self.sockets

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See ``uvicorn.Server.startup``."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See ``uvicorn.Server.shutdown``; who is about to ask is heard before."""
        if not self.force_exit:
            await self._take_last(sockets or [])
            for _ in range(_PAUSES):
                if not self._is_asked():
                    break
                await asyncio.sleep(_PAUSE_SECONDS)
            if self._sockets is not None:
                await self._sockets.drain(SOCKETS_PATIENCE)
        await super().shutdown(sockets)

    async def _take_last(self, sockets: list[socket.socket]) -> None:
        """Stops listening; takes the connections first that the system has accepted for us."""
        loop = asyncio.get_running_loop()
        spare = [one.dup() for one in sockets if one.fileno() != -1]
        for server in self.servers:
            server.close()
        for listening in spare:
            listening.setblocking(False)
            with contextlib.closing(listening), contextlib.suppress(OSError):
                for _ in range(_BACKLOG):
                    client, _address = listening.accept()
                    client.setblocking(False)
                    await loop.connect_accepted_socket(self._connection, client)

    def _connection(self) -> asyncio.Protocol:
        return HttpConnection(self.config, self.server_state, self.lifespan.state)

    def _is_asked(self) -> bool:
        """Whether a client that waits for no answer has sent what was not read yet.

        One that has just connected is about to.
        """
        asking = select.poll()
        for one in self.server_state.connections:
            if not isinstance(one, HttpConnection):
                continue
            cycle = cast("RequestResponseCycle | None", one.cycle)
            if cycle is None:
                return True
            if cycle.response_complete and not one.transport.is_closing():
                asking.register(one.transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(asking.poll(0))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        """Begins the drain, or ends it."""
        if self._standing.draining:
            self._cut()
            return
        self._standing.draining = True
        last = (b"connection", b"close")
        # uvicorn makes the one from the other again, once in a second.
        self.config.encoded_headers = [*self.config.encoded_headers, last]
        self.server_state.default_headers = [*self.server_state.default_headers, last]
        asyncio.get_running_loop().call_later(self._delay, self._leave)

    def _leave(self) -> None:
        self.should_exit = True

    def _cut(self) -> None:
        """Ends at once: who still waits for an answer gets none."""
        if self.in_flight:
            _log.warning("%d requests were cut off by a second signal", self.in_flight)
        self.should_exit = self.force_exit = True
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for task in list(self.server_state.tasks):
            task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """See ``uvicorn.Server.capture_signals``."""
        loop = asyncio.get_running_loop()
        for wish in _WISHES:
            loop.add_signal_handler(wish, self.handle_exit, wish, None)
        try:
            yield
        finally:
            for wish in _WISHES:
                loop.remove_signal_handler(wish)
                if self._standing.draining:
                    # What is still to be closed is closed whoever asks again.
                    signal.signal(wish, signal.SIG_IGN)


class _Beside(uvicorn.Server):
    """A server that lives as long as another one, and leaves signals to that."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving_beside(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """Serves another application on a socket of its own, for as long as the block lasts."""
    server = _Beside(settings(app))
    running = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await running
