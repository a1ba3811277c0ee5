"""What of the feed concerns participants by address."""

from typing import Final

from partywire.model.events import Event
from partywire.storage.database import Reader
from partywire.storage.query import Query, columns

# Any conversation: so it begins at the first entry of an index, which holds none but these.
_ANYBODY: Final = Query(
    """SELECT 1 FROM participants WHERE conversation_sid > '' AND address IS NOT NULL
    LIMIT 1""",
    int,
)
_MESSAGES: Final = Query(
    f"""SELECT {columns(Event, "e")} FROM events e
    WHERE e.position > $1 AND e.position <= $2 AND e.kind = 'message.added' AND EXISTS (
        SELECT 1 FROM participants p
        WHERE p.conversation_sid = e.conversation_sid AND p.address IS NOT NULL)
    ORDER BY e.position LIMIT $3""",
    Event,
)


async def is_anybody_addressed(reader: Reader) -> bool:
    """Whether any participant has an address."""
    return await reader.one(_ANYBODY) is not None


async def messages(reader: Reader, position: int, last: int, limit: int) -> list[Event]:
    """The messages beyond a position, up to another, where somebody has an address; in order."""
    return await reader.all(_MESSAGES, position, last, limit)
