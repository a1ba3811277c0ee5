"""Brings a database to this program's schema.

A fresh database gets ``schema.sql`` at once; an older one takes the numbered migrations that it
has not seen; a newer one is refused. A test proves that both ways end in the same schema.
"""

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from partywire.storage.database import Database, NewerSchema, Transaction
from partywire.storage.dialect import ALONE, PATIENT, definition
from partywire.storage.query import Query, Statement

PACKAGED: Final[Traversable] = files("partywire.storage")

# Is added to the version of a database into which a copy is under way: no program has that one.
UNFINISHED: Final = 1_000_000

_CREATE_VERSION: Final = Statement("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT)")
_VERSION: Final = Query("SELECT version FROM schema_version", int)
_SET_VERSION: Final = Statement("INSERT INTO schema_version (version) VALUES ($1)")
_CLEAR_VERSION: Final = Statement("DELETE FROM schema_version")

_COMMENT = re.compile(r"--[^\n]*")


def statements(text: str) -> Iterator[Statement]:
    """The statements of a schema file; comments and blank ones are left out."""
    for part in _COMMENT.sub("", text).split(";"):
        if part.strip():
            yield definition(part)


def migrations(source: Traversable) -> list[str]:
    """The texts of ``migrations/NNNN_what_it_does.sql``, in order, numbered from 0001."""
    found = sorted(
        (entry for entry in (source / "migrations").iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    for number, entry in enumerate(found, 1):
        if not entry.name.startswith(f"{number:04d}_"):
            raise ValueError(f"migration {number:04d} is missing: found {entry.name}")
    return [entry.read_text(encoding="utf-8") for entry in found]


async def migrate(database: Database, source: Traversable = PACKAGED) -> int:
    """Brings the database to the newest schema; returns the version that it had before.

    Several processes may do so at once: they take turns, and the first does the work.

    Raises:
        NewerSchema: the database was made by a newer version of this program.
        StorageFailure: the database cannot be written.
    """
    steps = migrations(source)
    async with database.transaction() as transaction:
        await transaction.run(PATIENT)
        await transaction.run_long(ALONE)
        await transaction.run(_CREATE_VERSION)
        found = await transaction.one(_VERSION) or 0
        if found > UNFINISHED:
            raise NewerSchema(
                "a copy into this database was not finished: run the same partywire copy again"
            )
        if found > len(steps):
            raise NewerSchema(
                f"the database has schema {found}, this program knows {len(steps)}: "
                "run the newer program"
            )
        if found == len(steps):
            return found
        if found == 0:
            await _make(transaction, (source / "schema.sql").read_text(encoding="utf-8"))
        else:
            await _change(transaction, steps[found:])
        await transaction.run(_CLEAR_VERSION)
        await transaction.run(_SET_VERSION, len(steps))
    return found


async def _make(transaction: Transaction, schema: str) -> None:
    for statement in statements(schema):
        await transaction.run(statement)


async def _change(transaction: Transaction, steps: list[str]) -> None:
    """Takes as long as it takes: a step may write a large table anew."""
    for step in steps:
        for statement in statements(step):
            await transaction.run_long(statement)
