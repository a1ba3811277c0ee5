"""The composition root: opens storage, builds the wire, owns start and stop."""

import asyncio
import contextlib
import gc
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.loops.auto import auto_loop_factory

from partywire.clock import Clock, FrozenClock, SystemClock
from partywire.config import Config
from partywire.delivery.background import working
from partywire.delivery.feed import Feed
from partywire.delivery.targets import Targets
from partywire.delivery.webhooks.gate import WebhookGate
from partywire.delivery.webhooks.ledger import Ledger
from partywire.domain import accounts, backlog
from partywire.domain.call import Resources
from partywire.log_lines import LogLines
from partywire.server import Server, listen, serving_beside, settings
from partywire.sids import Mint
from partywire.storage.objects import Objects, place_of
from partywire.storage.opening import open_database
from partywire.storage.vault import Vault
from partywire.wire.http.about import Standing, about, watched
from partywire.wire.http.doors import BENCH, DOORS, routes
from partywire.wire.http.figures import Counter, Shared
from partywire.wire.http.media import MediaApi, is_media
from partywire.wire.http.metrics import metrics
from partywire.wire.http.operation import Api
from partywire.wire.http.traffic import Traffic
from partywire.wire.socket.commands.table import routes as commands
from partywire.wire.socket.commands.typing_indicator import TypingIndicator
from partywire.wire.socket.connections import Connections
from partywire.wire.socket.presence import Attendant
from partywire.wire.socket.revocation import Revocation
from partywire.wire.socket.shell import Sockets
from partywire.wire.socket.sync import reads, subscriptions
from partywire.wire.socket.sync.hub import Hub
from partywire.wire.socket.upstream import Upstream

T = TypeVar("T")

_log = logging.getLogger("partywire")


@contextlib.asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Resources]:
    """What a server shares, for as long as the block lasts.

    Raises:
        StorageFailure: the database cannot be opened.
        NewerSchema: it was made by a newer version of this program.
        VaultFailure: the key file cannot be used, or does not fit the database.
    """
    clock: Clock = SystemClock() if config.frozen_at is None else FrozenClock(config.frozen_at)
    async with contextlib.AsyncExitStack() as stack:
        database = await open_database(config.database, config.database_connections)
        stack.push_async_callback(database.close)
        targets, ledger = Targets(config.allowed_targets), Ledger(database)
        gate = WebhookGate(targets, config.authorities_file, ledger)
        stack.push_async_callback(gate.close)
        vault = Vault.from_file(Path(config.key_file))
        objects = Objects(place_of(config.database, config.media))
        mint = Mint(clock, config.seed)
        resources = Resources(config, database, vault, clock, mint, gate, objects)
        for account in (await accounts.every(resources))[:1]:
            vault.decrypt(account.token)
        yield resources


def application(
    resources: Resources,
    traffic: Traffic | None = None,
    standing: Standing | None = None,
    sockets: Sockets | None = None,
) -> ASGIApp:
    """The whole server as one ASGI application.

    Args:
        resources: the server's.
        traffic: takes down what is asked; None makes one that nobody reads.
        standing: says when the server is on its way out; None never does.
        sockets: serves the sockets; None makes its own.
    """
    traffic = traffic or Traffic()
    within = real_time(resources, traffic).sockets if sockets is None else sockets
    handsets = resources.config.handsets
    api = Api(resources, routes(DOORS + BENCH if handsets else DOORS), traffic)
    api_paths = ("/v1/", "/_partywire/Handsets/") if handsets else ("/v1/",)
    media = MediaApi(resources, traffic)
    other = watched(about(resources, standing), resources, traffic)

    def app(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "websocket":
            return within(scope, receive, send)
        if is_media(scope["path"]):
            return media(scope, receive, send)
        ours = scope["type"] == "http" and scope["path"].startswith(api_paths)
        return (api if ours else other)(scope, receive, send)

    return app


class RealTime(NamedTuple):
    """What serves the sockets of a server, and what goes on beside them."""

    sockets: Sockets
    typing: TypingIndicator
    attendant: Attendant
    hub: Hub
    revocation: Revocation

    @contextlib.asynccontextmanager
    async def going_on(self, feed: Feed) -> AsyncIterator[None]:
        """Tells what happens and who is online, and ends what is revoked: for the block."""
        with self.typing.listening():
            async with contextlib.AsyncExitStack() as stack:
                await stack.enter_async_context(self.attendant.going_on())
                await stack.enter_async_context(self.hub.following(feed.follow))
                await stack.enter_async_context(self.revocation.going_on())
                yield


def real_time(resources: Resources, traffic: Traffic) -> RealTime:
    """What serves the sockets of a server, with all that can be asked inside of them."""
    hub, attendant = Hub(resources), Attendant(resources)
    connections = Connections([hub, attendant])
    typing = TypingIndicator(resources, connections)
    rows = [*commands(typing), *reads.ROUTES, *subscriptions.routes(hub)]
    upstream = Upstream(rows, traffic)
    sockets = Sockets(resources, upstream, connections)
    return RealTime(sockets, typing, attendant, hub, Revocation(resources, connections))


async def serve(
    resources: Resources,
    host: str,
    port: int,
    ready: Callable[[str], None],
    log: LogLines | None = None,
) -> None:
    """Serves until SIGINT or SIGTERM; requests in flight are answered first.

    Args:
        resources: the server's.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        ready: called with the server's URL once it accepts connections.
        log: takes a line for each request; None writes none.

    Raises:
        OSError: an address cannot be listened on.
    """
    config = resources.config
    with contextlib.ExitStack() as stack:
        listening, url = listen(host, port)
        stack.enter_context(contextlib.closing(listening))
        scraped: socket.socket | None = None
        if config.metrics_port is not None:
            scraped, where = listen(config.metrics_host, config.metrics_port)
            stack.enter_context(contextlib.closing(scraped))
            _log.info("Metrics are at %s/metrics", where)
        await serve_on(resources, listening, scraped, lambda: ready(url), log)


async def serve_on(
    resources: Resources,
    listening: socket.socket,
    scraped: socket.socket | None,
    ready: Callable[[], None],
    log: LogLines | None = None,
) -> None:
    """Serves on sockets that listen already, and that other workers may hold too.

    Args:
        resources: the server's.
        listening: where clients come.
        scraped: where ``/metrics`` is; None serves none.
        ready: called once connections are accepted.
        log: takes a line for each request; None writes none.
    """
    config = resources.config
    traffic, standing = Traffic(log), Standing()
    live = real_time(resources, traffic)
    sockets = live.sockets
    served = settings(application(resources, traffic, standing, sockets), with_sockets=True)
    server = Server(served, ready, standing, config.drain_delay, sockets)
    timings = resources.database.timings
    counter = Counter(
        traffic, server, lambda: standing.draining, timings, log, worker=config.worker
    )
    folder = config.figures_folder
    figures = Shared(counter, None if folder is None else Path(folder))
    # What is there by now stays: the collector need not look at it again with every request.
    gc.collect()
    gc.freeze()
    async with contextlib.AsyncExitStack() as stack:
        feed = await stack.enter_async_context(working(resources))
        await stack.enter_async_context(live.going_on(feed))
        await stack.enter_async_context(figures.written())
        if scraped is not None:
            engine = config.database.partition(":")[0]
            page = metrics(
                figures.everybody,
                engine,
                partial(backlog.events, resources),
                partial(backlog.deliveries, resources),
            )
            await stack.enter_async_context(serving_beside(page, scraped))
        await server.serve([listening])


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Runs a coroutine function on the fastest event loop that is installed."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        return runner.run(main())
