"""Messages, and the counts of deleted ones that keep the unread count exact and cheap."""

from typing import Final

from msgspec import Struct
from msgspec.structs import astuple, replace

from partywire.model.events import Event
from partywire.model.messages import Message, Order
from partywire.model.pages import Page, PageRequest
from partywire.storage.database import Reader, Together, Transaction
from partywire.storage.dialect import at_once, holding
from partywire.storage.query import Listing, Query, Statement, assignments, columns, insert


class Posted(Struct, frozen=True):
    """What the database gave a new message."""

    message_index: int
    participant_sid: str | None


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
_BETWEEN: Final = Query(
    f"""{_SELECT} AND message_index >= $3 AND message_index < $4
    ORDER BY message_index LIMIT $5""",
    Message,
)
_INSERT: Final = Statement(insert("messages", Message))
_LOCK: Final = holding(
    f"SELECT {_COLUMNS} FROM messages WHERE {_IN_CONVERSATION} AND sid = $3", Message
)
_SAVE: Final = Statement(
    f"UPDATE messages SET {assignments(_CHANGEABLE, 4)} WHERE {_IN_CONVERSATION} AND sid = $3"
)
_SET_DELIVERY: Final = Statement(
    f"UPDATE messages SET delivery = $4 WHERE {_IN_CONVERSATION} AND sid = $3"
)
_DELETE: Final = Query(
    f"DELETE FROM messages WHERE {_IN_CONVERSATION} AND sid = $3 RETURNING {_COLUMNS}", Message
)

# The index is taken, the author found, the message and its event written in one statement, for as
# many messages as wait for the same conversation. Only where nothing else follows from posting:
# not in a conversation that must be woken, or whose timer has ended, nor in a Group MMS, where
# alone somebody may have a projected address. The event's payload is the draft as JSON: within a
# string the quotes that are replaced there would be escaped (decided: decisions/0021).
_POST: Final = at_once(
    """
    WITH asked AS (
        SELECT * FROM unnest(CAST($3 AS TEXT[]), CAST($4 AS TEXT[]), CAST($5 AS TEXT[]),
            CAST($6 AS TEXT[]), CAST($7 AS TEXT[]), CAST($8 AS TEXT[]), CAST($9 AS BIGINT[]),
            CAST($10 AS TEXT[]), CAST($11 AS BIGINT[]), CAST($12 AS BIGINT[]),
            CAST($13 AS TEXT[]), CAST($14 AS TEXT[]), CAST($15 AS TEXT[]))
            WITH ORDINALITY AS a(sid, author, named, body, subject, attributes, created,
            event_sid, webhooks, date, payload, source, client_identity, place)
    ), arrival AS (SELECT count(*) AS messages, max(date) AS date FROM asked
    ), counted AS (
        UPDATE conversations c SET
            next_message_index = c.next_message_index + arrival.messages,
            date_active = arrival.date,
            date_inactive = arrival.date + c.inactive_timer,
            date_closed = arrival.date + c.closed_timer
        FROM arrival WHERE c.service_sid = $1 AND c.sid = $2 AND c.state = 'active'
            AND c.group_mms = 0
            AND (c.date_inactive IS NULL OR c.date_inactive > arrival.date)
            AND (c.date_closed IS NULL OR c.date_closed > arrival.date)
        RETURNING c.next_message_index - arrival.messages AS first
    ), given AS (
        SELECT asked.*, counted.first + asked.place - 1 AS message_index, COALESCE(
            (SELECT p.sid FROM participants p WHERE p.service_sid = $1
                AND p.conversation_sid = $2 AND p.identity = asked.named),
            (SELECT p.sid FROM participants p WHERE p.service_sid = $1
                AND p.conversation_sid = $2 AND p.address = asked.named
                ORDER BY p.sid LIMIT 1)) AS participant_sid
        FROM counted CROSS JOIN asked
    ), posted AS (
        INSERT INTO messages (sid, service_sid, conversation_sid, message_index, author,
            participant_sid, body, subject, attributes, date_created, date_updated)
        SELECT sid, $1, $2, message_index, author, participant_sid, body, subject, attributes,
            created, created FROM given
    ), told AS (
        INSERT INTO events (sid, service_sid, conversation_sid, kind, webhooks, date, payload,
            source, client_identity)
        SELECT event_sid, $1, $2, 'message.added', webhooks, date,
            replace(replace(payload, ',"index":0,', concat(',"index":', message_index, ',')),
                ',"participant_sid":null,',
                COALESCE(',"participant_sid":"' || participant_sid || '",',
                    ',"participant_sid":null,')),
            source, client_identity
        FROM given
    )
    SELECT message_index, participant_sid FROM given ORDER BY place""",
    Posted,
)

