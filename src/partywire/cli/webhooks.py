"""``partywire webhooks``: what was told to webhooks, how that went, and once more."""

from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import click
import msgspec

from partywire.cli import options
from partywire.cli.beside import within_existing
from partywire.domain import deliveries
from partywire.domain.deliveries import DeliveryFilter, Shown
from partywire.model.deliveries import (
    DeliveryAttempt,
    DeliveryState,
    GotResponse,
    SentRequest,
)
from partywire.wire.http.times import date

_NOTHING = "-"

_pairs = msgspec.json.Decoder(list[tuple[str, str]]).decode
_request = msgspec.json.Decoder(SentRequest).decode
_response = msgspec.json.Decoder(GotResponse).decode


@click.group("webhooks")
def webhook_commands() -> None:
    """Look at deliveries to webhooks, and send them once more."""


@webhook_commands.command("list")
@click.option("--state", type=click.Choice(get_args(DeliveryState)), help="Only these.")
@click.option("--account", metavar="AC…", help="Only this account's.")
@click.option(
    "--webhook", metavar="SID", help="Only to this account's, service's or conversation's webhook."
)
@click.option("--conversation", metavar="CH…", help="Only what is about this conversation.")
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most."
)
@options.database_option
@options.key_file_option
def list_deliveries(
    state: DeliveryState | None,
    account: str | None,
    webhook: str | None,
    conversation: str | None,
    limit: int,
    database: str,
    key_file: Path | None,
) -> None:
    """Print deliveries, the newest first, separated by tabs.

    SID, state, attempts, date, account, event, webhook, conversation, URL.
    """
    wanted = DeliveryFilter(state, account, webhook, conversation)
    found = within_existing(database, key_file, lambda r: deliveries.newest(r, wanted, limit))
    for shown in found:
        click.echo("\t".join(_columns(shown)))


@webhook_commands.command("show")
@click.argument("sid")
@options.database_option
@options.key_file_option
def show(sid: str, database: str, key_file: Path | None) -> None:
    """Print a delivery: what was to be told, each attempt, and the exact string that was signed."""
    shown, attempts = within_existing(database, key_file, lambda r: deliveries.fetch(r, sid))
    one = shown.delivery
    for name, value in (
        ("delivery", one.sid),
        ("state", one.state),
        ("event", f"{one.event_type} ({one.event_sid})"),
        ("account", shown.account),
        ("service", one.service_sid),
        ("conversation", one.conversation_sid or _NOTHING),
        ("webhook", shown.webhook),
        ("to", f"{one.method} {_without_user(one.url)}"),
        ("made", date(one.date_created)),
        ("changed", date(one.date_updated)),
        ("attempts", str(one.attempts)),
    ):
        click.echo(f"{name + ':':14}{value}")
    click.echo("parameters:")
    for name, value in _pairs(one.parameters):
        click.echo(f"  {name}: {_printable(value)}")
    for attempt in attempts:
        _show_attempt(attempt)


@webhook_commands.command("replay")
@click.argument("sids", metavar="[SID]...", nargs=-1)
@click.option("--dead", is_flag=True, help="All that were given up.")
@click.option("--account", metavar="AC…", help="With --dead: only this account's.")
@options.database_option
@options.key_file_option
def replay(
    sids: tuple[str, ...],
    dead: bool,
    account: str | None,
    database: str,
    key_file: Path | None,
) -> None:
    """Send deliveries once more, under the same SID: at once, and out of their order."""
    if dead == bool(sids) or (account and not dead):
        raise click.UsageError("Name deliveries, or --dead, perhaps of an --account.")
    if dead:
        number = within_existing(database, key_file, lambda r: deliveries.replay_dead(r, account))
        click.echo(f"{number} deliveries wait again", err=True)
    for sid in sids:
        _replay_one(sid, database, key_file)


def _replay_one(sid: str, database: str, key_file: Path | None) -> None:
    within_existing(database, key_file, lambda r: deliveries.replay(r, sid))
    click.echo(f"{sid} waits again", err=True)


def _columns(shown: Shown) -> tuple[str, ...]:
    one = shown.delivery
    return (
        *(one.sid, one.state, str(one.attempts), date(one.date_created) or _NOTHING),
        *(shown.account, one.event_type, shown.webhook, one.conversation_sid or _NOTHING),
        _without_user(one.url),
    )


def _show_attempt(attempt: DeliveryAttempt) -> None:
    came = attempt.problem if attempt.status is None else str(attempt.status)
    when = f"{date(attempt.date)}, {attempt.milliseconds} ms"
    click.echo(f"\nattempt {attempt.attempt}: {_printable(came or '')} ({when})")
    request = _request(attempt.request)
    for url in request.by:
        click.echo(f"  redirected by: {_printable(url)}")
    click.echo(f"  request: {request.method} {_printable(request.url)}")
    _show_message(request.headers, request.body)
    click.echo(f"  signed: {_printable(attempt.signed)}")
    if attempt.response is not None:
        response = _response(attempt.response)
        click.echo(f"  response: {attempt.status}")
        _show_message(response.headers, response.body)


def _show_message(headers: tuple[tuple[str, str], ...], body: str) -> None:
    for name, value in headers:
        click.echo(f"    {_printable(name)}: {_printable(value)}")
    if body:
        click.echo(f"    {_printable(body)}")


def _printable(text: str) -> str:
    """The text as it is, if it is one line that a terminal only prints; else as a JSON string."""
    return text if text.isprintable() else msgspec.json.encode(text).decode()


def _without_user(url: str) -> str:
    """A URL without the user and password that it may name."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return _printable(url.rpartition("@")[2])
    return _printable(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
