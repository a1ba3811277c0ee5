"""The composition root: opens storage, builds the wire, owns start and stop."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.loops.auto import auto_loop_factory

from partywire.clock import Clock, FrozenClock, SystemClock
from partywire.config import Config
from partywire.domain import accounts
from partywire.domain.call import Resources
from partywire.sids import Mint
from partywire.storage.opening import open_database
from partywire.storage.vault import Vault
from partywire.wire.http.about import about
from partywire.wire.http.connection import HttpConnection
from partywire.wire.http.doors import routes
from partywire.wire.http.operation import Api

T = TypeVar("T")

_PATIENCE: Final = 30  # seconds that requests in flight get when the server stops


@contextlib.asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Resources]:
    """What a server shares, for as long as the block lasts.

    Raises:
        StorageFailure: the database cannot be opened.
        NewerSchema: it was made by a newer version of this program.
        VaultFailure: the key file cannot be used, or does not fit the database.
    """
    clock: Clock = SystemClock() if config.frozen_at is None else FrozenClock(config.frozen_at)
    database = await open_database(config.database)
    try:
        vault = Vault.from_file(Path(config.key_file))
        resources = Resources(config, database, vault, clock, Mint(clock, config.seed))
        for account in (await accounts.every(resources))[:1]:
            vault.decrypt(account.token)
        yield resources
    finally:
        await database.close()


def application(resources: Resources) -> ASGIApp:
    """The whole server as one ASGI application."""
    api, other = Api(resources, routes()), about(resources)

    def app(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        ours = scope["type"] == "http" and scope["path"].startswith("/v1/")
        return (api if ours else other)(scope, receive, send)

    return app


class _Server(uvicorn.Server):
    """Says when it accepts connections, and takes a signal as the wish to stop, not to die."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        wishes = (signal.SIGINT, signal.SIGTERM)
        for wish in wishes:
            loop.add_signal_handler(wish, self.handle_exit, wish, None)
        try:
            yield
        finally:
            for wish in wishes:
                loop.remove_signal_handler(wish)


async def serve(resources: Resources, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serves until SIGINT or SIGTERM; requests in flight are answered first.

    Args:
        resources: the server's.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        ready: called with the server's URL once it accepts connections.

    Raises:
        OSError: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=2048)
    bound = listening.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    options: dict[str, Any] = {
        "http": HttpConnection,
        "interface": "asgi3",
        "lifespan": "off",
        "ws": "none",
    }
    app = application(resources)
    # What is there by now stays: the collector need not look at it again with every request.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE,
        **options,
    )
    with contextlib.closing(listening):
        await _Server(config, lambda: ready(f"http://{shown}:{bound}")).serve([listening])


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Runs a coroutine function on the fastest event loop that is installed."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        return runner.run(main())
