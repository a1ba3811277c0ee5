"""``partywire account`` and ``partywire key``: who may come in."""

from pathlib import Path

import click

from partywire.cli import options
from partywire.cli.beside import within, within_existing
from partywire.domain import accounts
from partywire.wire.http.times import date


@click.group("account")
def account_commands() -> None:
    """Make, list and secure the accounts that `partywire serve` lets in."""


@account_commands.command("create")
@click.option("--name", help="A note for yourself.")
@options.database_option
@options.key_file_option
def create(name: str | None, database: str, key_file: Path | None) -> None:
    """Make an account and print its credentials: the token is shown only now."""
    account, token = within(database, key_file, lambda r: accounts.create(r, name))
    click.echo(f"TWILIO_ACCOUNT_SID={account.sid}")
    click.echo(f"TWILIO_AUTH_TOKEN={token}")


@account_commands.command("list")
@options.database_option
@options.key_file_option
def list_accounts(database: str, key_file: Path | None) -> None:
    """Print each account: SID, date, name, separated by tabs."""
    for account in within_existing(database, key_file, accounts.every):
        line = (account.sid, date(account.date_created), account.friendly_name or "")
        click.echo("\t".join(line))


@account_commands.command("rotate")
@click.argument("account_sid")
@options.database_option
@options.key_file_option
def rotate(account_sid: str, database: str, key_file: Path | None) -> None:
    """Give the account a new auth token and print it; the old one ends at once."""
    token = within_existing(database, key_file, lambda r: accounts.rotate(r, account_sid))
    click.echo(f"TWILIO_AUTH_TOKEN={token}")


@click.group("key")
def key_commands() -> None:
    """Make, list and delete API keys: credentials that stand for an account."""


@key_commands.command("create")
@click.argument("account_sid")
@click.option("--name", help="A note for yourself.")
@options.database_option
@options.key_file_option
def create_key(account_sid: str, name: str | None, database: str, key_file: Path | None) -> None:
    """Make an API key for the account and print it: the secret is shown only now."""
    key, secret = within_existing(
        database, key_file, lambda r: accounts.create_key(r, account_sid, name)
    )
    click.echo(f"TWILIO_API_KEY={key.sid}")
    click.echo(f"TWILIO_API_SECRET={secret}")


@key_commands.command("list")
@click.argument("account_sid")
@options.database_option
@options.key_file_option
def list_keys(account_sid: str, database: str, key_file: Path | None) -> None:
    """Print each API key of the account: SID, date, name, separated by tabs."""
    for key in within_existing(database, key_file, lambda r: accounts.keys(r, account_sid)):
        click.echo("\t".join((key.sid, date(key.date_created), key.friendly_name or "")))


@key_commands.command("delete")
@click.argument("account_sid")
@click.argument("key_sid")
@options.database_option
@options.key_file_option
def delete_key(account_sid: str, key_sid: str, database: str, key_file: Path | None) -> None:
    """Delete an API key; it ends at once."""
    within_existing(database, key_file, lambda r: accounts.delete_key(r, account_sid, key_sid))
    click.echo(f"{key_sid} deleted", err=True)
