import subprocess
import sys

import pytest
from click.testing import CliRunner

from partywire.cli.exec.command import exec_command


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8080",
        "ftp://127.0.0.1",
        "http://",
        "http://h:port",
        "http://h:0",
        "http://h/path",
        "http://h/?q",
        "http://user:pass@h",
    ],
)
def test_a_url_that_is_more_or_less_than_a_server_is_a_usage_error(url: str) -> None:
    result = CliRunner().invoke(exec_command, ["--url", url, "--", "true"])

    assert result.exit_code == 2
    assert "Invalid value for '--url'" in result.stderr


def test_a_command_is_needed() -> None:
    result = CliRunner().invoke(exec_command, [])

    assert result.exit_code == 2
    assert "Missing argument" in result.stderr


def test_the_help_has_examples() -> None:
    result = CliRunner().invoke(exec_command, ["--help"])

    assert result.exit_code == 0
    assert "\n    partywire exec -- pytest\n" in result.stdout
    assert "\n    partywire exec --url http://127.0.0.1:8080 -- node app.js\n" in result.stdout


def test_the_help_does_not_wait_for_cryptography() -> None:
    source = (
        "import sys, partywire.cli.exec.command\n"
        "heavy = {'cryptography', 'trustme', 'asyncio', 'certifi'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )

    subprocess.run([sys.executable, "-c", source], check=True)
