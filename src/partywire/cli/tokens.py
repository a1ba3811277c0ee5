"""``partywire token``: an access token for one user."""

from pathlib import Path

import click

from partywire.cli import options
from partywire.cli.beside import within_existing
from partywire.cli.failures import NotThere
from partywire.domain import accounts, tokens
from partywire.domain.call import Resources


@click.command("token")
@click.option("--identity", required=True, help="Whose it is to be; need not be known yet.")
@click.option("--account", "account_sid", metavar="AC…", help="[default: the only one there is]")
@click.option("--service", "service_sid", metavar="IS…", help="[default: the account's default]")
@click.option(
    "--key",
    "key_sid",
    metavar="SK…",
    help="The API key that signs. [default: the account's first, made where it has none]",
)
@click.option(
    "--ttl",
    "seconds",
    type=click.IntRange(tokens.SHORTEST_SECONDS, tokens.LONGEST_SECONDS),
    default=3600,
    show_default=True,
    metavar="SECONDS",
    help="How long it is good.",
)
@options.database_option
@options.key_file_option
def token_command(
    identity: str,
    account_sid: str | None,
    service_sid: str | None,
    key_sid: str | None,
    seconds: int,
    database: str,
    key_file: Path | None,
) -> None:
    """Print an access token, with which the chat SDK connects as one user.

    A bench makes them too: GET /_partywire/token?identity=… with the account's credentials.
    """

    async def act(resources: Resources) -> str:
        issued = await tokens.issue(
            resources,
            await _account(resources, account_sid),
            identity,
            service_sid=service_sid,
            key_sid=key_sid,
            seconds=seconds,
        )
        return issued.token

    click.echo(within_existing(database, key_file, act))


async def _account(resources: Resources, sid: str | None) -> str:
    """Key of the row of the account that is meant."""
    if sid is not None:
        return (await accounts.fetch(resources, sid)).id
    found = await accounts.every(resources)
    if not found:
        raise NotThere("There is no account: make one with partywire account create")
    if len(found) > 1:
        raise NotThere("There are several accounts: name one with --account")
    return found[0].id
