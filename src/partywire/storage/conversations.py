"""Conversations."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.conversations import Conversation, ConversationFilter
from partywire.model.pages import Page, PageRequest
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import holding
from partywire.storage.query import Listing, Query, Statement, assignments, columns, insert

_COLUMNS = columns(Conversation)
_SELECT = f"SELECT {_COLUMNS} FROM conversations WHERE service_sid = $1"
_COUNTERS = ("next_message_index", "messages_deleted")
_FIXED = ("sid", "service_sid", "created_by", "group_mms", *_COUNTERS)
_CHANGEABLE = tuple(name for name in Conversation.__struct_fields__ if name not in _FIXED)
_ANY_STATE = "state = COALESCE(CAST($2 AS TEXT), state)"

_BY_SID: Final = Query(f"{_SELECT} AND sid = $2", Conversation)
_SID_BY_UNIQUE_NAME: Final = Query(
    "SELECT sid FROM conversations WHERE service_sid = $1 AND unique_name = $2", str
)
_BY_ACTIVITY: Final = Listing(
    f"{_SELECT} AND {_ANY_STATE}",
    2,
    {"date_active": "date_active", "sid": "sid"},
    Conversation,
    descending=True,
)
_BY_CREATION: Final = Listing(
    f"{_SELECT} AND {_ANY_STATE} AND date_created >= $3 AND date_created <= $4",
    4,
    {"date_created": "date_created", "sid": "sid"},
    Conversation,
    descending=True,
)
_INSERT: Final = Statement(insert("conversations", Conversation))
_LOCK: Final = holding(
    f"SELECT {_COLUMNS} FROM conversations WHERE service_sid = $1 AND sid = $2", Conversation
)
_SAVE: Final = Statement(
    f"UPDATE conversations SET {assignments(_CHANGEABLE, 3)} WHERE service_sid = $1 AND sid = $2"
)
_TAKE_INDEX: Final = Query(
    f"""UPDATE conversations SET
        next_message_index = next_message_index + 1,
        date_active = $3,
        date_inactive = $3 + inactive_timer,
        date_closed = $3 + closed_timer
    WHERE service_sid = $1 AND sid = $2 AND state <> 'closed' RETURNING {_COLUMNS}""",
    Conversation,
)
_COUNT_DELETION: Final = Statement(
    """UPDATE conversations SET messages_deleted = messages_deleted + 1
    WHERE service_sid = $1 AND sid = $2"""
)
_SET_GROUP: Final = Statement(
    "UPDATE conversations SET group_mms = $3 WHERE service_sid = $1 AND sid = $2"
)
_DELETE: Final = Statement("DELETE FROM conversations WHERE service_sid = $1 AND sid = $2")
_EVER: Final = (-(2**62), 2**62)


async def by_sid(reader: Reader, service_sid: str, sid: str) -> Conversation | None:
    """The conversation with this SID."""
    return await reader.one(_BY_SID, service_sid, sid)


async def sid_by_unique_name(reader: Reader, service_sid: str, unique_name: str) -> str | None:
    """The SID of the conversation with this unique name."""
    return await reader.one(_SID_BY_UNIQUE_NAME, service_sid, unique_name)


async def page(
    reader: Reader, service_sid: str, wanted: ConversationFilter, request: PageRequest
) -> Page[Conversation]:
    """The service's conversations: the latest activity first, with dates the latest creation."""
    if wanted.start_date is None and wanted.end_date is None:
        return await _BY_ACTIVITY.page(reader, request, service_sid, wanted.state)
    first = _EVER[0] if wanted.start_date is None else wanted.start_date
    last = _EVER[1] if wanted.end_date is None else wanted.end_date
    return await _BY_CREATION.page(reader, request, service_sid, wanted.state, first, last)


async def add(transaction: Transaction, conversation: Conversation) -> None:
    """Writes a new conversation.

    Raises:
        Duplicate: the unique name is taken in this service.
    """
    await transaction.run(_INSERT, *astuple(conversation))


async def lock(transaction: Transaction, service_sid: str, sid: str) -> Conversation | None:
    """The conversation, held until the transaction ends."""
    return await transaction.one(_LOCK, service_sid, sid)


async def save(transaction: Transaction, conversation: Conversation) -> None:
    """Writes what may change on a conversation.

    Raises:
        Duplicate: the unique name is taken in this service.
    """
    changed = (getattr(conversation, name) for name in _CHANGEABLE)
    await transaction.run(_SAVE, conversation.service_sid, conversation.sid, *changed)


async def take_index(
    transaction: Transaction, service_sid: str, sid: str, now: int
) -> Conversation | None:
    """Counts a new message, whose index is one below the answer's ``next_message_index``.

    Restarts the timers. None if there is no such conversation, or if it is closed.
    """
    return await transaction.one(_TAKE_INDEX, service_sid, sid, now)


async def count_deletion(transaction: Transaction, service_sid: str, sid: str) -> bool:
    """Counts a message that is deleted, and holds the conversation; False if there is none."""
    return await transaction.run(_COUNT_DELETION, service_sid, sid) > 0


async def set_group(transaction: Transaction, service_sid: str, sid: str, group: int) -> None:
    """Says whether the conversation is a Group MMS."""
    await transaction.run(_SET_GROUP, service_sid, sid, group)


async def delete(transaction: Transaction, service_sid: str, sid: str) -> None:
    """Deletes the conversation and everything in it."""
    await transaction.run_long(_DELETE, service_sid, sid)
