from pathlib import Path

import apsw
import pytest

from partywire.storage.copying.sqlite_end import SqliteEnd
from partywire.storage.database import StorageFailure
from storage.copying.databases import fresh


def inside(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match="is not there"):
        SqliteEnd(tmp_path / "nowhere.db")

    assert inside(tmp_path) == []


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match=tmp_path.name):
        SqliteEnd(tmp_path)


async def test_a_file_that_is_no_database_stays_as_it_is(tmp_path: Path) -> None:
    letter = tmp_path / "letter"
    letter.write_text("To whom it may concern. " * 500)
    before = letter.read_bytes()

    with pytest.raises(StorageFailure, match="not a database"):
        await SqliteEnd(letter).names()

    assert letter.read_bytes() == before


async def test_reading_does_not_bring_the_file_into_another_mode(tmp_path: Path) -> None:
    file = tmp_path / "rolled.db"
    await fresh(f"sqlite:///{file}")
    other = apsw.Connection(str(file))
    other.execute("PRAGMA journal_mode = DELETE")
    other.close()
    before = file.read_bytes()

    end = SqliteEnd(file)
    await end.freeze()
    await end.rows("SELECT * FROM accounts")
    await end.close()

    assert file.read_bytes() == before
    assert inside(tmp_path) == [file]


async def test_a_writer_that_was_there_first_is_not_disturbed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partywire.storage.copying.sqlite_end._LOCK_MILLISECONDS", 1)
    file = tmp_path / "busy.db"
    await fresh(f"sqlite:///{file}")
    other = apsw.Connection(str(file))
    other.execute("BEGIN IMMEDIATE")

    end = SqliteEnd(file)
    with pytest.raises(StorageFailure, match="Busy"):
        async with end.transaction():
            pass
    other.execute("COMMIT")
    async with end.transaction():
        assert await end.run("DELETE FROM accounts") == 0
    await end.close()
    other.close()
