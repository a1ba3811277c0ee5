"""Who is online: users with a socket at some node, in services that show it.

Each node writes down for whom it has sockets. Whoever reads believes that; a node that is gone is
buried by one that sees its beat stand still (decided: decisions/0037).
"""

from typing import Final

import msgspec

from partywire import sids
from partywire.domain.call import Resources
from partywire.model.events import Event
from partywire.model.presences import Node, Presence, Reached
from partywire.storage import outbox, users
from partywire.storage import presences as store
from partywire.storage.database import Transaction

MOST_AT_ONCE: Final = 50  # users whose coming and going is written in one transaction

_encode = msgspec.json.Encoder().encode


class NotGone(Exception):
    """A node that seemed to be gone lives."""


async def shows(resources: Resources, service_sid: str, user_sid: str) -> bool:
    """Whether the user's service shows who is online."""
    return await users.devices(resources.database, service_sid, user_sid) is not None


async def come(resources: Resources, presences: list[Presence]) -> None:
    """Writes down that users have a socket at a node by now.

    Args:
        resources: the server's.
        presences: of one node, at most ``MOST_AT_ONCE``.
    """
    async with resources.database.transaction() as transaction:
        there = await _held(transaction, presences)
        for node in {presence.node for presence in there}:
            await store.register(transaction, node)
        for presence in there:
            known = await store.is_online(transaction, presence.user_sid)
            await store.add(transaction, presence)
            if not known:
                await tell(resources, transaction, presence.service_sid, presence.user_sid)


async def go(resources: Resources, presences: list[Presence]) -> None:
    """Writes down that users have no socket at a node any more; arguments as of ``come``."""
    async with resources.database.transaction() as transaction:
        await gone(resources, transaction, presences)
        for node in {presence.node for presence in presences}:
            await store.beat(transaction, node)


async def gone(resources: Resources, transaction: Transaction, presences: list[Presence]) -> None:
    """The same in a transaction that is there."""
    for presence in await _held(transaction, presences):
        await store.delete(transaction, presence.user_sid, presence.node)
        if not await store.is_online(transaction, presence.user_sid):
            await tell(resources, transaction, presence.service_sid, presence.user_sid)


async def _held(transaction: Transaction, presences: list[Presence]) -> list[Presence]:
    """Those whose users are there, who are held before any node, in the order of their SIDs."""
    return [
        each
        for each in sorted(presences, key=lambda presence: presence.user_sid)
        if await users.lock(transaction, each.service_sid, each.user_sid) is not None
    ]


async def tell(
    resources: Resources, transaction: Transaction, service_sid: str, user_sid: str
) -> None:
    """Appends how a user can be reached now, where the service shows it.

    Clients of Sync are told of it, and nobody else.

    Args:
        resources: the server's.
        transaction: one in which the user is held.
        service_sid: the service.
        user_sid: the user.
    """
    devices = await users.devices(transaction, service_sid, user_sid)
    if devices is None:
        return
    is_online = await store.is_online(transaction, user_sid)
    reached = Reached(user_sid, is_online, devices > 0)
    event = Event(
        sid=resources.mint.sid(sids.EVENT),
        service_sid=service_sid,
        conversation_sid=None,
        kind="user.reached",
        webhooks=0,
        date=resources.clock.now(),
        payload=_encode(reached).decode(),
        user_sid=user_sid,
    )
    await outbox.append(transaction, event)


async def beat(resources: Resources, node: str) -> bool:
    """Says that a node lives; False if it was buried, so that all it has is to be written anew."""
    async with resources.database.transaction() as transaction:
        return await store.beat(transaction, node)


async def nodes(resources: Resources) -> list[Node]:
    """All nodes with sockets in services that show who is online."""
    return await store.nodes(resources.database)


async def bury(resources: Resources, transaction: Transaction, node: Node) -> bool:
    """Takes out some of those who had a socket at a node that is gone, and then the node.

    Args:
        resources: the server's.
        transaction: one in which nobody else buries.
        node: with the beat at which it stands still.

    Returns:
        Whether it is done: False if there are more of them.

    Raises:
        NotGone: it lives.
    """
    left = await store.of_node(transaction, node.name, MOST_AT_ONCE)
    await gone(resources, transaction, left)
    if await store.hold(transaction, node.name) != node.beat:
        raise NotGone
    if len(left) < MOST_AT_ONCE:
        await store.forget(transaction, node.name)
        return True
    return False


async def leave(resources: Resources, node: str) -> None:
    """Takes out all who had a socket at this node, which stops."""
    done = False
    while not done:
        async with resources.database.transaction() as transaction:
            left = await store.of_node(transaction, node, MOST_AT_ONCE)
            await gone(resources, transaction, left)
            done = len(left) < MOST_AT_ONCE
            if done:
                await store.forget(transaction, node)
