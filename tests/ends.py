"""Timers of a server in another process end when a test wants: timers last for minutes.

Their dates are moved in the tables, from outside, as if the minutes had passed.
"""

import contextlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import apsw

import engines

_PATIENCE_MILLISECONDS = 20_000  # with a server that writes


def now() -> int:
    """Milliseconds since 1970-01-01T00:00:00Z."""
    return time.time_ns() // 1_000_000


def moment(milliseconds: int) -> str:
    """A date as webhooks are told it."""
    date = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{date:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"


def moved(url: str, name: str, dates: Mapping[str, int]) -> None:
    """Lets timers that run end at other dates.

    Args:
        url: of the database.
        name: ``date_inactive`` or ``date_closed``.
        dates: in milliseconds, by the conversation's SID.
    """
    cases = " ".join(f"WHEN '{sid}' THEN {date}" for sid, date in dates.items())
    statement = f"""UPDATE conversations SET {name} = CASE sid {cases} ELSE {name} END
        WHERE {name} IS NOT NULL"""
    if url.startswith("postgresql:"):
        engines.outside().execute(url, statement)
        return
    with contextlib.closing(apsw.Connection(url.removeprefix("sqlite:///"))) as connection:
        connection.set_busy_timeout(_PATIENCE_MILLISECONDS)
        connection.execute(statement)
