"""How much stands in the outbox: asked by who watches the server, not by who serves."""

from typing import Final

from partywire.storage import outbox
from partywire.storage.database import Reader
from partywire.storage.query import Query

_FIRST: Final = Query(
    "SELECT position FROM events WHERE position IS NOT NULL ORDER BY position LIMIT 1", int
)
_UNPLACED: Final = Query(
    """SELECT count(*) FROM (SELECT 1 FROM events WHERE position IS NULL ORDER BY arrival LIMIT $1)
    AS counted""",
    int,
)


async def kept(reader: Reader) -> int:
    """How many events have a position: it goes up by one from each to the next."""
    first = await reader.one(_FIRST)
    return 0 if first is None else await outbox.last(reader) - first + 1


async def unplaced(reader: Reader, most: int) -> int:
    """How many events wait for their position, counted up to ``most``."""
    return await reader.one(_UNPLACED, most) or 0
