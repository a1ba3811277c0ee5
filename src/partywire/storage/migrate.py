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
from partywire.storage.query import Query, Statement

PACKAGED: Final[Traversable] = files("partywire.storage")

_CREATE_VERSION: Final = Statement("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT)")
_VERSION: Final = Query("SELECT version FROM schema_version", int)
_SET_VERSION: Final = Statement("INSERT INTO schema_version (version) VALUES ($1)")
_CLEAR_VERSION: Final = Statement("DELETE FROM schema_version")

_COMMENT = re.compile(r"--[^\n]*")


def statements(text: str) -> Iterator[Statement]:
    """The statements of a schema file; comments and blank ones are left out."""
    for part in _COMMENT.sub("", text).split(";"):
        if part.strip():
            yield Statement(part)


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

    Several processes may do so at once: each step holds the write lock.

    Raises:
        NewerSchema: the database was made by a newer version of this program.
        StorageFailure: the database cannot be written.
    """
    steps = migrations(source)
    async with database.transaction() as transaction:
        await transaction.run(_CREATE_VERSION)
        found = await transaction.one(_VERSION) or 0
        if found > len(steps):
            raise NewerSchema(
                f"the database has schema {found}, this program knows {len(steps)}: "
                "run the newer program"
            )
        if found == len(steps):
            return found
        fresh = (source / "schema.sql").read_text(encoding="utf-8")
        for text in [fresh] if found == 0 else steps[found:]:
            await _apply(transaction, text)
        await transaction.run(_CLEAR_VERSION)
        await transaction.run(_SET_VERSION, len(steps))
    return found


async def _apply(transaction: Transaction, text: str) -> None:
    for statement in statements(text):
        await transaction.run(statement)
