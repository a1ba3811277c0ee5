"""Conversations."""

from typing import Any, Final

from msgspec.structs import astuple

from partywire.model.conversations import Conversation, ConversationFilter, Counted
from partywire.model.pages import Page, PageRequest
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import holding, holding_free
from partywire.storage.query import Listing, Query, Statement, assignments, columns, insert

_COLUMNS = columns(Conversation)
_SELECT = f"SELECT {_COLUMNS} FROM conversations WHERE service_sid = $1"
_COUNTERS = ("next_message_index", "messages_deleted")
_FIXED = ("sid", "service_sid", "created_by", "group_mms", *_COUNTERS)
_CHANGEABLE = tuple(name for name in Conversation.__struct_fields__ if name not in _FIXED)


def state_at(now: str, table: str) -> str:
    """An SQL expression: the state at this time, whether or not a timer's end was written down.

    Args:
        now: SQL of the time.
        table: by what name the statement has ``conversations``.
    """
    return f"""CASE WHEN {table}.date_closed <= {now} THEN 'closed'
        WHEN {table}.state = 'active' AND {table}.date_inactive <= {now} THEN 'inactive'
        ELSE {table}.state END"""


_STATE = state_at("$3", "conversations")
_ANY_STATE = f"{_STATE} = COALESCE(CAST($2 AS TEXT), {_STATE})"

_BY_SID: Final = Query(f"{_SELECT} AND sid = $2", Conversation)
_SID_BY_UNIQUE_NAME: Final = Query(
    "SELECT sid FROM conversations WHERE service_sid = $1 AND unique_name = $2", str
)
_BY_ACTIVITY: Final = Listing(
    f"{_SELECT} AND {_ANY_STATE}",
    3,
    {"date_active": "date_active", "sid": "sid"},
    Conversation,
    descending=True,
)
_BY_CREATION: Final = Listing(
    f"{_SELECT} AND {_ANY_STATE} AND date_created >= $4 AND date_created <= $5",
    5,
    {"date_created": "date_created", "sid": "sid"},
    Conversation,
    descending=True,
)
_INSERT: Final = Statement(insert("conversations", Conversation))
_LOCK: Final = holding(
    f"SELECT {_COLUMNS} FROM conversations WHERE service_sid = $1 AND sid = $2", Conversation
)
_IN_ANY_SERVICE = f"SELECT {_COLUMNS} FROM conversations WHERE sid = $1"
_ANYWHERE: Final = Query(_IN_ANY_SERVICE, Conversation)
_LOCK_ANYWHERE: Final = holding(_IN_ANY_SERVICE, Conversation)
_HOLD_TO_INACTIVATE: Final = holding_free(
    f"""SELECT {_COLUMNS} FROM conversations WHERE date_inactive <= $1 AND state = 'active'
    ORDER BY date_inactive, sid LIMIT $2""",
    Conversation,
)
_HOLD_TO_CLOSE: Final = holding_free(
    f"""SELECT {_COLUMNS} FROM conversations WHERE date_closed <= $1 AND state <> 'closed'
    ORDER BY date_closed, sid LIMIT $2""",
    Conversation,
)
_NEXT_INACTIVE: Final = Query(
    """SELECT date_inactive FROM conversations
    WHERE date_inactive IS NOT NULL AND state = 'active' ORDER BY date_inactive, sid LIMIT 1""",
    int,
)
_NEXT_CLOSED: Final = Query(
    """SELECT date_closed FROM conversations WHERE date_closed IS NOT NULL
    ORDER BY date_closed, sid LIMIT 1""",
    int,
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
    WHERE service_sid = $1 AND sid = $2 AND state <> 'closed'
        AND (state <> 'active' OR date_inactive IS NULL OR date_inactive > $3)
        AND (date_closed IS NULL OR date_closed > $3)
    RETURNING {columns(Counted)}""",
    Counted,
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
    reader: Reader, service_sid: str, wanted: ConversationFilter, now: int, request: PageRequest
) -> Page[Conversation]:
    """The service's conversations: the latest activity first, with dates the latest creation.

    A wanted state is that at this time; what is returned is as it was written down.
    """
    if wanted.start_date is None and wanted.end_date is None:
        return await _BY_ACTIVITY.page(reader, request, service_sid, wanted.state, now)
    first = _EVER[0] if wanted.start_date is None else wanted.start_date
    last = _EVER[1] if wanted.end_date is None else wanted.end_date
    return await _BY_CREATION.page(reader, request, service_sid, wanted.state, now, first, last)


async def add(transaction: Transaction, conversation: Conversation) -> None:
    """Writes a new conversation.

    Raises:
        Duplicate: the unique name is taken in this service.
    """
    await transaction.run(_INSERT, *astuple(conversation))


async def lock(transaction: Transaction, service_sid: str, sid: str) -> Conversation | None:
    """The conversation, held until the transaction ends."""
    return await transaction.one(_LOCK, service_sid, sid)


async def anywhere(reader: Reader, sid: str) -> Conversation | None:
    """The conversation, in whichever service."""
    return await reader.one(_ANYWHERE, sid)


async def lock_anywhere(transaction: Transaction, sid: str) -> Conversation | None:
    """The conversation, in whichever service, held until the transaction ends."""
    return await transaction.one(_LOCK_ANYWHERE, sid)


async def hold_to_inactivate(transaction: Transaction, now: int, limit: int) -> list[Conversation]:
    """Active conversations whose inactive timer has ended and that nobody holds, now held by us.

    The longest overdue come first.
    """
    return await transaction.all(_HOLD_TO_INACTIVATE, now, limit)


async def hold_to_close(transaction: Transaction, now: int, limit: int) -> list[Conversation]:
    """Conversations whose closed timer has ended, as ``hold_to_inactivate``."""
    return await transaction.all(_HOLD_TO_CLOSE, now, limit)


async def next_end(reader: Reader) -> int | None:
    """When the next timer ends, or has ended; None if none runs."""
    found = (await reader.one(_NEXT_INACTIVE), await reader.one(_NEXT_CLOSED))
    return min((date for date in found if date is not None), default=None)


async def save(transaction: Transaction, conversation: Conversation) -> None:
    """Writes what may change on a conversation.

    Raises:
        Duplicate: the unique name is taken in this service.
    """
    await transaction.run(_SAVE, *_saved(conversation))


async def save_all(transaction: Transaction, conversations: list[Conversation]) -> None:
    """Writes what may change on conversations that keep their unique names."""
    await transaction.run_many(_SAVE, [_saved(each) for each in conversations])


def _saved(conversation: Conversation) -> tuple[Any, ...]:
    changed = (getattr(conversation, name) for name in _CHANGEABLE)
    return (conversation.service_sid, conversation.sid, *changed)


async def take_index(
    transaction: Transaction, service_sid: str, sid: str, now: int
) -> Counted | None:
    """Counts a new message, and holds the conversation until the transaction ends.

    Restarts the timers. None if there is no such conversation, if it is closed, or if one of its
    timers has ended.
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
