"""The proof of a copy: every row of both ends is read back, and must be the same."""

import hashlib
from typing import Final

import msgspec
from msgspec import Struct

from partywire.storage.copying.ends import End, batches
from partywire.storage.copying.progress import Watch
from partywire.storage.copying.tables import Row, Table

_DIGEST_BYTES: Final = 16

# One encoding of numbers, text and NULL, whichever engine they come from.
_encode: Final = msgspec.msgpack.Encoder().encode


class Sum(Struct, frozen=True):
    """All rows of a table in two values.

    Attributes:
        rows: how many there are.
        checksum: over their values in the order of the key, as 32 hexadecimal digits.
    """

    rows: int
    checksum: str


class Comparison(Struct, frozen=True):
    """One table at both ends."""

    table: str
    source: Sum
    target: Sum

    @property
    def equal(self) -> bool:
        """Whether both ends hold the same rows."""
        return self.source == self.target


async def summed(end: End, table: Table, watch: Watch) -> Sum:
    """Reads a whole table."""
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    count = 0
    async for rows in batches(end, table):
        _add(digest, rows)
        count += len(rows)
        watch.moved(table.name, len(rows))
    return Sum(count, digest.hexdigest())


def _add(digest: "hashlib.blake2b", rows: list[Row]) -> None:
    for row in rows:
        digest.update(_encode(row))


async def compared(source: End, target: End, tables: list[Table], watch: Watch) -> list[Comparison]:
    """Every table at both ends."""
    return [
        Comparison(
            table.name, await summed(source, table, watch), await summed(target, table, watch)
        )
        for table in tables
    ]
