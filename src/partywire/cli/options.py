"""Options that several commands share."""

import logging
import sys
from pathlib import Path

import click

from partywire.config import Limits
from partywire.storage.opening import sqlite_file

database_option = click.option(
    "--database",
    envvar="PARTYWIRE_DATABASE",
    default="sqlite:///partywire.db",
    show_default=True,
    metavar="URL",
    help="Where the data is: sqlite:///FILE.",
)
key_file_option = click.option(
    "--key-file",
    envvar="PARTYWIRE_KEY_FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with the key that encrypts tokens and secrets; made with mode 0600 where it is "
    "missing. [default: the database file and .key]",
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
conversations_per_user_option = click.option(
    "--conversations-per-user",
    type=click.IntRange(1),
    default=Limits().conversations_per_user,
    show_default=True,
    help="In how many conversations that are not closed a user may be.",
)


def key_file(database: str, named: Path | None) -> str:
    """The key file: the one that was named, else the one beside the database."""
    return str(named or Path(f"{sqlite_file(database)}.key"))


def log_to_stderr() -> None:
    """Sends warnings and errors of the server to stderr: stdout belongs to the ready line."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )


def say_ready(url: str) -> None:
    """The one line on stdout."""
    click.echo(f"ready {url}")
    sys.stdout.flush()
