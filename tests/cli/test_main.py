"""The tree of commands: its help, its options, its exit codes."""

import re
from collections.abc import Iterator

import click
import pytest

from cli.commands import assert_fails, run
from partywire import __version__
from partywire.cli import failures, logs
from partywire.cli.main import main


def _commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, group
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, *path, name)
        else:
            yield (*path, name), command


COMMANDS = dict(_commands(main))
EACH = pytest.mark.parametrize("path", COMMANDS, ids=" ".join)


def test_there_are_the_commands_that_the_docs_name() -> None:
    ends = {" ".join(path) for path, one in COMMANDS.items() if not isinstance(one, click.Group)}
    accounts = {"account create", "account list", "account rotate"}
    keys = {"key create", "key list", "key delete"}
    push = {"push bind", "push unbind", "push vapid", "push explain"}
    webhooks = {"webhooks list", "webhooks show", "webhooks replay"}
    alone = {"dev", "serve", "exec", "copy", "backup", "token"}
    assert ends == alone | accounts | keys | webhooks | push


@EACH
@pytest.mark.parametrize("wish", ["--help", "-h"])
def test_help_names_every_option(path: tuple[str, ...], wish: str) -> None:
    result = run(*path, wish)
    assert (result.exit_code, result.stderr) == (0, "")
    options = [one for one in COMMANDS[path].params if isinstance(one, click.Option)]
    for name in (name for option in options for name in option.opts):
        assert re.search(rf"{re.escape(name)}\b", result.stdout), name
    if isinstance(COMMANDS[path], click.Group):
        assert all(name in result.stdout for name in COMMANDS[path].commands)  # type: ignore[attr-defined]


@EACH
def test_every_command_and_every_option_says_what_it_is_for(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert command.help
    for option in command.params:
        assert isinstance(option, click.Argument) or option.help, option.name  # type: ignore[attr-defined]


def test_the_version_is_the_package_s() -> None:
    assert run("--version").stdout == f"partywire, version {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("dev", "--nonsense"),
        ("dev", "nonsense"),
        ("dev", "--port", "70000"),
        ("dev", "--port", "-1"),
        ("dev", "--frozen-at", "yesterday"),
        ("dev", "--frozen-at", "2026-01-01T12:00:00+01:00"),
        ("dev", "--conversations-per-user", "0"),
        ("serve", "--seed", "1"),
        ("account", "rotate"),
        ("key", "delete", "AC1"),
        ("key", "create"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_explained(arguments: tuple[str, ...]) -> None:
    assert_fails(run(*arguments), 2, "Usage: ", "--help")


def test_an_option_can_be_set_by_an_environment_variable() -> None:
    for name in ("PARTYWIRE_DEV_PORT", "PARTYWIRE_SERVE_PORT"):
        command = name.split("_")[1].lower()
        assert_fails(run(command, environment={name: "seventy"}), 2, "'seventy'")
    named = {"PARTYWIRE_DATABASE": "postgresql://from-the-environment"}
    for command in (("serve",), ("account", "list"), ("key", "list", "AC1")):
        assert_fails(run(*command, environment=named), 74, "PostgreSQL")


def test_the_exit_codes_in_the_help_are_the_ones_of_the_failures() -> None:
    named = {int(code) for code in re.findall(r"\b(\d+) [a-z]", main.epilog or "")}
    classes = [one for one in vars(failures).values() if isinstance(one, type)]
    raised = {one.exit_code for one in classes if issubclass(one, click.ClickException)}
    assert named == {0, click.UsageError.exit_code, logs.DIED} | raised
