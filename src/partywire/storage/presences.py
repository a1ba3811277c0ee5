"""Who is online: at which nodes users have sockets (decided: decisions/0037)."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.presences import Node, Presence
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import holding
from partywire.storage.query import Query, Statement, columns, insert

_NODES: Final = Query(f"SELECT {columns(Node)} FROM nodes WHERE name > '' ORDER BY name", Node)
_HOLD_NODE: Final = holding("SELECT beat FROM nodes WHERE name = $1", int)
_REGISTER: Final = Statement(
    """INSERT INTO nodes (name, beat) VALUES ($1, 1)
    ON CONFLICT (name) DO UPDATE SET beat = nodes.beat + 1"""
)
_BEAT: Final = Statement("UPDATE nodes SET beat = beat + 1 WHERE name = $1")
_FORGET: Final = Statement("DELETE FROM nodes WHERE name = $1")
_ADD: Final = Statement(f"{insert('presences', Presence)} ON CONFLICT (user_sid, node) DO NOTHING")
_DELETE: Final = Statement("DELETE FROM presences WHERE user_sid = $1 AND node = $2")
_IS_ONLINE: Final = Query("SELECT 1 FROM presences WHERE user_sid = $1 LIMIT 1", int)
_OF_NODE: Final = Query(
    f"""SELECT {columns(Presence)} FROM presences WHERE node = $1
    ORDER BY user_sid LIMIT $2""",
    Presence,
)


async def nodes(reader: Reader) -> list[Node]:
    """All nodes that said that they have sockets."""
    return await reader.all(_NODES)


async def register(transaction: Transaction, node: str) -> None:
    """Says that a node lives, even one that is not there (any more)."""
    await transaction.run(_REGISTER, node)


async def hold(transaction: Transaction, node: str) -> int | None:
    """The node's beat, held until the transaction ends; None if it is not there (any more)."""
    return await transaction.one(_HOLD_NODE, node)


async def beat(transaction: Transaction, node: str) -> bool:
    """Says that a node lives; False if it is not there (any more)."""
    return await transaction.run(_BEAT, node) > 0


async def forget(transaction: Transaction, node: str) -> None:
    """Deletes a node, and what sockets it has."""
    await transaction.run(_FORGET, node)


async def add(transaction: Transaction, presence: Presence) -> None:
    """Writes that a user has a socket at a node; nothing if that is known."""
    await transaction.run(_ADD, *astuple(presence))


async def delete(transaction: Transaction, user_sid: str, node: str) -> None:
    """Writes that a user has none there any more."""
    await transaction.run(_DELETE, user_sid, node)


async def is_online(reader: Reader, user_sid: str) -> bool:
    """Whether a user has a socket at some node."""
    return await reader.one(_IS_ONLINE, user_sid) is not None


async def of_node(reader: Reader, node: str, limit: int) -> list[Presence]:
    """Who has a socket at a node, in the order of their SIDs; at most so many."""
    return await reader.all(_OF_NODE, node, limit)
