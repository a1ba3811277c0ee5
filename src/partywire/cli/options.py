"""Options that several commands share."""

import functools
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click

from partywire.cli import systemd
from partywire.config import Config, Limits
from partywire.storage.opening import is_postgresql, sqlite_file

database_option = click.option(
    "--database",
    envvar="PARTYWIRE_DATABASE",
    default="sqlite:///partywire.db",
    show_default=True,
    metavar="URL",
    help="Where the data is: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST:PORT/DATABASE.",
)
database_connections_option = click.option(
    "--database-connections",
    envvar="PARTYWIRE_DATABASE_CONNECTIONS",
    type=click.IntRange(2),
    default=10,
    show_default=True,
    help="The most connections that each process opens to a PostgreSQL server.",
)
key_file_option = click.option(
    "--key-file",
    envvar="PARTYWIRE_KEY_FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with the key that encrypts tokens and secrets; made with mode 0600 where it is "
    "missing. All nodes need the same. [default: the database file and .key; for PostgreSQL "
    "partywire.key]",
)
days_kept_option = click.option(
    "--days-kept",
    envvar="PARTYWIRE_DAYS_KEPT",
    type=click.IntRange(1),
    default=Config(database="", key_file="").days_kept,
    show_default=True,
    help="For how many days events stay in the outbox, and what was delivered in the database.",
)
host_option = click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on."
)
port_option = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=4242,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
access_log_help = "Write a line to stderr for each request."
drain_delay_option = click.option(
    "--drain-delay",
    type=click.FloatRange(0, 3600),
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a server that was asked to stop still takes connections, while /readyz says "
    "503, for a load balancer to notice.",
)
metrics_host_option = click.option(
    "--metrics-host",
    default="127.0.0.1",
    show_default=True,
    help="Address on which /metrics is served.",
)
metrics_port_option = click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    help="Port on which /metrics is served, and nothing else; 0 takes a free one. "
    "[default: it is not served]",
)
conversations_per_user_option = click.option(
    "--conversations-per-user",
    type=click.IntRange(1),
    default=Limits().conversations_per_user,
    show_default=True,
    help="In how many conversations that are not closed a user may be.",
)

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


def together(
    name: str, options: Sequence[Decorator], taken: Callable[[dict[str, Any]], Any]
) -> Decorator:
    """Gives a command several options, which it takes together as one argument.

    Args:
        name: of the argument.
        options: the options, as ``click.option`` makes them.
        taken: takes the values of these options away from all that were given, and makes the
            argument of them.
    """

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def gathered(**values: Any) -> None:
            argument = taken(values)
            command(**values, **{name: argument})

        with_all: Callable[..., None] = gathered
        for option in reversed(options):
            with_all = option(with_all)
        return with_all

    return decorated


_PUSH: Final = (
    click.option(
        "--push-contact",
        envvar="PARTYWIRE_PUSH_CONTACT",
        metavar="URL",
        help="Who operates this server, as mailto:… or https://…, for the operators of Web Push "
        "services.",
    ),
    click.option(
        "--apns-url",
        envvar="PARTYWIRE_APNS_URL",
        metavar="URL",
        help="Where Apple's push service is. [default: Apple's own]",
    ),
    click.option(
        "--fcm-url",
        envvar="PARTYWIRE_FCM_URL",
        metavar="URL",
        help="Where Firebase Cloud Messaging is. [default: Google's own]",
    ),
    click.option(
        "--authorities-file",
        envvar="PARTYWIRE_AUTHORITIES_FILE",
        type=click.Path(dir_okay=False, exists=True),
        help="File with certificates (PEM) that outgoing requests trust besides the usual ones.",
    ),
)
_SCHEMES: Final = {
    "push_contact": ("mailto", "https"),
    "apns_url": ("https",),
    "fcm_url": ("https",),
}


def _push(values: dict[str, Any]) -> dict[str, str | None]:
    push = {name: values.pop(name) for name in (*_SCHEMES, "authorities_file")}
    for name, schemes in _SCHEMES.items():
        given = push[name]
        if given is not None and given.partition(":")[0] not in schemes:
            expected = " or ".join(f"{scheme}:" for scheme in schemes)
            option = f"--{name.replace('_', '-')}"
            raise click.BadParameter(f"it must begin with {expected}", param_hint=option)
    return push


# The options of push; the command takes them together, as settings of ``Config``: ``push``.
push_options: Final = together("push", _PUSH, _push)


def key_file(database: str, named: Path | None) -> str:
    """The key file: the one that was named, else the one beside the database."""
    if named is None and is_postgresql(database):
        return "partywire.key"
    return str(named or Path(f"{sqlite_file(database)}.key"))


def shown(database: str) -> str:
    """The database's URL without a password, for logs."""
    parts = urlsplit(database)
    if parts.password is None:
        return database
    _, _, place = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{parts.username}@{place}").geturl()


def say_ready(url: str) -> None:
    """The one line on stdout; a service manager that asked for it is told too."""
    click.echo(f"ready {url}")
    sys.stdout.flush()
    systemd.notify("READY=1")
