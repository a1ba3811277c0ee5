"""Options that several commands share."""

from pathlib import Path

import pytest

from partywire.cli import options
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
