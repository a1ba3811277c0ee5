"""``partywire serve``: the server."""

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import click

from partywire import app
from partywire.cli import options
from partywire.cli.failures import Unfit, explained
from partywire.config import Config, Limits
from partywire.domain import accounts


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
@options.conversations_per_user_option
def serve_command(
    host: str,
    port: int,
    database: str,
    key_file: Path | None,
    public_url: str | None,
    conversations_per_user: int,
) -> None:
    """Serve known accounts, durably.

    Make an account first: partywire account create.
    """
    options.log_to_stderr()
    with explained():
        config = Config(
            database=database,
            key_file=options.key_file(database, key_file),
            public_url=checked_public_url(host, public_url),
            limits=Limits(conversations_per_user=conversations_per_user),
        )
        app.run(lambda: _serve(config, host, port))


async def _serve(config: Config, host: str, port: int) -> None:
    async with app.opened(config) as resources:
        if not await accounts.every(resources):
            click.echo(
                "No account exists yet, so every request will be refused: make one with "
                f"partywire account create --database {config.database}",
                err=True,
            )
        await app.serve(resources, host, port, options.say_ready)
