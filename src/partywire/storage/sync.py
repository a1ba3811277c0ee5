"""What clients of Sync read: pages that begin with a key, and events that somebody missed."""

from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from partywire.model.events import Event
from partywire.model.messages import Message
from partywire.model.participants import Participant
from partywire.model.sync import Removal, Slice, Span
from partywire.storage.database import Reader
from partywire.storage.query import Query, columns

S = TypeVar("S", bound=Struct)

_EVENTS = f"SELECT {columns(Event)} FROM events WHERE"
_RANGE = "position > $2 AND position <= $3 ORDER BY position LIMIT $4"
_OF_CONVERSATION: Final = Query(f"{_EVENTS} conversation_sid = $1 AND {_RANGE}", Event)
_OF_USER: Final = Query(f"{_EVENTS} user_sid = $1 AND {_RANGE}", Event)
_REMOVALS: Final = Query(
    """SELECT e.position, e.conversation_sid FROM events e
    WHERE e.kind = 'conversation.removed' AND e.service_sid = $1
        AND e.position > $2 AND e.position <= $3
        AND EXISTS (SELECT 1 FROM removed_conversations r
            WHERE r.sid = e.conversation_sid AND r.user_sids LIKE $4)
    ORDER BY e.position LIMIT $5""",
    Removal,
)
_OLDEST: Final = Query(
    "SELECT position FROM events WHERE position IS NOT NULL ORDER BY position LIMIT 1", int
)

# Greater and less than any SID, by the bytes; and than any index.
_ENDS: Final[dict[bool, dict[bool, str | int]]] = {
    True: {False: "", True: "~"},
    False: {False: -1, True: 2**62},
}


class Spans(Generic[S]):
    """A list that is read from a key on, itself included, in either order.

    Args:
        select: ``SELECT … FROM … WHERE …`` with two placeholders.
        key: the column of the ordering key.
        into: what a row becomes.
        textual: whether the key is a text; it is a number otherwise.
    """

    def __init__(self, select: str, key: str, into: type[S], *, textual: bool) -> None:
        self._ends = _ENDS[textual]
        self.pages = {
            descending: Query(
                f"{select} AND {key} {comparison} $3 ORDER BY {key} {direction} LIMIT $4", into
            )
            for descending, comparison, direction in ((False, ">=", "ASC"), (True, "<=", "DESC"))
        }
        _, _, table = select.partition(" FROM ")
        self.before = {
            descending: Query(f"SELECT 1 FROM {table} AND {key} {comparison} $3 LIMIT 1", int)
            for descending, comparison in ((False, "<"), (True, ">"))
        }

    async def slice(self, reader: Reader, span: Span, *arguments: Any) -> Slice[S]:
        """The items of the span, and whether there are more on either side."""
        descending = span.descending
        start = self._ends[descending] if span.start is None else span.start
        found = await reader.all(self.pages[descending], *arguments, start, span.size + 1)
        before = None
        if span.start is not None:
            before = await reader.one(self.before[descending], *arguments, start)
        return Slice(found[: span.size], before is not None, len(found) > span.size)


_MESSAGES: Final = Spans(
    f"""SELECT {columns(Message)} FROM messages WHERE service_sid = $1 AND conversation_sid = $2""",
    "message_index",
    Message,
    textual=False,
)
_ROSTER: Final = Spans(
    f"""SELECT {columns(Participant)} FROM participants
    WHERE service_sid = $1 AND conversation_sid = $2""",
    "sid",
    Participant,
    textual=True,
)
_CONVERSATIONS: Final = Spans(
    f"SELECT {columns(Participant)} FROM participants WHERE service_sid = $1 AND user_sid = $2",
    "conversation_sid",
    Participant,
    textual=True,
)
# By name, so that the tests of statements find them.
_SPANS: Final = {
    f"{name}.{part}": queries
    for name, spans in (
        ("messages", _MESSAGES),
        ("roster", _ROSTER),
        ("conversations", _CONVERSATIONS),
    )
    for part, queries in (("pages", spans.pages), ("before", spans.before))
}


async def messages(
    reader: Reader, service_sid: str, conversation_sid: str, span: Span
) -> Slice[Message]:
    """The conversation's messages by index."""
    return await _MESSAGES.slice(reader, span, service_sid, conversation_sid)


async def roster(
    reader: Reader, service_sid: str, conversation_sid: str, span: Span
) -> Slice[Participant]:
    """The conversation's participants by SID."""
    return await _ROSTER.slice(reader, span, service_sid, conversation_sid)


async def conversations(
    reader: Reader, service_sid: str, user_sid: str, span: Span
) -> Slice[Participant]:
    """The user's part in each of their conversations, by the conversations' SIDs."""
    return await _CONVERSATIONS.slice(reader, span, service_sid, user_sid)


async def of_conversation(
    reader: Reader, sid: str, after: int, until: int, limit: int
) -> list[Event]:
    """The conversation's events beyond a position, up to another, in order."""
    return await reader.all(_OF_CONVERSATION, sid, after, until, limit)


async def of_user(reader: Reader, sid: str, after: int, until: int, limit: int) -> list[Event]:
    """The events about the user, or their part in conversations, in such a range, in order."""
    return await reader.all(_OF_USER, sid, after, until, limit)


async def removals(
    reader: Reader, service_sid: str, user_sid: str, after: int, until: int, limit: int
) -> list[Removal]:
    """The conversations that were deleted in such a range with this user in them, in order."""
    about = f'%"{user_sid}"%'
    return await reader.all(_REMOVALS, service_sid, after, until, about, limit)


async def oldest(reader: Reader) -> int | None:
    """The position of the oldest event that is still there; None if there is none."""
    return await reader.one(_OLDEST)
