"""Options that several commands share."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from partywire.cli import options
from partywire.config import Config
from partywire.storage.database import StorageFailure


@pytest.mark.parametrize(
    ("database", "expected"),
    [
        ("sqlite:///partywire.db", "partywire.db.key"),
        ("sqlite:///data/chat", "data/chat.key"),
        ("sqlite:////srv/chat.db", "/srv/chat.db.key"),
    ],
)
def test_the_key_stands_beside_the_database(database: str, expected: str) -> None:
    assert options.key_file(database, None) == expected


def test_a_key_file_that_is_named_wins(tmp_path: Path) -> None:
    named = tmp_path / "key"
    assert options.key_file("sqlite:///partywire.db", named) == str(named)


def test_without_a_database_file_the_key_is_where_the_server_is() -> None:
    assert options.key_file("postgresql://127.0.0.1/x", None) == "partywire.key"


def test_what_is_no_database_has_no_key_beside_it() -> None:
    with pytest.raises(StorageFailure):
        options.key_file("mysql://127.0.0.1/x", None)


def test_the_ready_line_is_all_of_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    options.say_ready("http://127.0.0.1:4242")
    assert capsys.readouterr() == ("ready http://127.0.0.1:4242\n", "")


@pytest.mark.parametrize(
    ("database", "expected"),
    [
        ("sqlite:///a@b:c.db", "sqlite:///a@b:c.db"),
        ("postgresql://me@db.internal/chat", "postgresql://me@db.internal/chat"),
        ("postgresql://me:p%40ss@db:5432/chat", "postgresql://me@db:5432/chat"),
        ("postgresql://me:secret@[::1]:5432/chat?x=y", "postgresql://me@[::1]:5432/chat?x=y"),
    ],
)
def test_a_password_is_not_shown(database: str, expected: str) -> None:
    assert options.shown(database) == expected


@click.command()
@options.push_options
def shows(push: dict[str, str | None]) -> None:
    """Shows the settings of push."""
    click.echo(json.dumps(push))


def given(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(shows, arguments, env=environment)


def test_settings_of_push_come_together(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.touch()
    nothing = dict.fromkeys(("push_contact", "apns_url", "fcm_url", "authorities_file"))
    assert json.loads(given().stdout) == nothing
    urls = ("--apns-url", "https://a.example", "--fcm-url", "https://f.example")
    done = given(*urls, "--authorities-file", str(file), PARTYWIRE_PUSH_CONTACT="mailto:me@x")
    assert json.loads(done.stdout) == {
        "push_contact": "mailto:me@x",
        "apns_url": "https://a.example",
        "fcm_url": "https://f.example",
        "authorities_file": str(file),
    }
    assert set(nothing) <= set(Config.__struct_fields__)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--push-contact", "me@example.com"), "must begin with mailto: or https:"),
        (("--apns-url", "http://a.example"), "must begin with https:"),
        (("--fcm-url", "f.example"), "must begin with https:"),
        (("--authorities-file", "/not/there"), "does not exist"),
    ],
)
def test_settings_of_push_that_cannot_be_are_refused(
    arguments: tuple[str, str], sentence: str
) -> None:
    done = given(*arguments)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert arguments[0] in done.stderr


def test_options_that_belong_together_come_as_one_argument_and_the_others_as_they_are() -> None:
    def pair(values: dict[str, Any]) -> tuple[int, int]:
        return values.pop("left"), values.pop("right")

    @click.command()
    @click.option("--name")
    @options.together(
        "sides", [click.option("--left", default=1), click.option("--right", default=2)], pair
    )
    def command(name: str, sides: tuple[int, int]) -> None:
        click.echo(f"{name} {sides}")

    told = CliRunner().invoke(command, ["--right", "5", "--name", "ann"])
    assert told.output == "ann (1, 5)\n"
    shown = CliRunner().invoke(command, ["--help"]).output
    assert shown.index("--name") < shown.index("--left") < shown.index("--right")
