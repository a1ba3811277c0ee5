"""The lanes in which deliveries wait, each with when its next one is to be tried.

A receiver with many lanes costs the others nothing: receivers are stepped over one by one, and of
each only as many lanes are read as may be tried.
"""

from typing import Final

from msgspec.structs import astuple

from partywire.model.deliveries import Lane
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import holding
from partywire.storage.query import Query, Statement, columns, insert

_SELECT = f"SELECT {columns(Lane)} FROM delivery_lanes WHERE lane = $1"

# One that is there stays as it is, held until the transaction ends.
_OPEN: Final = Statement(
    f"{insert('delivery_lanes', Lane)} ON CONFLICT (lane) DO UPDATE SET lane = excluded.lane"
)
_HURRY: Final = Statement(
    f"{insert('delivery_lanes', Lane)} ON CONFLICT (lane) DO UPDATE SET due = excluded.due"
)
_LOOK: Final = Query(_SELECT, Lane)
_HOLD: Final = holding(_SELECT, Lane)
_SAVE: Final = Statement(
    "UPDATE delivery_lanes SET receiver = $2, due = $3, failures = $4 WHERE lane = $1"
)
_CLOSE: Final = Statement("DELETE FROM delivery_lanes WHERE lane = $1")
_STEPS = """WITH RECURSIVE receivers (receiver) AS (
        SELECT (SELECT receiver FROM delivery_lanes WHERE receiver > ''
            ORDER BY receiver, due, lane LIMIT 1)
        UNION ALL
        SELECT (SELECT l.receiver FROM delivery_lanes l WHERE l.receiver > receivers.receiver
            ORDER BY l.receiver, l.due, l.lane LIMIT 1)
        FROM receivers WHERE receivers.receiver IS NOT NULL)
    SELECT receivers.receiver FROM receivers WHERE receivers.receiver IS NOT NULL"""
_RECEIVERS: Final = Query(
    f"""{_STEPS} AND EXISTS (SELECT 1 FROM delivery_lanes d
        WHERE d.receiver = receivers.receiver AND d.due <= $1)""",
    str,
)
_EVERY_RECEIVER: Final = Query(_STEPS, str)
_DUE: Final = Query(
    f"""SELECT {columns(Lane)} FROM delivery_lanes WHERE receiver = $1 AND due <= $2
    ORDER BY receiver, due, lane LIMIT $3""",
    Lane,
)
_BRING_NEARER: Final = Statement(
    "UPDATE delivery_lanes SET due = $2 WHERE receiver = $1 AND due > $3"
)


async def open_(transaction: Transaction, lane: Lane) -> None:
    """Makes sure that the lane is there, and holds it until the transaction ends."""
    await transaction.run(_OPEN, *astuple(lane))


async def hurry(transaction: Transaction, lane: Lane) -> None:
    """The same, but one that is there is due when this one is."""
    await transaction.run(_HURRY, *astuple(lane))


async def look(reader: Reader, lane: str) -> Lane | None:
    """The lane, if something waits in it."""
    return await reader.one(_LOOK, lane)


async def hold(transaction: Transaction, lane: str) -> Lane | None:
    """The same, held until the transaction ends: nothing comes to wait in it meanwhile."""
    return await transaction.one(_HOLD, lane)


async def save(transaction: Transaction, lane: Lane) -> None:
    """Writes when its next delivery is to be tried, and where."""
    await transaction.run(_SAVE, *astuple(lane))


async def close(transaction: Transaction, lane: str) -> None:
    """Nothing waits in it any more."""
    await transaction.run(_CLOSE, lane)


async def receivers(reader: Reader, now: int) -> list[str]:
    """The receivers that have lanes which are due."""
    return await reader.all(_RECEIVERS, now)


async def due(reader: Reader, receiver: str, now: int, limit: int) -> list[Lane]:
    """The receiver's lanes that are due, the longest first."""
    return await reader.all(_DUE, receiver, now, limit)


async def bring_nearer(transaction: Transaction, now: int, latest: int) -> None:
    """Makes due what is to be tried later than any pause is long: a clock was set back."""
    for receiver in await transaction.all(_EVERY_RECEIVER):
        await transaction.run(_BRING_NEARER, receiver, now, latest)
