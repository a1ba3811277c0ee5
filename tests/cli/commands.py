"""Runs commands in this process, and reads what they print."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness import Server, serve_account
from partywire.cli.main import main


def run(*arguments: str, environment: dict[str, str] | None = None) -> Result:
    """Runs a command that ends by itself."""
    result = CliRunner().invoke(main, arguments, env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def printed(*arguments: str) -> dict[str, str]:
    """Runs a command that prints ``NAME=value`` lines and nothing else."""
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return dict(line.split("=", 1) for line in result.stdout.splitlines())


def assert_fails(result: Result, code: int, *sentences: str) -> None:
    """One sentence on stderr that says what to do, nothing on stdout, the right exit code."""
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in result.stderr
    for sentence in sentences:
        assert sentence in result.stderr


@contextlib.contextmanager
def serving(database: Path, *arguments: str) -> Iterator[Server]:
    """A ``partywire serve`` for as long as the block lasts."""
    server = Server(["serve", "--port", "0", "--database", f"sqlite:///{database}", *arguments])
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def _folder(file: Path) -> str:
    file.mkdir()
    return f"sqlite:///{file}"


def _not_a_database(file: Path) -> str:
    file.write_text("This is a letter to a friend. " * 500)
    return f"sqlite:///{file}"


UNUSABLE = pytest.mark.parametrize(
    "database",
    [
        _folder,
        _not_a_database,
        lambda _: "postgresql://127.0.0.1/partywire",
        lambda _: "postgres://127.0.0.1/partywire",
        lambda _: "sqlite:///",
        lambda _: "partywire.db",
        lambda _: "",
    ],
    ids=["folder", "not a database", "postgresql", "postgres", "no file", "no url", "empty"],
)


def newer_schema(file: Path) -> str:
    """A database that a later version of this program made."""
    serve_account(file)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE schema_version SET version = 9999")
    return f"sqlite:///{file}"
