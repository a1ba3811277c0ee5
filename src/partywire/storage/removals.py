"""What webhooks and clients still have to know of conversations that are gone."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.deliveries import RemovedConversation
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Query, Statement, columns, insert

_ADD: Final = Statement(insert("removed_conversations", RemovedConversation))
_BY_SID: Final = Query(
    f"SELECT {columns(RemovedConversation)} FROM removed_conversations WHERE sid = $1",
    RemovedConversation,
)
_OLDEST_EVENT: Final = Query(
    "SELECT date FROM events WHERE arrival > 0 ORDER BY arrival LIMIT 1", int
)
_PRUNE: Final = Statement(
    """DELETE FROM removed_conversations WHERE sid IN (
        SELECT sid FROM removed_conversations WHERE date < $1 ORDER BY date LIMIT $2)"""
)


async def add(transaction: Transaction, removed: RemovedConversation) -> None:
    """Writes down what is to be known of it."""
    await transaction.run(_ADD, *astuple(removed))


async def by_sid(reader: Reader, sid: str) -> RemovedConversation | None:
    """What is known of it."""
    return await reader.one(_BY_SID, sid)


async def prune(transaction: Transaction, before: int, limit: int) -> int:
    """Forgets the oldest, if they are old enough and no event is older; returns how many."""
    oldest = await transaction.one(_OLDEST_EVENT)
    bound = before if oldest is None else min(before, oldest)
    return await transaction.run(_PRUNE, bound, limit)
