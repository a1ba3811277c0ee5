"""``partywire push``: devices, keys for Web Push, and why a push did not come."""

import base64
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from click.testing import Result
from msgspec.structs import replace

from cli.commands import assert_fails, printed, run
from conftest import NOON
from delivery.push.scenes import configured, planned
from domain.scenes import talk
from partywire import app
from partywire.cli.push import _call, sentence
from partywire.config import Config
from partywire.domain import conversations, credentials, messages, participants, services, users
from partywire.domain.call import Call
from partywire.model.credentials import PushCredentialChanges
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant
from partywire.model.users import UserChanges
from storage.test_pushes import push as made

T = TypeVar("T")
NOBODY = "f" * 32


@pytest.fixture
def options(database_url: str, tmp_path: Path) -> tuple[str, ...]:
    """The options that name the database and its key."""
    return ("--database", database_url, "--key-file", str(tmp_path / "key"))


@pytest.fixture
def account(options: tuple[str, ...]) -> str:
    """The SID of an account."""
    return printed("account", "create", *options)["TWILIO_ACCOUNT_SID"]


def within(
    options: tuple[str, ...],
    account: str,
    act: Callable[[Call], Awaitable[T]],
    service_sid: str | None = None,
) -> T:
    """Does something as the server would."""
    _, database, _, key = options

    async def main() -> T:
        async with app.opened(Config(database=database, key_file=key)) as resources:
            return await act(await _call(resources, account, service_sid))

    return app.run(main)


async def ada(call: Call) -> str:
    """A user, and the SID of a credential."""
    await users.create(call, "ada", UserChanges())
    changes = PushCredentialChanges(type="fcm")
    return (await credentials.create(call, changes, {"secret": "x"})).sid


def bind(options: tuple[str, ...], account: str, *more: str) -> Result:
    return run("push", "bind", "ada", "--account", account, *options, *more)


def test_a_device_is_bound_renewed_and_unbound(options: tuple[str, ...], account: str) -> None:
    credential = within(options, account, ada)
    wanted = ("--type", "fcm", "--endpoint", "phone", "--credential", credential)
    first = bind(options, account, *wanted)
    assert (first.exit_code, first.stderr) == (0, "")
    sid = first.stdout.strip()
    assert sid.startswith("BS")
    again = bind(options, account, *wanted, "--message-type", "new_message")
    assert again.stdout.strip() == sid
    gone = run("push", "unbind", sid, "--account", account, *options)
    assert (gone.exit_code, gone.stdout, gone.stderr) == (0, "", f"{sid} deleted\n")
    assert_fails(run("push", "unbind", sid, "--account", account, *options), 1)


def test_a_browser_is_bound_with_its_subscription(options: tuple[str, ...], account: str) -> None:
    within(options, account, ada)
    keys = {"p256dh": "BA" + "A" * 85, "auth": "A" * 22}
    subscription = json.dumps({"endpoint": "https://push.example/1", "keys": keys})
    done = bind(options, account, "--type", "webpush", "--endpoint", subscription)
    assert (done.exit_code, done.stdout[:2]) == (0, "BS")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--type", "fcm", "--endpoint", "x"), "the account has no credential"),
        (("--type", "apn", "--endpoint", "phone"), "a device token in hexadecimal"),
        (("--type", "webpush", "--endpoint", "{}"), "not the JSON of a subscription"),
        (("--type", "webpush", "--endpoint", "x", "--service", "IS" + NOBODY), "not found"),
    ],
)
def test_a_device_that_cannot_be_bound_is_told(
    options: tuple[str, ...], account: str, more: tuple[str, ...], sentence: str
) -> None:
    within(options, account, ada)
    assert_fails(bind(options, account, *more), 1, sentence)


def test_a_user_and_an_account_must_be_there(options: tuple[str, ...], account: str) -> None:
    keys = {"p256dh": "BA" + "A" * 85, "auth": "A" * 22}
    endpoint = json.dumps({"endpoint": "https://push.example/1", "keys": keys})
    wanted = ("--type", "webpush", "--endpoint", endpoint)
    assert_fails(bind(options, account, *wanted), 1)
    stranger = "AC" + NOBODY
    assert_fails(bind(options, stranger, *wanted), 1, f"There is no account {stranger}")


def test_the_key_for_web_push_stays_the_same(options: tuple[str, ...], account: str) -> None:
    first = run("push", "vapid", "--account", account, *options)
    assert (first.exit_code, first.stderr) == (0, "")
    assert run("push", "vapid", "--account", account, *options).stdout == first.stdout
    point = base64.urlsafe_b64decode(first.stdout.strip() + "=")
    assert (len(point), point[0]) == (65, 4)