_FANOUT: Final = 5  # bits: each bucket holds 32 of the level below
_LEVELS: Final = 4
# Each level, by how much an index is shifted to its buckets and to those of the level above, and by
# how much one of these is shifted back. The top has none above: its last one is beyond any index.
_RANGES = ", ".join(
    str((level, _FANOUT * level, _FANOUT * (level + 1), _FANOUT))
    if level < _LEVELS - 1
    else str((level, _FANOUT * level, 62, 60))
    for level in range(_LEVELS)
)
_BUCKETS = ", ".join(f"($1, {level}, ${level + 2}, 1)" for level in range(_LEVELS))
_COUNT_DELETION: Final = Statement(
    f"""INSERT INTO message_deletions (conversation_sid, level, bucket, deleted)
    VALUES {_BUCKETS} ON CONFLICT (conversation_sid, level, bucket)
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
    # The driver goes through the text each time, so that it should be short.
    return f"""(SELECT COALESCE(CAST(sum((SELECT sum(d.deleted) FROM message_deletions d
        WHERE d.conversation_sid = {conversation} AND d.level = v.column1
            AND d.bucket > ({horizon} >> v.column2)
            AND d.bucket < (({horizon} >> v.column3) + 1 << v.column4))) AS BIGINT), 0)
        FROM (VALUES {_RANGES}) v)"""


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


async def between(
    reader: Reader, service_sid: str, conversation_sid: str, first: int, end: int, limit: int
) -> list[Message]:
    """The messages from one index to before another, in their order."""
    return await reader.all(_BETWEEN, service_sid, conversation_sid, first, end, limit)


async def add(transaction: Transaction, message: Message) -> None:
    """Writes a new message."""
    await transaction.run(_INSERT, *astuple(message))


async def post(
    together: Together, draft: Message, named: str | None, event: Event
) -> Message | None:
    """Posts a message in one round trip, and appends its event.

    Args:
        together: the database's.
        draft: the message but for its index and participant.
        named: whom the message names as its author.
        event: what is to be told of it.

    Returns:
        The message; None where nothing was written because the conversation is not there, not
        active, or a Group MMS, or because one of its timers has ended.
    """
    key = (draft.service_sid, draft.conversation_sid)
    row = (
        *(draft.sid, draft.author, named, draft.body, draft.subject, draft.attributes),
        *(draft.date_created, event.sid, event.webhooks, event.date, event.payload),
        *(event.source, event.client_identity),
    )
    posted = await together.write(_POST, key, row)
    if posted is None:
        return None
    return replace(draft, index=posted.message_index, participant_sid=posted.participant_sid)


async def lock(
    transaction: Transaction, service_sid: str, conversation_sid: str, sid: str
) -> Message | None:
    """The message, held until the transaction ends."""
    return await transaction.one(_LOCK, service_sid, conversation_sid, sid)


async def save(transaction: Transaction, message: Message) -> None:
    """Writes what may change on a message."""
    key = (message.service_sid, message.conversation_sid, message.sid)
    await transaction.run(_SAVE, *key, *(getattr(message, name) for name in _CHANGEABLE))


async def set_delivery(
    transaction: Transaction, service_sid: str, conversation_sid: str, sid: str, delivery: str
) -> None:
    """Says how many of the message's receipts have which status."""
    await transaction.run(_SET_DELIVERY, service_sid, conversation_sid, sid, delivery)


async def delete(
    transaction: Transaction, service_sid: str, conversation_sid: str, sid: str
) -> Message | None:
    """Deletes the message and counts its index as empty; None if there was none."""
    message = await transaction.one(_DELETE, service_sid, conversation_sid, sid)
    if message is not None:
        buckets = (message.index >> (_FANOUT * level) for level in range(_LEVELS))
        await transaction.run(_COUNT_DELETION, conversation_sid, *buckets)
    return message
