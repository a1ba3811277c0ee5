"""The outbox: what happened, appended in the transaction in which it happened.

An event has its place in the feed from the moment on which it can be seen on SQLite, whose writers
take turns. On PostgreSQL transactions end in another order than they began in: there events are
placed afterwards, by any node, in the order of their arrival. Transactions that hold the same
row arrive in the order of their commits (decided: decisions/0020).
"""

from typing import Final

from partywire.model.events import Event
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import TELL, holding
from partywire.storage.query import Query, Statement, columns

_FEED: Final = "events"
_MOST_AT_ONCE: Final = 1000

_APPEND: Final = Statement(
    """INSERT INTO events
        (sid, service_sid, conversation_sid, kind, webhooks, date, payload, source,
        client_identity, user_sid, position)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
        (SELECT COALESCE(max(position), 0) + 1 FROM events))""",
    postgresql="""INSERT INTO events
        (sid, service_sid, conversation_sid, kind, webhooks, date, payload, source,
        client_identity, user_sid)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
)
_AFTER: Final = Query(
    f"SELECT {columns(Event)} FROM events WHERE position > $1 ORDER BY position LIMIT $2", Event
)
_LAST: Final = Query(
    "SELECT position FROM events WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1", int
)
_IS_TO_PLACE: Final = Query("SELECT 1 FROM events WHERE position IS NULL LIMIT 1", int)
_BEGIN_FEED: Final = Statement(
    "INSERT INTO feed (name, position) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING"
)
_HOLD_FEED: Final = holding("SELECT position FROM feed WHERE name = $1", int)
_PLACE: Final = Statement(
    """UPDATE events SET position = $1 + numbered.place
    FROM (SELECT arrival, row_number() OVER (ORDER BY arrival) AS place FROM events
        WHERE position IS NULL ORDER BY arrival LIMIT $2) AS numbered
    WHERE events.arrival = numbered.arrival"""
)
_ADVANCE: Final = Statement("UPDATE feed SET position = $2 WHERE name = $1")
_PRUNE: Final = Statement(
    """DELETE FROM events WHERE arrival IN (
        SELECT arrival FROM (
            SELECT arrival, date, position FROM events ORDER BY arrival LIMIT $2) AS oldest
        WHERE date < $1 AND position <= (SELECT min(position) FROM cursors WHERE follower > '')
        AND position < (SELECT position FROM events WHERE position IS NOT NULL
            ORDER BY position DESC LIMIT 1))"""
)


async def append(transaction: Transaction, event: Event) -> None:
    """Writes an event."""
    await transaction.run(_APPEND, *_row(event))


async def append_all(transaction: Transaction, events: list[Event]) -> None:
    """Writes events, in this order."""
    await transaction.run_many(_APPEND, [_row(event) for event in events])


def _row(event: Event) -> tuple[str | int | None, ...]:
    return (
        *(event.sid, event.service_sid, event.conversation_sid, event.kind),
        *(event.webhooks, event.date, event.payload, event.source, event.client_identity),
        event.user_sid,
    )


async def after(reader: Reader, position: int, limit: int) -> list[Event]:
    """The events that have a position beyond this one (0: all), in order."""
    return await reader.all(_AFTER, position, limit)


async def last(reader: Reader) -> int:
    """The position of the newest event that has one; 0 if none has."""
    return await reader.one(_LAST) or 0


async def is_to_place(reader: Reader) -> bool:
    """Whether there are events without a position."""
    return await reader.one(_IS_TO_PLACE) is not None


async def place(transaction: Transaction) -> int:
    """Gives positions to events that have none, the first of them first; returns to how many.

    Every node is told of it when the transaction commits.
    """
    await transaction.run(_BEGIN_FEED, _FEED)
    given = await transaction.one(_HOLD_FEED, _FEED) or 0
    # Events that were copied from SQLite have positions that this row does not know of.
    position = max(given, await last(transaction))
    placed = await transaction.run(_PLACE, position, _MOST_AT_ONCE)
    if placed:
        await transaction.run(_ADVANCE, _FEED, position + placed)
        await transaction.one(TELL)
    return placed


async def prune(transaction: Transaction, before: int, limit: int) -> int:
    """Deletes the oldest events, if they are old enough; returns how many.

    What a follower has not read yet stays, and so does the newest event, so that positions go on
    from it.

    Args:
        transaction: the transaction.
        before: milliseconds since 1970-01-01T00:00:00Z.
        limit: the most that are looked at.
    """
    return await transaction.run(_PRUNE, before, limit)
