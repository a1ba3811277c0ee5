"""POST /v4/Subscriptions: from when on a client is told what happens to which objects.

Source: section 4.3 of what is known of the protocol.
"""

from collections.abc import Callable, Container, Iterable
from functools import partial
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from partywire import errors
from partywire.domain import sync
from partywire.domain.call import Call
from partywire.model.sync import SyncObject
from partywire.wire.socket.connections import Connection
from partywire.wire.socket.sync import names, notifications
from partywire.wire.socket.sync.changes import OF_CONVERSATION
from partywire.wire.socket.sync.hub import Hub, Subscription
from partywire.wire.socket.sync.replay import replay
from partywire.wire.socket.upstream import Reply, Request, Route, reply

_MOST_AT_ONCE: Final = 1000
_MOST_OF_A_SOCKET: Final = 10_000
_TTL_SECONDS: Final = 24 * 60 * 60  # after which the SDK asks for all of it again
_ESTIMATE_MILLISECONDS: Final = 10_000  # after which it asks again if it has heard nothing

Position = Annotated[int, Meta(ge=0, le=2**62)]


class Wanted(Struct, frozen=True):
    """One object, and the last id that the client has of it; None replays nothing."""

    object_sid: str
    object_type: str = ""
    last_event_id: Position | None = None


class Asked(Struct, frozen=True):
    """What a client wants of a number of objects.

    Attributes:
        correlation_id: is told again with all that follows from this.
    """

    action: Literal["establish", "cancel"]
    requests: Annotated[list[Wanted], Meta(max_length=_MOST_AT_ONCE)]
    correlation_id: int | str | None = None


class Bounds(Struct, frozen=True):
    """What a client is told about asking."""

    max_batch_size: int = _MOST_AT_ONCE
    ttl_in_s: int = _TTL_SECONDS
    estimated_delivery_in_ms: int = _ESTIMATE_MILLISECONDS


def routes(hub: Hub) -> list[Route]:
    """Where subscriptions stand."""

    async def act(connection: Connection, request: Request) -> Reply:
        asked: Asked = request.json(Asked)
        wanted = _wanted(asked)
        if asked.action == "establish" and hub.count(connection) + len(wanted) > _MOST_OF_A_SOCKET:
            raise errors.BadRequest(f"A socket has at most {_MOST_OF_A_SOCKET} subscriptions")
        # The answer goes first: with it the SDK forgets that it wanted to ask for more, of which
        # all that is told after it reminds it.
        follow = _cancel if asked.action == "cancel" else _establish
        return reply(Bounds(), 202, partial(follow, hub, connection, asked))

    return [Route("POST", "/v4/Subscriptions", act)]


def _send(connection: Connection, payload: bytes) -> None:
    connection.send_notification(notifications.MESSAGE_TYPE, payload)


def _wanted(asked: Asked) -> dict[SyncObject, int | None]:
    """What is asked for, as far as there can be such a thing, and the last id of each."""
    named = ((names.of_sid(each.object_sid), each.last_event_id) for each in asked.requests)
    return {thing: last for thing, last in named if thing is not None}


async def _cancel(hub: Hub, connection: Connection, asked: Asked) -> None:
    for thing in _wanted(asked):
        hub.cancel(connection, thing)
        _send(connection, notifications.canceled(thing, asked.correlation_id))


async def _establish(hub: Hub, connection: Connection, asked: Asked) -> None:
    fail = _failing(connection, asked.correlation_id)
    for wanted in asked.requests:
        if names.of_sid(wanted.object_sid) is None:
            fail(wanted.object_sid, wanted.object_type)
    copies = _wanted(asked)
    # Before it is looked whether they may: who is thrown out in between is noticed by the hub.
    made = await hub.subscribe(connection, copies)
    try:
        missing: list[Subscription] = []
        for group in _by_owner(made):
            missing += await _begin(group, copies, asked.correlation_id)
        await _give_up(hub, missing, fail)
    except BaseException:
        for each in made:
            if not each.is_live:
                hub.forget(each)
        raise


Fail = Callable[[str, str], None]


def _failing(connection: Connection, correlation: int | str | None) -> Fail:
    """Tells that an object is not there."""
    why = errors.NotFound()

    def fail(sid: str, kind: str) -> None:
        told = notifications.failed(sid, kind, why.status, why.code, str(why), correlation)
        _send(connection, told)

    return fail


def _by_owner(made: Iterable[Subscription]) -> list[list[Subscription]]:
    groups: dict[str, list[Subscription]] = {}
    for each in made:
        groups.setdefault(each.thing.owner, []).append(each)
    return list(groups.values())


async def _begin(
    group: list[Subscription],
    copies: dict[SyncObject, int | None],
    correlation: int | str | None,
) -> list[Subscription]:
    """Replays what the client has missed of one owner's objects, and lets them go live.

    Returns:
        Those whose objects are not there.
    """
    connection, until = group[0].connection, group[0].until
    call = connection.call()
    there: dict[SyncObject, Subscription] = {}
    missing: list[Subscription] = []
    for each in group:
        if await _is_there(call, each, there):
            there[each.thing] = each
        else:
            missing.append(each)
    behind = {thing: after for thing in there if (after := copies[thing]) is not None}
    async for thing, portion in replay(call, behind, until):
        for change in portion:
            if not there[thing].is_over:
                _send(connection, notifications.change(thing, change, correlation))
                await connection.room()
    for thing, each in there.items():
        # One that is over was canceled, or its owner is gone for this client, which it is told.
        if not each.is_over:
            position = max(until, copies[thing] or 0)
            _send(connection, notifications.established(thing, position, correlation))
            each.go_live()
    return missing


async def _give_up(hub: Hub, missing: list[Subscription], fail: Fail) -> None:
    """Tells that objects are not there, but not before it is told what made it so.

    Who has just left a conversation has to hear that by their map of conversations: if the SDK
    hears first that the document is gone, it does not tell its app any more that they have left.
    """

    def end() -> None:
        for each in missing:
            if not each.is_over:
                hub.forget(each)
                fail(names.sid_of(each.thing), names.type_of(each.thing))

    late = [each.connection for each in missing if hub.knows_otherwise(each)]
    hub.once_told(await sync.settled(late[0].resources) if late else 0, end)


async def _is_there(call: Call, subscription: Subscription, there: Container[SyncObject]) -> bool:
    """Whether the client may see it; what it sees of a conversation, it sees all of."""
    thing = subscription.thing
    others = (SyncObject(content, thing.owner) for content in OF_CONVERSATION)
    if thing.content in OF_CONVERSATION and any(other in there for other in others):
        return True
    try:
        await sync.check(call, subscription.connection.user_sid, thing)
    except errors.NotFound:
        return False
    return True
