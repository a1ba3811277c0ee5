"""Which open conversation has a pair of addresses, or a group of them."""

from typing import Final

from msgspec import Struct

from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import holding
from partywire.storage.query import Query, Statement


class _Holder(Struct, frozen=True):
    """Who has a pair."""

    conversation_sid: str
    participant_sid: str


class Pair(Struct, frozen=True):
    """Who has a pair, and in which service."""

    conversation_sid: str
    participant_sid: str
    service_sid: str


# Whoever has it already is held by this, and cannot vanish before it has been named.
_TAKE_PAIR: Final = Query(
    """INSERT INTO address_pairs
        (account, address, proxy_address, conversation_sid, participant_sid)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account, address, proxy_address) DO UPDATE SET account = excluded.account
    RETURNING conversation_sid, participant_sid""",
    _Holder,
)
_FIND_PAIR: Final = Query(
    """SELECT p.conversation_sid, p.participant_sid, c.service_sid
    FROM address_pairs p LEFT JOIN conversations c ON c.sid = p.conversation_sid
    WHERE p.account = $1 AND p.address = $2 AND p.proxy_address = $3""",
    Pair,
)
_HOLD_PAIR: Final = holding(
    """SELECT conversation_sid, participant_sid FROM address_pairs
    WHERE account = $1 AND address = $2 AND proxy_address = $3""",
    _Holder,
)
_RELEASE_PAIR: Final = Statement(
    "DELETE FROM address_pairs WHERE conversation_sid = $1 AND participant_sid = $2"
)
_RELEASE_PAIRS: Final = Statement("DELETE FROM address_pairs WHERE conversation_sid = $1")

_TAKE_GROUP: Final = Query(
    """INSERT INTO address_groups (account, addresses, conversation_sid) VALUES ($1, $2, $3)
    ON CONFLICT (account, addresses) DO UPDATE SET account = excluded.account
    RETURNING conversation_sid""",
    str,
)
_RELEASE_GROUP: Final = Statement("DELETE FROM address_groups WHERE conversation_sid = $1")


async def take_pair(
    transaction: Transaction,
    account: str,
    address: str,
    proxy_address: str,
    conversation_sid: str,
    participant_sid: str,
) -> str | None:
    """Takes a pair for a participant; returns the conversation that has it, if one has."""
    holder = await transaction.one(
        _TAKE_PAIR, account, address, proxy_address, conversation_sid, participant_sid
    )
    if holder is None or holder.participant_sid == participant_sid:
        return None
    return holder.conversation_sid


async def pair(reader: Reader, account: str, address: str, proxy_address: str) -> Pair | None:
    """Who has this pair; None if nobody has."""
    return await reader.one(_FIND_PAIR, account, address, proxy_address)


async def is_held_by(
    transaction: Transaction, account: str, address: str, proxy_address: str, participant_sid: str
) -> bool:
    """Whether the participant has this pair, and keeps it until the transaction ends."""
    holder = await transaction.one(_HOLD_PAIR, account, address, proxy_address)
    return holder is not None and holder.participant_sid == participant_sid


async def release_pair(
    transaction: Transaction, conversation_sid: str, participant_sid: str
) -> None:
    """Gives the participant's pair free."""
    await transaction.run(_RELEASE_PAIR, conversation_sid, participant_sid)


async def take_group(
    transaction: Transaction, account: str, addresses: str, conversation_sid: str
) -> str | None:
    """Takes a group for a conversation; returns the conversation that has it, if one has."""
    holder = await transaction.one(_TAKE_GROUP, account, addresses, conversation_sid)
    return None if holder == conversation_sid else holder


async def release_group(transaction: Transaction, conversation_sid: str) -> None:
    """Gives the conversation's group free."""
    await transaction.run(_RELEASE_GROUP, conversation_sid)


async def release(transaction: Transaction, conversation_sid: str) -> None:
    """Gives all pairs and the group of a conversation free."""
    await transaction.run(_RELEASE_PAIRS, conversation_sid)
    await transaction.run(_RELEASE_GROUP, conversation_sid)


async def release_all(transaction: Transaction, conversation_sids: list[str]) -> None:
    """Gives all pairs and the groups of conversations free."""
    rows = [(sid,) for sid in conversation_sids]
    await transaction.run_many(_RELEASE_PAIRS, rows)
    await transaction.run_many(_RELEASE_GROUP, rows)
