"""The twilio CLI, as npm ships it, behind ``partywire exec`` and nothing else."""

import json
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from clients import node_runtime
from clients.cli.chapters import DOORS, ROOMS, Door, story
from clients.cli.story import operations
from clients.cli_runs import TWILIO, Outcomes, by_cli, chapters, faults, quiet
from clients.runs import run
from contract.table import ROWS
from harness import Client, Server, account

CONVERSATIONS = "api:conversations:v1:conversations"

Twilio = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def node() -> str:
    try:
        return node_runtime.prepared(node_runtime.CLI).node
    except node_runtime.Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def played(
    node: str, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Door], tuple[list[str], Outcomes]]:
    """The CLI's own list of operations, and what came of the story; each door's plays once."""

    @cache
    def play(door: Door) -> tuple[list[str], Outcomes]:
        return by_cli(node, story(door), server.url, tmp_path_factory.mktemp("cli"))

    return play


@pytest.fixture
def credentials() -> tuple[str, str]:
    return account()


@pytest.fixture
def twilio(node: str, server: Server, tmp_path: Path, credentials: tuple[str, str]) -> Twilio:
    """Runs the command ``twilio``, in a home of its own, as somebody with an account."""
    variables = quiet(tmp_path, credentials)
    return lambda *arguments: run(
        [node, str(TWILIO), *arguments], "through exec", server.url, variables
    )


def test_every_operation_that_the_cli_offers_is_tried(
    played: Callable[[Door], tuple[list[str], Outcomes]],
) -> None:
    offered, _ = played("account")
    assert sorted(offered) == sorted(str(row) for row in ROWS)
    assert {one for door in DOORS for one in operations(story(door))} == set(offered)


@pytest.mark.parametrize(("door", "chapter"), chapters())
def test_the_cli_reads_back_what_it_wrote(
    played: Callable[[Door], tuple[list[str], Outcomes]], door: Door, chapter: str
) -> None:
    _, outcomes = played(door)
    assert faults(chapter, story(door), outcomes) == []


def test_a_list_ends_at_the_limit_page_after_page(
    twilio: Twilio, server: Server, credentials: tuple[str, str]
) -> None:
    with Client(server.url, credentials) as client:
        made = [client.made("/Conversations", {"FriendlyName": name}) for name in ROOMS]

    limits = ["--limit", "5", "--page-size", "2"]
    done = twilio(f"{CONVERSATIONS}:list", *limits, "-o", "json", "-l", "debug")

    assert done.returncode == 0, done.stderr
    newest = [one["sid"] for one in made[::-1][:5]]
    assert [one["sid"] for one in json.loads(done.stdout)] == newest
    assert done.stderr.count("response.statusCode: 200") == 3
    assert "https://conversations.twilio.com/v1/Conversations?PageSize=2&Page=2" in done.stderr


def test_what_is_not_there_is_told_with_its_code_and_an_exit_code(twilio: Twilio) -> None:
    done = twilio(f"{CONVERSATIONS}:fetch", "--sid", "nowhere")
    assert (done.returncode, done.stdout) == (20, "")
    assert "Error code 20404 from Twilio: The requested resource" in done.stderr
    assert "See https://www.twilio.com/docs/errors/20404 for more info." in done.stderr


def test_the_columns_of_a_terminal_are_filled(twilio: Twilio) -> None:
    shown = ["--properties", "friendlyName,state"]
    done = twilio(f"{CONVERSATIONS}:create", "--friendly-name", "Lunch", *shown)
    names, values = (line.split() for line in done.stdout.splitlines())
    assert (names, values) == (["Friendly", "Name", "State"], ["Lunch", "active"])


def test_the_cli_looks_for_no_newer_self(twilio: Twilio, tmp_path: Path) -> None:
    # Where it does look, it notes when.
    assert twilio(f"{CONVERSATIONS}:list").returncode == 0
    assert not [path.name for path in tmp_path.rglob("*") if "update" in path.name]
    assert not list(tmp_path.rglob("version"))
