"""What messages have attached: the rows of ``media``, as messages take them and leave them.

A row that belongs to a message never comes to another one (decided: decisions/0039).
"""

from typing import Final

from partywire.storage.database import Transaction
from partywire.storage.query import Query, Statement

_ATTACH: Final = Query(
    """UPDATE media SET conversation_sid = $3, message_sid = $4, date_updated = $5
    WHERE service_sid = $1 AND sid = $2 AND message_sid IS NULL AND size IS NOT NULL
    RETURNING sid""",
    str,
)
_REMOVE: Final = Statement("DELETE FROM media WHERE conversation_sid = $1 AND message_sid = $2")


async def attach(
    transaction: Transaction,
    service_sid: str,
    sid: str,
    conversation_sid: str,
    message_sid: str,
    now: int,
) -> bool:
    """Gives a file to a message; False where it is another's, not whole, or not there."""
    key = (service_sid, sid)
    return await transaction.one(_ATTACH, *key, conversation_sid, message_sid, now) is not None


async def remove(transaction: Transaction, conversation_sid: str, message_sid: str) -> None:
    """Deletes the rows of what a message had attached; what the store holds stays behind."""
    await transaction.run(_REMOVE, conversation_sid, message_sid)
