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


def test_without_a_database_file_there_is_no_key_beside_it() -> None:
    with pytest.raises(StorageFailure):
        options.key_file("postgresql://127.0.0.1/x", None)


def test_the_ready_line_is_all_of_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    options.say_ready("http://127.0.0.1:4242")
    assert capsys.readouterr() == ("ready http://127.0.0.1:4242\n", "")
