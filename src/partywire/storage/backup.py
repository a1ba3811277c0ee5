"""A copy of an SQLite file while servers write to it, made in one snapshot and checked.

It is written under another name beside its place, and takes its name only when it is whole, on
the disk and found sound: a backup that is there is a good one.
"""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import apsw
from msgspec import Struct

from partywire.storage.database import StorageFailure

_PAGES: Final = 1024  # that are copied between two calls of the watcher
_INSTRUCTIONS: Final = 1_000_000  # of SQLite between two chances for Ctrl-C

_LOCK_MILLISECONDS: Final = 5000
_READ: Final = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOMUTEX
_READ_ALONE: Final = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_NOMUTEX

# What SQLite would take for a part of whatever file has the name before it.
_BESIDE: Final = ("-wal", "-shm", "-journal")

_TABLES: Final = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"


class CannotBackUp(Exception):
    """The backup cannot be put there, or nothing is there to be backed up."""


class BackedUp(Struct, frozen=True):
    """A backup that was found sound.

    Attributes:
        size: in bytes.
        tables: how many there are.
        rows: how many there are in all of them.
    """

    size: int
    tables: int
    rows: int


def back_up(
    source: Path, target: Path, watch: Callable[[int, int], None], *, overwrite: bool = False
) -> BackedUp:
    """Makes the copy: all that was committed before is in it, and nothing by halves.

    Args:
        source: the database file.
        target: where the copy is to be, with mode 0600.
        watch: called now and then with how many pages are copied, and of how many.
        overwrite: whether the copy may take the place of a file that is there.

    Raises:
        CannotBackUp: the target is there, or belongs to a database that is in use.
        StorageFailure: the source cannot be read, the target cannot be written, or the copy is
            not sound.
    """
    _check_place(source, target, overwrite=overwrite)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    with _explained():
        try:
            os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            _copy(source, draft, watch)
            found = _checked(draft)
            _synced(draft)
            _name(draft, target, overwrite=overwrite)
            _synced(target.parent)
        finally:
            draft.unlink(missing_ok=True)
    return found


def _check_place(source: Path, target: Path, *, overwrite: bool) -> None:
    if not source.exists():
        raise CannotBackUp(f"{source} is not there")
    if target.exists():
        if target.samefile(source):
            raise CannotBackUp(f"{target} is the database itself")
        if not overwrite:
            raise CannotBackUp(f"{target} is there already: name another file, or add --force")
    for end in _BESIDE:
        beside = target.with_name(target.name + end)
        if beside.exists():
            raise CannotBackUp(
                f"{beside} is there, so that {target} is a database in use, or one whose server "
                "crashed: name another file"
            )


def _copy(source: Path, draft: Path, watch: Callable[[int, int], None]) -> None:
    with _connected(str(source), _READ) as reading, _connected(str(draft), _READ) as writing:
        # In a snapshot: otherwise each write of a server would begin the copy anew.
        reading.execute("BEGIN")
        if not reading.execute(f"{_TABLES} AND name = 'schema_version'").fetchall():
            raise CannotBackUp(f"{source} is not a database of this program")
        writing.execute("PRAGMA synchronous = OFF")  # it is synced once, as a whole
        with writing.backup("main", reading, "main") as backup:
            while not backup.done:
                backup.step(_PAGES)
                watch(backup.page_count - backup.remaining, backup.page_count)


def _checked(draft: Path) -> BackedUp:
    with _connected(f"{draft.resolve().as_uri()}?immutable=1", _READ_ALONE) as connection:
        connection.set_progress_handler(lambda: False, _INSTRUCTIONS)
        said = [text for (text,) in connection.execute("PRAGMA integrity_check")]
        astray = connection.execute("PRAGMA foreign_key_check").fetchall()
        if said != ["ok"] or astray:
            why = said[0] if said != ["ok"] else f"{len(astray)} rows refer to rows that are gone"
            raise StorageFailure(f"the copy is not sound, nor is the database it seems: {why}")
        names = [str(name) for (name,) in connection.execute(_TABLES)]
        counts = [connection.execute(f'SELECT count(*) FROM "{name}"').get for name in names]
    return BackedUp(draft.stat().st_size, len(names), sum(map(int, counts)))


def _name(draft: Path, target: Path, *, overwrite: bool) -> None:
    if overwrite:
        draft.replace(target)
        return
    try:
        os.link(draft, target)
    except FileExistsError as error:
        raise CannotBackUp(f"{target} has come into being meanwhile") from error
    except OSError:
        draft.rename(target)  # some file systems know no links


def _synced(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _connected(name: str, flags: int) -> Iterator[apsw.Connection]:
    connection = apsw.Connection(name, flags=flags)
    try:
        connection.set_busy_timeout(_LOCK_MILLISECONDS)
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        raise StorageFailure(f"{type(error).__name__}: {error}") from error
    except OSError as error:
        raise StorageFailure(f"{error.filename or 'the backup'}: {error.strerror}") from error
