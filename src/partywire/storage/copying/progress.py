"""How far a copy has come, written down in the target itself.

Each batch is committed together with its note, so that a copy that was killed goes on where it
was. Until the copy is proved, the target bears a schema version that no program has: a server
does not start on half a database.
"""

from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct

from partywire.storage.copying.ends import End
from partywire.storage.copying.tables import Row, Table, quoted
from partywire.storage.migrate import UNFINISHED

_MAKE: Final = """
    CREATE TABLE unfinished_copy (
        name TEXT PRIMARY KEY,
        expected BIGINT NOT NULL,
        expected_last TEXT NOT NULL,
        copied BIGINT NOT NULL,
        copied_last TEXT NOT NULL
    )
"""
_COLUMNS: Final = "name, expected, expected_last, copied, copied_last"
_ADD: Final = f"INSERT INTO unfinished_copy ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5)"
_ALL: Final = f"SELECT {_COLUMNS} FROM unfinished_copy"
_MOVE: Final = """
    UPDATE unfinished_copy SET copied = $2, copied_last = $3 WHERE name = $1 AND copied_last = $4
"""
_DROP: Final = "DROP TABLE unfinished_copy"
_VERSION: Final = "SELECT version FROM schema_version"
_SET_VERSION: Final = "UPDATE schema_version SET version = $1"

NO_KEY: Final = "null"


class CannotCopy(Exception):
    """The copy cannot begin or go on with these databases as they are."""


class Watch(Protocol):
    """Somebody who waits for a copy, and is told how far it is."""

    def phase(self, name: str, of: int, done: int) -> None:
        """Something begins that will go over so many rows, of which some are done already."""

    def moved(self, table: str, rows: int) -> None:
        """It has gone over that many more rows."""


class Note(Struct, frozen=True):
    """How far one table has come.

    Attributes:
        name: of the table.
        expected: how many rows the source had when the copy began.
        expected_last: their greatest key, in JSON.
        copied: how many of them the target has.
        copied_last: the greatest key of these, in JSON.
    """

    name: str
    expected: int
    expected_last: str
    copied: int = 0
    copied_last: str = NO_KEY

    @property
    def after(self) -> list[Any] | None:
        """The key that the copy goes on behind."""
        key: list[Any] | None = msgspec.json.decode(self.copied_last)
        return key


def key_text(key: Row) -> str:
    """A key as notes hold it."""
    return msgspec.json.encode(key).decode()


async def version(end: End) -> int:
    """The schema's version; 0 where there is none yet."""
    if "schema_version" not in await end.names():
        return 0
    found = await end.rows(_VERSION)
    return int(found[0][0]) if found else 0


async def survey(source: End, tables: list[Table]) -> dict[str, Note]:
    """What there is to copy, by table."""
    found: dict[str, Note] = {}
    for table in tables:
        [[rows]] = await source.rows(table.count())
        last = await source.rows(table.last())
        found[table.name] = Note(table.name, rows, key_text(last[0]) if last else NO_KEY)
    return found


async def begun(target: End, tables: list[Table], expected: dict[str, Note], newest: int) -> None:
    """Makes an empty target the place of this copy.

    Raises:
        CannotCopy: it holds something.
    """
    async with target.transaction():
        for table in tables:
            if set(await target.rows(table.first_rows(), len(table.seeds) + 1)) - set(table.seeds):
                raise CannotCopy(
                    f"the target is not empty: there are rows in {table.name}. "
                    "Copy into a database of its own"
                )
        for table in reversed([table for table in tables if table.seeds]):
            await target.run(f"DELETE FROM {quoted(table.name)}")  # the source has its own
        await target.run(_MAKE)
        for note in expected.values():
            await target.run(_ADD, *msgspec.structs.astuple(note))
        await target.run(_SET_VERSION, newest + UNFINISHED)


async def resumed(target: End, expected: dict[str, Note]) -> dict[str, Note]:
    """The notes of a copy that was not finished.

    Raises:
        CannotCopy: it was a copy of something else.
    """
    found = {row[0]: Note(*row) for row in await target.rows(_ALL)}
    fresh = {
        name: msgspec.structs.replace(n, copied=0, copied_last=NO_KEY) for name, n in found.items()
    }
    if fresh != expected:
        raise CannotCopy(
            "the target holds an unfinished copy of another database, or of this one as it was "
            "before it was written to: make the target anew and copy again"
        )
    return found


async def move(target: End, note: Note, rows: int, last: Row) -> Note:
    """Notes within a transaction that more rows are there.

    Raises:
        CannotCopy: another process copies into this target too.
    """
    moved = msgspec.structs.replace(note, copied=note.copied + rows, copied_last=key_text(last))
    arguments = (moved.copied, moved.copied_last, note.copied_last)
    if await target.run(_MOVE, note.name, *arguments) != 1:
        raise CannotCopy("another process is copying into the target")
    return moved


async def finish(target: End, newest: int) -> None:
    """Makes the target a database like any other."""
    async with target.transaction():
        await target.run(_DROP)
        await target.run(_SET_VERSION, newest)
