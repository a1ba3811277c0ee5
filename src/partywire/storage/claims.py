"""Which node does which background work.

A claim has a beat that its holder moves on. Whoever sees it stand still, by their own clock, may
take it: no two nodes need agree on the time (decided: decisions/0020).
"""

from typing import Final

from msgspec import Struct

from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import holding
from partywire.storage.query import Query, Statement, columns

NOBODY: Final = ""


class Claim(Struct, frozen=True):
    """Who does a duty, and how often that was confirmed."""

    duty: str
    holder: str
    beat: int


_SELECT = f"SELECT {columns(Claim)} FROM claims WHERE duty = $1"
_LOOK: Final = Query(_SELECT, Claim)
_HOLD: Final = holding(_SELECT, Claim)
_BEAT: Final = Query(
    """INSERT INTO claims (duty, holder, beat) VALUES ($1, $2, $3 + 1)
    ON CONFLICT (duty) DO UPDATE SET holder = $2, beat = $3 + 1 WHERE claims.beat = $3
    RETURNING beat""",
    int,
)
_LET_GO: Final = Statement(
    "UPDATE claims SET holder = '', beat = beat + 1 WHERE duty = $1 AND holder = $2"
)


async def look(reader: Reader, duty: str) -> Claim:
    """Who does the duty now."""
    return await reader.one(_LOOK, duty) or Claim(duty, NOBODY, 0)


async def beat(transaction: Transaction, claim: Claim, holder: str) -> Claim | None:
    """Takes the duty or keeps it; None if somebody has moved the beat that was seen."""
    moved = await transaction.one(_BEAT, claim.duty, holder, claim.beat)
    return None if moved is None else Claim(claim.duty, holder, moved)


async def is_held(transaction: Transaction, duty: str, holder: str) -> bool:
    """Whether the duty is this holder's, and stays so until the transaction ends."""
    found = await transaction.one(_HOLD, duty)
    return found is not None and found.holder == holder


async def let_go(transaction: Transaction, duty: str, holder: str) -> None:
    """Leaves the duty to whoever comes first."""
    await transaction.run(_LET_GO, duty, holder)
