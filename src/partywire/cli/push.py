"""``partywire push``: devices, keys for Web Push, and why a push did not come."""

import json
from pathlib import Path
from typing import Any, get_args

import click
from msgspec.structs import replace

from partywire.cli import options
from partywire.cli.beside import within_existing
from partywire.domain import accounts, bindings, pushes, services, vapid_keys
from partywire.domain.call import Call, Resources
from partywire.domain.pushes import Explanation
from partywire.model.bindings import NewBinding
from partywire.model.pushes import Push, PushKind
from partywire.model.scope import Scope
from partywire.wire.http.times import date, optional_date

_account_option = click.option(
    "--account", "account_sid", required=True, metavar="AC…", help="Whose."
)
_service_option = click.option(
    "--service",
    "service_sid",
    metavar="IS…",
    help="In which service. [default: the account's default service]",
)


async def _call(resources: Resources, account_sid: str, service_sid: str | None) -> Call:
    """A call of an operator in a service of an account.

    Raises:
        UnknownAccount, NotFound: there is no such thing.
    """
    account = await accounts.fetch(resources, account_sid)
    scope = Scope(account.id, account.sid, account.default_service_sid, "account", "")
    call = Call(resources, scope, resources.clock.now())
    if service_sid is None:
        return call
    service = await services.fetch(call, service_sid)
    return replace(call, scope=replace(scope, service_sid=service.sid))


@click.group("push")
def push_commands() -> None:
    """Bind users' devices, print the key for Web Push, tell why a push did not come."""


@push_commands.command("bind")
@click.argument("identity")
@click.option(
    "--type",
    "binding_type",
    required=True,
    type=click.Choice(["apn", "fcm", "gcm", "webpush"]),
    help="By which push service the device is reached.",
)
@click.option(
    "--endpoint",
    required=True,
    metavar="TOKEN",
    help="The device's token; of webpush the subscription, as the browser's JSON.",
)
@click.option("--credential", metavar="CR…", help="What is shown to the push service; not webpush.")
@click.option(
    "--message-type",
    "message_types",
    multiple=True,
    type=click.Choice(get_args(PushKind)),
    help="What the device is told of; can be given again. [default: everything]",
)
@_account_option
@_service_option
@options.database_option
@options.key_file_option
def bind(
    identity: str,
    binding_type: Any,
    endpoint: str,
    credential: str | None,
    message_types: tuple[str, ...],
    account_sid: str,
    service_sid: str | None,
    database: str,
    key_file: Path | None,
) -> None:
    """Bind a device to the user IDENTITY and print its SID; the same device keeps it."""
    new = NewBinding(
        binding_type=binding_type,
        endpoint=endpoint,
        credential_sid=credential,
        message_types=message_types or get_args(PushKind),
    )

    async def act(resources: Resources) -> str:
        call = await _call(resources, account_sid, service_sid)
        return (await bindings.create(call, identity, new)).sid

    click.echo(within_existing(database, key_file, act))


@push_commands.command("unbind")
@click.argument("binding_sid")
@_account_option
@_service_option
@options.database_option
@options.key_file_option
def unbind(
    binding_sid: str,
    account_sid: str,
    service_sid: str | None,
    database: str,
    key_file: Path | None,
) -> None:
    """Take a device away from its user; nothing is pushed to it any more."""

    async def act(resources: Resources) -> None:
        await bindings.delete(await _call(resources, account_sid, service_sid), binding_sid)

    within_existing(database, key_file, act)
    click.echo(f"{binding_sid} deleted", err=True)


@push_commands.command("vapid")
@_account_option
@options.database_option
@options.key_file_option
def vapid(account_sid: str, database: str, key_file: Path | None) -> None:
    """Print the account's public key for Web Push: a browser's applicationServerKey."""

    async def act(resources: Resources) -> str:
        account = await accounts.fetch(resources, account_sid)
        return (await vapid_keys.pair(resources, account.id)).public_key

    click.echo(within_existing(database, key_file, act))


@push_commands.command("explain")
@click.argument("message_sid")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@options.database_option
@options.key_file_option
def explain(message_sid: str, as_json: bool, database: str, key_file: Path | None) -> None:
    """Print what became of the pushes of a message, for every user and device."""
    found = within_existing(database, key_file, lambda r: pushes.explain(r, message_sid))
    if as_json:
        click.echo(json.dumps(_object(found), ensure_ascii=False))
        return
    for decision in found.decisions:
        click.echo(sentence(decision))
    why = "not sent: they were not in the conversation when it was decided"
    if found.is_behind:
        why = "nothing is decided yet, or they were not in the conversation when it was"
    for identity in found.undecided:
        click.echo(f"{identity}: {why}")
    for note in found.notes:
        click.echo(note)


def sentence(push: Push) -> str:
    """A decision in one line: who, what, why, and what stands behind it."""
    whose = push.identity or "everybody"
    device = f", {push.binding_type} {push.binding_sid}" if push.binding_sid else ""
    if push.outcome == "sent":
        told = f"sent at {date(push.date_updated)}"
    elif push.outcome == "waiting":
        told = f"to be sent at {date(push.due or push.date_updated)}"
    else:
        told = "not sent"
    reason = f": {push.reason}" if push.reason else ""
    times = "attempt" if push.attempts == 1 else "attempts"
    tried = f"{push.attempts} {times}, " if push.attempts else ""
    return f"{whose}{device}: {told}{reason} ({push.outcome}, {tried}{date(push.date_updated)})"


def _object(found: Explanation) -> dict[str, Any]:
    return {
        "message_sid": found.message_sid,
        "service_sid": found.service_sid,
        "conversation_sid": found.conversation_sid,
        "decisions": [
            {
                "identity": push.identity,
                "user_sid": push.user_sid,
                "binding_sid": push.binding_sid or None,
                "binding_type": push.binding_type,
                "outcome": push.outcome,
                "reason": push.reason,
                "attempts": push.attempts,
                "date_updated": date(push.date_updated),
                "due": optional_date(push.due),
            }
            for push in found.decisions
        ],
        "undecided": found.undecided,
        "notes": found.notes,
    }
