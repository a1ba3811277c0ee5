"""A backup is whole, of one moment, sound, and never takes the place of what is dear."""

import asyncio
import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from partywire.storage import backup
from partywire.storage.backup import BackedUp, CannotBackUp, back_up
from partywire.storage.database import StorageFailure
from storage.copying import databases

TABLES = len(databases.columns()) + 1  # and the schema's version
ADD = "INSERT INTO claims (duty, holder, beat) VALUES (?, 'x', 1)"
DUTIES = "SELECT duty FROM claims WHERE holder = 'x' ORDER BY duty"


def unwatched(done: int, of: int) -> None:
    """Nobody waits."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A database with twenty rows in each table."""
    file = tmp_path / "source.db"
    asyncio.run(databases.filled(file, 20))
    return file


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "backup.db"


@contextlib.contextmanager
def connected(file: Path) -> Iterator[apsw.Connection]:
    connection = apsw.Connection(str(file))
    try:
        yield connection
    finally:
        connection.close()


def duties(file: Path) -> list[str]:
    with connected(file) as connection:
        return [str(duty) for (duty,) in connection.execute(DUTIES)]


def dump(file: Path) -> dict[str, list[object]]:
    with connected(file) as connection:
        return {
            table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=str)
            for table in databases.columns()
        }


def alone(target: Path) -> bool:
    """Whether nothing else was left beside the backup."""
    return [*target.parent.iterdir()] == [target]


def test_a_backup_holds_what_the_database_holds(source: Path, target: Path) -> None:
    made = back_up(source, target, unwatched)

    assert alone(target)
    assert made == BackedUp(target.stat().st_size, TABLES, 20 * (TABLES - 1) + 1)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert dump(target) == dump(source)
    assert made.size > 100_000


def test_while_others_write_the_backup_is_of_the_moment_in_which_it_began(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_PAGES", 1)
    heard: list[tuple[int, int]] = []
    with connected(source) as writer:
        writer.execute(ADD, ("before",))

        def write(done: int, of: int) -> None:
            heard.append((done, of))
            writer.execute(ADD, (f"during {done:06}",))
            if done % 10 == 0:
                writer.execute("PRAGMA wal_checkpoint(PASSIVE)")

        back_up(source, target, write)

    pages = heard[0][1]
    # Page by page, and never anew.
    assert heard == [(number, pages) for number in range(1, pages + 1)]
    assert pages > 50
    assert duties(target) == ["before"]
    assert len(duties(source)) == pages + 1


def test_what_stands_in_the_write_ahead_log_alone_is_in_the_backup(
    source: Path, target: Path
) -> None:
    with connected(source) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute(ADD, ("in the log",))
        assert source.with_name("source.db-wal").stat().st_size > 0

        back_up(source, target, unwatched)

    assert duties(target) == ["in the log"]


def test_what_was_not_committed_is_not_in_the_backup(source: Path, target: Path) -> None:
    with connected(source) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute(ADD, ("not yet",))

        back_up(source, target, unwatched)

        writer.execute("COMMIT")
    assert duties(target) == []


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_file_that_is_there_is_replaced_only_on_wish(
    source: Path, target: Path, overwrite: bool
) -> None:
    target.write_text("dear")

    if overwrite:
        back_up(source, target, unwatched, overwrite=True)
        assert dump(target) == dump(source)
    else:
        with pytest.raises(CannotBackUp, match="is there already: name another file"):
            back_up(source, target, unwatched)
        assert target.read_text() == "dear"
    assert alone(target)


def test_a_file_that_came_meanwhile_is_not_replaced(source: Path, target: Path) -> None:
    with pytest.raises(CannotBackUp, match="has come into being meanwhile"):
        back_up(source, target, lambda _done, _of: target.write_text("dear") and None)

    assert target.read_text() == "dear"
    assert alone(target)


def test_a_file_system_without_links_will_do(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)

    back_up(source, target, unwatched)

    assert alone(target)
    assert dump(target) == dump(source)


@pytest.mark.parametrize("link", [None, Path.symlink_to, Path.hardlink_to])
def test_the_database_itself_is_never_replaced(source: Path, target: Path, link: object) -> None:
    place = source
    if link is not None:
        link(target, source)  # type: ignore[operator]
        place = target

    with pytest.raises(CannotBackUp, match="is the database itself"):
        back_up(source, place, unwatched, overwrite=True)

    assert len(dump(source)["claims"]) == 20


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_a_database_that_is_in_use_is_not_replaced(
    source: Path, target: Path, end: str, overwrite: bool
) -> None:
    # SQLite would read that log into the backup.
    beside = target.with_name(f"backup.db{end}")
    beside.write_text("of another database")

    with pytest.raises(CannotBackUp, match=f"backup.db{end} is there"):
        back_up(source, target, unwatched, overwrite=overwrite)

    assert [*target.parent.iterdir()] == [beside]


def test_nothing_is_made_of_nothing(tmp_path: Path, target: Path) -> None:
    with pytest.raises(CannotBackUp, match="is not there"):
        back_up(tmp_path / "nowhere.db", target, unwatched)

    assert [*target.parent.iterdir()] == []
    assert not (tmp_path / "nowhere.db").exists()


def test_another_program_s_database_is_refused(tmp_path: Path, target: Path) -> None:
    with connected(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE accounts (id TEXT)")

    with pytest.raises(CannotBackUp, match="is not a database of this program"):
        back_up(tmp_path / "other.db", target, unwatched)

    assert [*target.parent.iterdir()] == []


def test_what_is_no_database_is_a_failure(tmp_path: Path, target: Path) -> None:
    (tmp_path / "letter").write_text("To whom it may concern. " * 500)

    with pytest.raises(StorageFailure, match="NotADB"):
        back_up(tmp_path / "letter", target, unwatched)

    assert [*target.parent.iterdir()] == []


def test_a_folder_that_is_not_there_is_a_failure(source: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match=r"nowhere.*No such file"):
        back_up(source, tmp_path / "nowhere" / "backup.db", unwatched)


def test_a_database_that_has_lost_a_row_gives_no_backup(source: Path, target: Path) -> None:
    with connected(source) as other:
        other.execute("DELETE FROM accounts WHERE date_created = 7")  # foreign keys are off here

    with pytest.raises(StorageFailure, match=r"not sound.*rows refer to rows that are gone"):
        back_up(source, target, unwatched)

    assert [*target.parent.iterdir()] == []


def test_a_database_whose_index_is_wrong_gives_no_backup(source: Path, target: Path) -> None:
    with connected(source) as other:
        other.execute("PRAGMA writable_schema = ON")
        other.execute("DELETE FROM sqlite_schema WHERE name = 'users_by_identity'")

    with pytest.raises(StorageFailure, match="not sound"):
        back_up(source, target, unwatched)

    assert [*target.parent.iterdir()] == []


def test_who_breaks_off_leaves_nothing(source: Path, target: Path) -> None:
    def break_off(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(source, target, break_off)

    assert [*target.parent.iterdir()] == []


def test_a_name_with_marks_of_a_url_is_a_name(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "50% off? yes#1 ü.db"

    back_up(source, target, unwatched)

    assert dump(target) == dump(source)
