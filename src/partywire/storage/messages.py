"""Messages, and the counts of deleted ones that keep the unread count exact and cheap."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.messages import Message, Order
from partywire.model.pages import Page, PageRequest
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Listing, Query, Statement, assignments, columns, insert

_COLUMNS = columns(Message)
_IN_CONVERSATION = "service_sid = $1 AND conversation_sid = $2"
_SELECT = f"SELECT {_COLUMNS} FROM messages WHERE {_IN_CONVERSATION}"
_CHANGEABLE = (
    "author",
    "participant_sid",
    "body",
    "subject",
    "attributes",
    "date_created",
    "date_updated",
)

_BY_SID: Final = Query(f"{_SELECT} AND sid = $3", Message)
_BY_INDEX = {"message_index": "index"}
_LISTS: Final[dict[Order, Listing[Message]]] = {
    "asc": Listing(_SELECT, 2, _BY_INDEX, Message),
    "desc": Listing(_SELECT, 2, _BY_INDEX, Message, descending=True),
}
_INSERT: Final = Statement(insert("messages", Message))
_LOCK: Final = Query(
    f"""UPDATE messages SET date_updated = date_updated
    WHERE {_IN_CONVERSATION} AND sid = $3 RETURNING {_COLUMNS}""",
    Message,
)
_SAVE: Final = Statement(
    f"UPDATE messages SET {assignments(_CHANGEABLE, 4)} WHERE {_IN_CONVERSATION} AND sid = $3"
)
_DELETE: Final = Query(
    f"DELETE FROM messages WHERE {_IN_CONVERSATION} AND sid = $3 RETURNING {_COLUMNS}", Message
)

_FANOUT: Final = 5  # bits: each bucket holds 32 of the level below
_LEVELS: Final = 4
_COUNT_DELETION: Final = Statement(
    """INSERT INTO message_deletions (conversation_sid, level, bucket, deleted)
    VALUES ($1, $2, $3, 1) ON CONFLICT (conversation_sid, level, bucket)
    DO UPDATE SET deleted = message_deletions.deleted + 1"""
)


def deletions_above(conversation: str, horizon: str) -> str:
    """An SQL expression: how many indexes above the horizon have no message any more.

    Adds up, on each level, the buckets that lie above the horizon and inside the bucket of the
    level above that holds it: at most 32 rows a level below the top, however long the
    conversation is (decisions/0005).

    Args:
        conversation: SQL of the conversation's SID.
        horizon: SQL of the index; not null.
    """
    counts = []
    for level in range(_LEVELS):
        own, parent = f"({horizon} >> {_FANOUT * level})", f"({horizon} >> {_FANOUT * (level + 1)})"
        inside = f" AND d.bucket < (({parent} + 1) << {_FANOUT})" if level < _LEVELS - 1 else ""
        counts.append(
            f"""(SELECT COALESCE(CAST(sum(d.deleted) AS BIGINT), 0) FROM message_deletions d
            WHERE d.conversation_sid = {conversation} AND d.level = {level}
            AND d.bucket > {own}{inside})"""
        )
    return " + ".join(counts)


async def by_sid(
    reader: Reader, service_sid: str, conversation_sid: str, sid: str
) -> Message | None:
    """The message with this SID."""
    return await reader.one(_BY_SID, service_sid, conversation_sid, sid)


async def page(
    reader: Reader, service_sid: str, conversation_sid: str, order: Order, request: PageRequest
) -> Page[Message]:
    """The conversation's messages, in the order of their indexes."""
    return await _LISTS[order].page(reader, request, service_sid, conversation_sid)


async def add(transaction: Transaction, message: Message) -> None:
    """Writes a new message."""
    await transaction.run(_INSERT, *astuple(message))


async def lock(
    transaction: Transaction, service_sid: str, conversation_sid: str, sid: str
) -> Message | None:
    """The message, held until the transaction ends."""
    return await transaction.one(_LOCK, service_sid, conversation_sid, sid)


async def save(transaction: Transaction, message: Message) -> None:
    """Writes what may change on a message."""
    key = (message.service_sid, message.conversation_sid, message.sid)
    await transaction.run(_SAVE, *key, *(getattr(message, name) for name in _CHANGEABLE))


async def delete(
    transaction: Transaction, service_sid: str, conversation_sid: str, sid: str
) -> Message | None:
    """Deletes the message and counts its index as empty; None if there was none."""
    message = await transaction.one(_DELETE, service_sid, conversation_sid, sid)
    if message is not None:
        for level in range(_LEVELS):
            bucket = message.index >> (_FANOUT * level)
            await transaction.run(_COUNT_DELETION, conversation_sid, level, bucket)
    return message
