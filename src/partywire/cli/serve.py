"""``partywire serve``: the server."""

import contextlib
import logging
import socket
import tempfile
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from msgspec.structs import replace

from partywire import app
from partywire.cli import logs, options, workers
from partywire.cli.failures import Unfit, explained
from partywire.cli.media import Settings, media_options
from partywire.cli.outgoing import outgoing_options
from partywire.cli.workers import DidNotStart, Place, Workers
from partywire.config import Config, Limits
from partywire.domain import accounts
from partywire.domain.call import Resources
from partywire.log_lines import LogLines
from partywire.server import listen

_NO_CODE = 70  # of a worker that a signal ended

_log = logging.getLogger("partywire")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def checked_public_url(host: str, public_url: str | None) -> str | None:
    """The public URL without a trailing slash.

    Raises:
        Unfit: the settings would send credentials in the clear, or let any caller decide
            where clients go next.
    """
    if public_url is None:
        if is_loopback(host):
            return None
        raise Unfit(
            f"{host} can be reached from other machines, and without --public-url the next "
            "request of a client would go wherever the Host header of the last one said: add "
            "--public-url https://NAME, the address of the TLS proxy in front of this server",
        )
    try:
        parts = urlsplit(public_url)
        whole = f"{parts.scheme}://{_authority(parts.hostname or '', parts.port)}"
    except ValueError as error:
        raise Unfit(f"--public-url {public_url} is not a URL: {error}") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unfit(f"--public-url {public_url} is not an http(s) URL")
    if public_url.removesuffix("/").lower() != whole:
        raise Unfit(f"--public-url {public_url} must be a scheme and a host only: {whole}")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise Unfit(
            f"--public-url {public_url} would send auth tokens in the clear: put a TLS proxy in "
            "front of this server and name its https:// address",
        )
    return whole


def _authority(host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if port is None else f"{shown}:{port}"


@click.command("serve")
@options.host_option
@options.port_option
@options.database_option
@options.key_file_option
@click.option(
    "--public-url",
    envvar="PARTYWIRE_PUBLIC_URL",
    metavar="URL",
    help="Base of every URL in answers, such as https://chat.example.com.",
)
@options.database_connections_option
@options.conversations_per_user_option
@click.option(
    "--access-log/--no-access-log",
    default=True,
    show_default=True,
    help=options.access_log_help,
)
@click.option(
    "--workers",
    "count",
    envvar="PARTYWIRE_WORKERS",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How many processes serve.",
)
@options.days_kept_option
@options.drain_delay_option
@options.metrics_host_option
@options.metrics_port_option
@options.push_options
@outgoing_options
@media_options
def serve_command(
    host: str,
    port: int,
    database: str,
    key_file: Path | None,
    public_url: str | None,
    database_connections: int,
    conversations_per_user: int,
    access_log: bool,
    count: int,
    days_kept: int,
    drain_delay: float,
    metrics_host: str,
    metrics_port: int | None,
    push: dict[str, str | None],
    outgoing: dict[str, Any],
    media: Settings,
) -> None:
    """Serve known accounts, durably.

    Make an account first: partywire account create.
    """
    place = workers.ours()
    turn = None if place is None else Path(place.folder) / "log"
    with logs.structured(turn) as lines, explained():
        config = Config(
            database=database,
            key_file=options.key_file(database, key_file),
            public_url=checked_public_url(host, public_url),
            database_connections=database_connections,
            limits=Limits(conversations_per_user=conversations_per_user),
            days_kept=days_kept,
            drain_delay=drain_delay,
            metrics_host=metrics_host,
            metrics_port=metrics_port,
            **push,  # type: ignore[arg-type]
            **outgoing,
        )
        config = media.of(config)
        _run(config, place, (host, port), count, lines if access_log else None)


def _run(
    config: Config, place: Place | None, where: tuple[str, int], count: int, log: LogLines | None
) -> None:
    """Serves as what this process is: a worker, the parent of several, or the only one."""
    if place is not None:
        app.run(lambda: _work(config, place, log))
    elif count > 1:
        app.run(lambda: _watch(config, *where, count))
    else:
        app.run(lambda: _serve(config, *where, log))


async def _work(config: Config, place: Place, log: LogLines | None) -> None:
    """One of several workers."""
    workers.stop_with_parent()
    config = replace(config, worker=place.number, figures_folder=place.folder)
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket(fileno=place.listening))
        scraped = None
        if place.scraped is not None:
            scraped = stack.enter_context(socket.socket(fileno=place.scraped))
        async with app.opened(config) as resources:
            await app.serve_on(
                resources, listening, scraped, lambda: options.say_ready("worker"), log
            )


async def _watch(config: Config, host: str, port: int, count: int) -> None:
    """The parent of several workers."""
    await _look_around(config)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="partywire-"))
        sockets = stack.enter_context(contextlib.ExitStack())
        listening, url = listen(host, port)
        sockets.enter_context(contextlib.closing(listening))
        scraped = None
        if config.metrics_port is not None:
            metrics, where = listen(config.metrics_host, config.metrics_port)
            sockets.enter_context(contextlib.closing(metrics))
            scraped = metrics.fileno()
            _log.info("Metrics are at %s/metrics", where)
        place = Place(0, listening.fileno(), scraped, folder)
        # Whom no worker accepts any more is to be told so, and not to wait for the last of them.
        parent = Workers(count, place, lambda: options.say_ready(url), sockets.close)
        try:
            await parent.run()
        except DidNotStart as error:
            click.echo(f"Error: {error}", err=True)
            raise click.exceptions.Exit(error.code if error.code > 0 else _NO_CODE) from error


async def _look_around(config: Config) -> None:
    """Brings the database up to date, and says what will be in the way."""
    async with app.opened(config) as resources:
        await _warn(config, resources)


async def _serve(config: Config, host: str, port: int, log: LogLines | None) -> None:
    async with app.opened(config) as resources:
        await _warn(config, resources)
        await app.serve(resources, host, port, options.say_ready, log)


async def _warn(config: Config, resources: Resources) -> None:
    await resources.objects.check()
    if not await accounts.every(resources):
        _log.warning(
            "No account exists yet, so every request will be refused: make one with "
            "partywire account create --database %s",
            options.shown(config.database),
        )
