"""How far each follower has come in the feed: it goes on from there, on whichever node."""

from typing import Final

from partywire.model.events import Event
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Query, Statement, columns

_SEEN: Final = Query("SELECT position FROM cursors WHERE follower = $1", int)
_ADVANCE: Final = Statement(
    "UPDATE cursors SET position = $2 WHERE follower = $1 AND position < $2"
)
_FOR_WEBHOOKS: Final = Query(
    f"""SELECT {columns(Event)} FROM events
    WHERE webhooks = 1 AND position > $1 AND position <= $2 ORDER BY position LIMIT $3""",
    Event,
)


async def seen(reader: Reader, follower: str) -> int:
    """The position of the last event that the follower is done with; 0 before the first."""
    return await reader.one(_SEEN, follower) or 0


async def advance(transaction: Transaction, follower: str, position: int) -> None:
    """The follower is done with everything up to this position."""
    await transaction.run(_ADVANCE, follower, position)


async def for_webhooks(reader: Reader, position: int, last: int, limit: int) -> list[Event]:
    """The events beyond a position, up to another, that webhooks are to be told of, in order."""
    return await reader.all(_FOR_WEBHOOKS, position, last, limit)