def test_a_message_is_explained_line_by_line(options: tuple[str, ...], account: str) -> None:
    async def happened(call: Call) -> str:
        await configured(call)
        chat = await talk(call, "ann", "bob")
        said = await messages.create(call, chat.sid, MessageChanges(author="ann", body="hi"))
        await planned(call)
        return said.sid

    sid = within(options, account, happened)
    lines = run("push", "explain", sid, *options).stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("ann: not sent: they wrote it themselves (author, 20")
    assert lines[1].startswith("bob: not sent: they have no device registered (no_binding, 20")

    found = json.loads(run("push", "explain", sid, "--json", *options).stdout)
    assert (found["message_sid"], found["notes"], found["undecided"]) == (sid, [], [])
    assert [each["outcome"] for each in found["decisions"]] == ["author", "no_binding"]
    assert set(found["decisions"][0]) == {
        *("identity", "user_sid", "binding_sid", "binding_type", "outcome", "reason"),
        *("attempts", "date_updated", "due"),
    }


def test_a_message_without_a_log_is_explained_too(options: tuple[str, ...], account: str) -> None:
    async def happened(call: Call) -> str:
        chat = await talk(call, "ann", "bob")
        said = await messages.create(call, chat.sid, MessageChanges(author="ann", body="hi"))
        await planned(call)
        return said.sid

    async def another(call: Call) -> str:
        return (await services.create(call, "Another")).sid

    service_sid = within(options, account, another)
    for where in (None, service_sid):
        sid = within(options, account, happened, where)
        done = run("push", "explain", sid, *options)
        assert done.exit_code == 0
        assert "has never been configured for push" in done.stdout
        if where:
            assert where in done.stdout


def test_a_message_that_is_not_there_is_told(options: tuple[str, ...], account: str) -> None:
    assert account
    sid = "IM" + NOBODY
    for more in ((), ("--json",)):
        done = run("push", "explain", sid, *options, *more)
        assert_fails(done, 1, f"There is no message {sid}, and nothing is known of one")


@pytest.mark.parametrize("is_behind", [False, True])
def test_who_is_not_in_the_log_is_told_as_far_as_it_is_known(
    options: tuple[str, ...], account: str, is_behind: bool
) -> None:
    """A large conversation is decided about page by page: who comes later is not out of it."""

    async def happened(call: Call) -> str:
        await configured(call)
        chat = await talk(call, "ann")
        said = await messages.create(call, chat.sid, MessageChanges(author="ann", body="hi"))
        await planned(call)
        await participants.create(call, chat.sid, NewParticipant(identity="bob"))
        if not is_behind:
            await planned(call)
        return said.sid

    sid = within(options, account, happened)
    lines = run("push", "explain", sid, *options).stdout.splitlines()
    why = "not sent: they were not in the conversation when it was decided"
    if is_behind:
        why = "nothing is decided yet, or they were not in the conversation when it was"
    assert lines[1] == f"bob: {why}"
    assert len(lines) == 2 + is_behind


@pytest.mark.parametrize(
    "sid", ["", "IM", "im" + NOBODY, "IM\udcff", "ÏM", "IM' OR 1=1", "IM" * 3000]
)
def test_what_is_no_sid_is_told_as_such(options: tuple[str, ...], account: str, sid: str) -> None:
    assert account
    assert_fails(run("push", "explain", sid, *options), 1, "There is no message ")


def test_a_conversation_or_a_user_that_is_gone_is_explained_by_the_log(
    options: tuple[str, ...], account: str
) -> None:
    async def happened(call: Call) -> str:
        await configured(call)
        chat = await talk(call, "ann", "bob")
        said = await messages.create(call, chat.sid, MessageChanges(author="ann", body="hi"))
        await planned(call)
        await users.delete(call, "bob")
        await conversations.delete(call, chat.sid)
        await planned(call)
        return said.sid

    lines = run("push", "explain", within(options, account, happened), *options).stdout.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["ann", "bob", "the message is deleted"]


def test_a_mistyped_name_makes_no_database(tmp_path: Path) -> None:
    done = run("push", "explain", "IM1", "--database", f"sqlite:///{tmp_path}/x.db")
    assert_fails(done, 74, "is not there")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"outcome": "sent", "reason": "Apple has taken it", "attempts": 1},
            "user1, fcm {}: sent at 2026-01-01T12:00:00Z: Apple has taken it "
            "(sent, 1 attempt, 2026-01-01T12:00:00Z)",
        ),
        (
            {"reason": "Apple answered 503", "attempts": 2, "due": NOON + 5000},
            "user1, fcm {}: to be sent at 2026-01-01T12:00:05Z: Apple answered 503 "
            "(waiting, 2 attempts, 2026-01-01T12:00:00Z)",
        ),
        (
            {"outcome": "muted", "reason": "they had muted the conversation", "binding_sid": ""},
            "user1: not sent: they had muted the conversation (muted, 2026-01-01T12:00:00Z)",
        ),
        (
            {"outcome": "type_disabled", "reason": "no", "binding_sid": "", "identity": None},
            "everybody: not sent: no (type_disabled, 2026-01-01T12:00:00Z)",
        ),
    ],
)
def test_a_decision_is_one_line(changes: dict[str, Any], line: str) -> None:
    decided = replace(made(), date_updated=NOON, **changes)
    assert sentence(decided) == line.format(decided.binding_sid)
