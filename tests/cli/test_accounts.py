"""``partywire account`` and ``partywire key``: who may come in."""

import re
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from cli.commands import UNUSABLE, assert_fails, newer_schema, printed, run
from partywire import sids

SECRET = re.compile("[0-9A-Za-z]{32,}")
LINE = re.compile(r"(AC|SK)[0-9a-f]{32}\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\t(.*)")
STRANGER = "AC" + "0" * 32


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "partywire.db"


@pytest.fixture
def database(file: Path) -> str:
    return f"sqlite:///{file}"


def account(database: str, *more: str) -> tuple[str, str]:
    made = printed("account", "create", "--database", database, *more)
    return made["TWILIO_ACCOUNT_SID"], made["TWILIO_AUTH_TOKEN"]


def key(database: str, account_sid: str, *more: str) -> tuple[str, str]:
    made = printed("key", "create", account_sid, "--database", database, *more)
    return made["TWILIO_API_KEY"], made["TWILIO_API_SECRET"]


def test_a_new_account_is_printed_as_an_environment(database: str) -> None:
    made = printed("account", "create", "--database", database)
    assert list(made) == ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]
    assert sids.is_sid(made["TWILIO_ACCOUNT_SID"], sids.ACCOUNT)
    assert SECRET.fullmatch(made["TWILIO_AUTH_TOKEN"])


def test_a_new_key_is_printed_as_an_environment(database: str) -> None:
    sid, _ = account(database)
    made = printed("key", "create", sid, "--database", database)
    assert list(made) == ["TWILIO_API_KEY", "TWILIO_API_SECRET"]
    assert sids.is_sid(made["TWILIO_API_KEY"], sids.API_KEY)
    assert SECRET.fullmatch(made["TWILIO_API_SECRET"])


def test_a_new_token_is_printed_alone(database: str) -> None:
    sid, old = account(database)
    made = printed("account", "rotate", sid, "--database", database)
    assert list(made) == ["TWILIO_AUTH_TOKEN"]
    assert SECRET.fullmatch(made["TWILIO_AUTH_TOKEN"])
    assert made["TWILIO_AUTH_TOKEN"] != old


def test_secrets_are_printed_once_and_are_in_no_file(database: str, tmp_path: Path) -> None:
    sid, token = account(database, "--name", "Acme")
    _, secret = key(database, sid)
    rotated = printed("account", "rotate", sid, "--database", database)["TWILIO_AUTH_TOKEN"]
    listed = run("account", "list", "--database", database).output
    listed += run("key", "list", sid, "--database", database).output
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert len(files) >= 2
    for plain in (token, secret, rotated):
        assert plain not in listed
        assert not [one for one in files if plain.encode() in one.read_bytes()]


def test_the_key_file_is_the_owner_s_and_no_part_of_the_database(database: str, file: Path) -> None:
    account(database)
    beside = Path(f"{file}.key")
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    assert beside.read_bytes().strip() not in file.read_bytes()


def test_the_key_file_can_be_elsewhere(database: str, file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    sid, _ = account(database, "--key-file", str(elsewhere))
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o600
    assert not Path(f"{file}.key").exists()
    by_environment = {"PARTYWIRE_KEY_FILE": str(elsewhere)}
    listed = run("account", "list", "--database", database, environment=by_environment)
    assert (listed.exit_code, listed.stdout[:34]) == (0, sid)


def test_accounts_are_listed_one_a_line(database: str) -> None:
    assert run("account", "list", "--database", database).stdout == ""
    made = [account(database, "--name", "Acme & sons")[0], account(database)[0]]
    lines = run("account", "list", "--database", database).stdout.splitlines()
    assert [line[:34] for line in lines] == made
    names = [match[2] for match in map(LINE.fullmatch, lines) if match]
    assert names == ["Acme & sons", ""]


def test_an_account_s_keys_are_listed_one_a_line(database: str) -> None:
    (owner, _), (other, _) = account(database), account(database)
    made = [key(database, owner, "--name", "phone")[0], key(database, owner)[0]]
    lines = run("key", "list", owner, "--database", database).stdout.splitlines()
    assert [line[:34] for line in lines] == made
    assert [match[2] for match in map(LINE.fullmatch, lines) if match] == ["phone", ""]
    assert run("key", "list", other, "--database", database).stdout == ""


def test_a_deleted_key_is_listed_no_more(database: str) -> None:
    sid, _ = account(database)
    deleted, kept = key(database, sid)[0], key(database, sid)[0]
    result = run("key", "delete", sid, deleted, "--database", database)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{deleted} deleted\n"
    assert run("key", "list", sid, "--database", database).stdout[:34] == kept
    again = run("key", "delete", sid, deleted, "--database", database)
    assert_fails(again, 1, f"no API key {deleted}")


@pytest.mark.parametrize(
    "arguments",
    [
        ("account", "rotate", STRANGER),
        ("key", "create", STRANGER),
        ("key", "list", STRANGER),
        ("key", "delete", STRANGER, "SK1"),
    ],
    ids=" ".join,
)
def test_an_account_that_is_not_there_is_named(database: str, arguments: tuple[str, ...]) -> None:
    run("account", "create", "--database", database)
    result = run(*arguments, "--database", database)
    assert_fails(result, 1, f"There is no account {STRANGER}")


def test_a_mistyped_name_makes_no_database(file: Path) -> None:
    result = run("account", "list", "--database", f"sqlite:///{file}")
    assert_fails(result, 74, "is not there: make it with partywire account create")
    assert list(file.parent.iterdir()) == []


@UNUSABLE
def test_a_database_that_cannot_be_used_is_no_traceback(file: Path, database: object) -> None:
    named: str = database(file)  # type: ignore[operator]
    result = run("account", "create", "--database", named)
    assert_fails(result, 74, "The database cannot be used: ")


def test_a_newer_database_is_left_to_the_newer_program(file: Path) -> None:
    result = run("account", "list", "--database", newer_schema(file))
    assert_fails(result, 78, "run the newer program")


def test_a_key_that_does_not_fit_is_refused(database: str, file: Path) -> None:
    account(database)
    Path(f"{file}.key").write_bytes(Fernet.generate_key())
    result = run("account", "create", "--database", database)
    assert_fails(result, 78, "does not fit this database", "use the key that it was made with")


def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    file = tmp_path / "not" / "there" / "partywire.db"
    result = run("account", "create", "--database", f"sqlite:///{file}")
    assert result.exit_code == 0, result.output
    assert file.is_file()
