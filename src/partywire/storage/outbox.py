"""The outbox: what happened, appended in the transaction in which it happened."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.events import Event
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Query, Statement, columns, insert

_INSERT: Final = Statement(insert("events", Event))
_AFTER: Final = Query(
    f"SELECT {columns(Event)} FROM events WHERE sid > $1 ORDER BY sid LIMIT $2", Event
)


async def append(transaction: Transaction, event: Event) -> None:
    """Writes an event."""
    await transaction.run(_INSERT, *astuple(event))


async def after(reader: Reader, sid: str, limit: int) -> list[Event]:
    """The events that follow the one with this SID (``""``: from the first), in order."""
    return await reader.all(_AFTER, sid, limit)
