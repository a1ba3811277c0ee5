"""``partywire dev``: the bench."""

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from partywire import app
from partywire.cli import demo, logs, options
from partywire.cli.failures import explained
from partywire.cli.media import Settings, media_options
from partywire.cli.serve import is_loopback
from partywire.config import Config, Limits
from partywire.log_lines import LogLines
from partywire.wire.http.demo_page import PATH as PAGE_PATH

# What runs beside the bench may be told of what happens on it.
_LOOPBACK = ("127.0.0.0/8", "::1/128")


@contextlib.contextmanager
def _database(named: str | None) -> Iterator[str]:
    if named is not None:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="partywire-") as folder:
        yield f"sqlite:///{folder}/partywire.db"


@click.command("dev")
@options.host_option
@options.port_option
@click.option(
    "--database",
    metavar="URL",
    help="Where the data is: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST:PORT/DATABASE. "
    "[default: a temporary file]",
)
@options.key_file_option
@click.option("--demo", "with_demo", is_flag=True, help="Start with a small data set.")
@click.option(
    "--demo-page",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="With --demo: serve the chat page that was built into this folder at /demo.",
)
@click.option("--seed", type=int, help="With --frozen-at: hand out the same SIDs on each run.")
@click.option(
    "--frozen-at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ"]),
    metavar="YYYY-MM-DDTHH:MM:SSZ",
    help="Let the clock stand still at this time.",
)
@options.conversations_per_user_option
@click.option(
    "--access-log/--no-access-log",
    default=False,
    show_default=True,
    help=options.access_log_help,
)
@options.push_options
@media_options
def dev_command(
    host: str,
    port: int,
    database: str | None,
    key_file: Path | None,
    with_demo: bool,
    demo_page: Path | None,
    seed: int | None,
    frozen_at: datetime | None,
    conversations_per_user: int,
    access_log: bool,
    push: dict[str, str | None],
    media: Settings,
) -> None:
    """Start a bench: no account, no network, nothing to set up.

    Any AC… and token opens an isolated account of its own, and so does any SK… and secret.
    """
    if demo_page is not None and not with_demo:
        raise click.UsageError("--demo-page needs --demo: the page's users are the demo's.")
    if not is_loopback(host):
        click.echo(f"Anybody who can reach {host} can use this bench.", err=True)
    with _logged(access_log) as lines, explained(), _database(database) as url:
        config = Config(
            database=url,
            key_file=options.key_file(url, key_file),
            open_accounts=True,
            guest=(demo.ACCOUNT_SID, demo.AUTH_TOKEN) if with_demo else None,
            demo_page=None if demo_page is None else str(demo_page),
            hints=True,
            handsets=True,
            seed=seed,
            frozen_at=None if frozen_at is None else _milliseconds(frozen_at),
            limits=Limits(conversations_per_user=conversations_per_user),
            **push,  # type: ignore[arg-type]
            allowed_targets=_LOOPBACK,
        )
        config = media.of(config)
        app.run(lambda: _dev(config, host, port, with_demo, lines))


def _logged(access_log: bool) -> contextlib.AbstractContextManager[LogLines | None]:
    if access_log:
        return logs.structured()
    logs.plain()
    return contextlib.nullcontext()


def _milliseconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp() * 1000)


async def _dev(config: Config, host: str, port: int, with_demo: bool, log: LogLines | None) -> None:
    async with app.opened(config) as resources:
        await resources.objects.check()
        if with_demo:
            await demo.load(resources)

        def ready(url: str) -> None:
            options.say_ready(url)
            if with_demo:
                page = None if config.demo_page is None else url + PAGE_PATH
                click.echo(demo.what_next(url, page), err=True)

        await app.serve(resources, host, port, ready, log)
