"""Deliveries to webhooks: those that wait, and those that are settled."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.deliveries import Delivery, DeliveryState, Waiting
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Query, Statement, columns

_FIELDS = Delivery.__struct_fields__[1:]  # the number is given by the database
_SELECT = f"SELECT {columns(Delivery)} FROM deliveries"
_VALUES = ", ".join(f"${number}" for number in range(1, len(_FIELDS) + 1))
# Where its webhook is by now; where it was, if there is none any more.
_METHOD = """CASE WHEN a.post_webhook_url <> '' THEN a.method
    WHEN s.post_webhook_url <> '' THEN COALESCE(s.method, 'POST')
    WHEN c.url <> '' THEN UPPER(COALESCE(c.method, 'POST')) ELSE d.method END"""
_URL = """CASE WHEN a.post_webhook_url <> '' THEN a.post_webhook_url
    WHEN s.post_webhook_url <> '' THEN s.post_webhook_url
    WHEN c.url <> '' THEN c.url ELSE d.url END"""

_ADD: Final = Statement(
    f"""INSERT INTO deliveries ({", ".join(_FIELDS)}) VALUES ({_VALUES})
    ON CONFLICT (sid) DO NOTHING"""
)
_FIRST: Final = Query(
    f"""SELECT d.number, d.sid, d.account, d.lane, {_METHOD} AS method, {_URL} AS url, d.parameters,
        d.attempts, d.date_queued, o.token
    FROM deliveries d JOIN accounts o ON o.id = d.account
    LEFT JOIN account_webhooks a ON a.account = d.webhook AND a.target = 'webhook'
    LEFT JOIN service_webhooks s ON s.service_sid = d.webhook
    LEFT JOIN conversation_webhooks c
        ON c.conversation_sid = d.conversation_sid AND c.sid = d.webhook
    WHERE d.lane = $1 AND d.state = 'waiting' ORDER BY d.number LIMIT 1""",
    Waiting,
)
_SETTLE: Final = Statement(
    """UPDATE deliveries SET state = $2, attempts = $3, date_updated = $4
    WHERE number = $1 AND state = 'waiting'"""
)
_GIVE_UP: Final = Statement(
    """UPDATE deliveries SET state = 'dead', date_updated = $3 WHERE number IN (
        SELECT number FROM (
            SELECT number, date_queued FROM deliveries WHERE lane = $1 AND state = 'waiting'
            ORDER BY number LIMIT $4) AS oldest
        WHERE date_queued <= $2)"""
)
_BY_SID: Final = Query(f"{_SELECT} WHERE sid = $1", Delivery)
_NEWEST: Final = Query(f"{_SELECT} WHERE number < $1 ORDER BY number DESC LIMIT $2", Delivery)
_NEWEST_IN_STATE: Final = Query(
    f"{_SELECT} WHERE state = $3 AND number < $1 ORDER BY number DESC LIMIT $2", Delivery
)
_OLDEST_IN_STATE: Final = Query(
    f"{_SELECT} WHERE state = $1 AND number > $2 ORDER BY number LIMIT $3", Delivery
)
_WAIT_AGAIN: Final = Query(
    f"""UPDATE deliveries SET state = 'waiting', date_queued = $2, date_updated = $2
    WHERE sid = $1 AND state <> 'waiting' AND lane <> '' RETURNING {columns(Delivery)}""",
    Delivery,
)
_COUNT: Final = Query(
    """SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state = $1 ORDER BY number LIMIT $2)
    AS counted""",
    int,
)
_BEYOND: Final = Query(
    "SELECT number FROM deliveries WHERE state = $1 ORDER BY number DESC LIMIT 1 OFFSET $2", int
)
_PRUNE: Final = Statement(
    """DELETE FROM deliveries WHERE number IN (
        SELECT number FROM (
            SELECT number, date_updated FROM deliveries WHERE state = $1
            ORDER BY number LIMIT $4) AS oldest
        WHERE date_updated < $2 OR number <= $3)"""
)


async def add(transaction: Transaction, delivery: Delivery) -> bool:
    """Writes a new delivery, which gets a number; False if it was there already."""
    return await transaction.run(_ADD, *astuple(delivery)[1:]) > 0


async def first(reader: Reader, lane: str) -> Waiting | None:
    """The lane's next delivery."""
    return await reader.one(_FIRST, lane)


async def settle(
    transaction: Transaction, number: int, state: DeliveryState, attempts: int, now: int
) -> bool:
    """Says what came of an attempt; False if the delivery does not wait any more."""
    return await transaction.run(_SETTLE, number, state, attempts, now) > 0


async def give_up(transaction: Transaction, lane: str, before: int, now: int, limit: int) -> int:
    """Gives up, of so many that are first in a lane, those that wait since then; returns how many.

    Args:
        transaction: the transaction.
        lane: the lane.
        before: milliseconds since 1970-01-01T00:00:00Z.
        now: when they are given up.
        limit: the most that are looked at.
    """
    return await transaction.run(_GIVE_UP, lane, before, now, limit)


async def by_sid(reader: Reader, sid: str) -> Delivery | None:
    """The delivery with this SID."""
    return await reader.one(_BY_SID, sid)


async def newest(
    reader: Reader, before: int, limit: int, state: DeliveryState | None = None
) -> list[Delivery]:
    """The deliveries with numbers below this one, the newest first; of one state, or of all."""
    if state is None:
        return await reader.all(_NEWEST, before, limit)
    return await reader.all(_NEWEST_IN_STATE, before, limit, state)


async def oldest(reader: Reader, state: DeliveryState, after: int, limit: int) -> list[Delivery]:
    """The deliveries of a state with numbers above this one, the oldest first."""
    return await reader.all(_OLDEST_IN_STATE, state, after, limit)


async def wait_again(transaction: Transaction, sid: str, now: int) -> Delivery | None:
    """Lets a settled delivery wait again; None if it waits, is a pre-event, or is not there."""
    return await transaction.one(_WAIT_AGAIN, sid, now)


async def count(reader: Reader, state: DeliveryState, most: int) -> int:
    """How many are in this state, counted up to ``most``."""
    return await reader.one(_COUNT, state, most) or 0


async def prune(
    transaction: Transaction, state: DeliveryState, before: int, most: int, limit: int
) -> int:
    """Deletes the oldest of a state with their attempts; returns how many.

    Args:
        transaction: the transaction.
        state: of those that are deleted.
        before: those that were settled before this go.
        most: of those that are more than this, the oldest go.
        limit: the most that are looked at.
    """
    beyond = await transaction.one(_BEYOND, state, most) or 0
    return await transaction.run(_PRUNE, state, before, beyond, limit)
