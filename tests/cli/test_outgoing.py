"""What ``partywire serve`` is told of webhooks: where they may be, and how long they are tried."""

from typing import Any

import click
import pytest
from click.testing import CliRunner

from cli.commands import run
from partywire.cli.outgoing import outgoing_options
from partywire.config import Config


def gathered(*arguments: str) -> dict[str, Any]:
    """The settings that these arguments make."""
    found: dict[str, Any] = {}

    @click.command()
    @outgoing_options
    def command(outgoing: dict[str, Any]) -> None:
        found.update(outgoing)

    assert CliRunner().invoke(command, arguments).exit_code == 0
    return found


def test_without_a_word_the_settings_are_those_of_the_table() -> None:
    plain = Config(database="", key_file="")
    assert Config(database="", key_file="", **gathered()) == plain


def test_what_is_given_becomes_a_setting() -> None:
    assert gathered(
        *("--allow-target", "10.1.0.0/16", "--allow-target", "::1/128"),
        *("--webhook-patience", "0.5", "--webhook-first-pause", "2"),
        *("--webhook-longest-pause", "60"),
    ) == {
        "allowed_targets": ("10.1.0.0/16", "::1/128"),
        "webhook_patience": 0.5,
        "webhook_first_pause": 2.0,
        "webhook_longest_pause": 60.0,
    }


@pytest.mark.parametrize("network", ["everywhere", "10.0.0.1/8", "10.0.0.0/99", ""])
def test_a_network_that_is_none_is_wrong_usage(network: str) -> None:
    result = run("serve", "--allow-target", "10.1.0.0/16", "--allow-target", network)
    assert result.exit_code == 2
    assert "for example, 10.1.0.0/16" in result.stderr
