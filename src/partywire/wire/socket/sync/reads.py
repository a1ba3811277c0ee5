"""Reading documents, lists and maps, and the items of these (section 4.2 of the protocol).

``last_event_id`` is the position of the feed, asked for before the state is read: never newer than
the state. An item's is that of the read too: what it is told of later is greater, and what it is
told of once more does no harm (decided: decisions/0036).
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from partywire import errors
from partywire.domain import sync
from partywire.domain.call import Call
from partywire.model.sync import Content, Slice, Span, SyncObject
from partywire.wire.socket.connections import Connection
from partywire.wire.socket.sync import contents, names, places
from partywire.wire.socket.sync.contents import Data
from partywire.wire.socket.sync.names import Type
from partywire.wire.socket.upstream import Reply, Request, Route, reply

_PAGE: Final = 50
_LONGEST_PAGE: Final = 100
_MOST: Final = 2**62
_FOLDERS: Final[dict[Type, str]] = {"document": "Documents", "list": "Lists", "map": "Maps"}
_KEY_PARAMETERS: Final[dict[Type, str]] = {"list": "Index", "map": "Key"}


class Item(Struct, frozen=True):
    """One item, before it is shown."""

    key: str | int
    data: Data
    date_created: int
    date_updated: int


async def _found(connection: Connection, kind: Type, key: str) -> SyncObject:
    """The object that a path names.

    Raises:
        NotFound: there is none for this user.
    """
    thing = names.find(kind, key, connection.user_sid, connection.identity)
    if thing is None:
        raise errors.NotFound
    await sync.check(connection.call(), connection.user_sid, thing)
    return thing


async def _root(kind: Type, connection: Connection, request: Request, *path: str) -> Reply:
    """GET /v3/Documents/{Key}, and likewise of lists and maps."""
    position = await sync.position(connection.resources)
    thing = await _found(connection, kind, path[-1])
    shown = _shell(connection, thing, position)
    if kind == "document":
        return reply(shown | await _document(connection, thing))
    shown["links"] = {"items": places.items(thing)}
    if request.parameter("Include") == "items":
        found = await _slice(connection.call(), thing, Span(None, _LONGEST_PAGE))
        shown["items"] = [_shown(thing, item, position) for item in found.items]
    return reply(shown)


def _shell(connection: Connection, thing: SyncObject, position: int) -> dict[str, Any]:
    # A SID begins with the time of its making.
    made = contents.moment(int(thing.owner[2:14], 16))
    return {
        "sid": names.sid_of(thing),
        "unique_name": names.name_of(thing, connection.identity),
        "account_sid": connection.grant.account_sid,
        "service_sid": connection.service_sid,
        "created_by": "system",
        "url": places.root(thing),
        "revision": str(position),
        "last_event_id": position,
        "date_created": made,
        "date_updated": made,
        "date_expires": None,
    }


async def _document(connection: Connection, thing: SyncObject) -> dict[str, Any]:
    found = await sync.document(connection.resources, connection.service_sid, thing.owner)
    if found is None:
        raise errors.NotFound
    return {
        "data": contents.conversation(found),
        "date_created": contents.moment(found.conversation.date_created),
        "date_updated": contents.moment(found.conversation.date_updated),
    }


def _shown(thing: SyncObject, item: Item, position: int) -> dict[str, Any]:
    return {
        "index" if names.type_of(thing) == "list" else "key": item.key,
        "url": places.item(thing, item.key),
        "revision": str(position),
        "last_event_id": position,
        "data": item.data,
        "date_created": contents.moment(item.date_created),
        "date_updated": contents.moment(item.date_updated),
        "date_expires": None,
    }


async def _items(kind: Type, connection: Connection, request: Request, *path: str) -> Reply:
    """GET /v3/Lists/{Key}/Items, and likewise of maps.

    The tokens say only whether there are more items on either side; the next page is asked for by
    its first key.
    """
    position = await sync.position(connection.resources)
    thing = await _found(connection, kind, path[-1])
    span, only = _span(kind, request)
    found = await _slice(connection.call(), thing, span)
    items = found.items
    if only is not None and items and items[0].key != only:
        found = replace(found, items=[], beyond=True)
    shown = [_shown(thing, item, position) for item in found.items]
    meta = {
        "next_token": "more" if found.beyond else None,
        "previous_token": "more" if found.before else None,
        "page_size": span.size,
    }
    return reply({"items": shown, "meta": meta})


def _span(kind: Type, request: Request) -> tuple[Span, str | int | None]:
    """Which items are wanted; and which one, if it is only one.

    Raises:
        BadRequest: a parameter is not acceptable.
    """
    if request.parameter("PageToken") is not None:
        raise errors.BadRequest("PageToken is not taken here: use From")
    only = request.parameter(_KEY_PARAMETERS[kind])
    if only is not None:
        key = _key(kind, only)
        return Span(key, 1), key
    order = request.parameter("Order") or "asc"
    if order not in {"asc", "desc"}:
        raise errors.BadOrder
    start, size = request.parameter("From"), request.parameter("PageSize")
    wanted = _PAGE if size is None else min(max(_number(size), 1), _LONGEST_PAGE)
    return Span(None if start is None else _key(kind, start), wanted, order == "desc"), None


def _key(kind: Type, text: str) -> str | int:
    return min(max(_number(text), -1), _MOST) if kind == "list" else text


def _number(text: str) -> int:
    try:
        return int(text[:20])
    except ValueError:
        raise errors.BadRequest(f"{text[:20]!r} is not a number") from None


# How a list's or map's rows are read, which of their fields is the key, and what they show.
_ROWS: Final[dict[Content, tuple[Callable[..., Any], str, Callable[[Any], Data]]]] = {
    "messages": (sync.messages, "index", contents.message),
    "roster": (sync.roster, "sid", contents.participant),
    "conversations": (sync.conversations, "conversation_sid", contents.membership),
}


async def _slice(call: Call, thing: SyncObject, span: Span) -> Slice[Item]:
    if thing.content == "info":
        return await _properties(call, thing.owner, span)
    read, key, show = _ROWS[thing.content]
    found = await read(call.resources, call.service_sid, thing.owner, span)
    items = [
        Item(getattr(each, key), show(each), each.date_created, each.date_updated)
        for each in found.items
    ]
    return Slice(items, found.before, found.beyond)


async def _properties(call: Call, user_sid: str, span: Span) -> Slice[Item]:
    """The few items of a user's map of properties."""
    found = await sync.properties(call, user_sid)
    dates = (found.user.date_created, found.user.date_updated)
    items = [Item(key, data, *dates) for key, data in contents.properties(found).items()]
    if span.descending:
        items.reverse()
    start = len([each for each in items if _is_before(span, each)])
    end = start + span.size
    return Slice(items[start:end], start > 0, end < len(items))


def _is_before(span: Span, item: Item) -> bool:
    if span.start is None:
        return False
    key, start = str(item.key), str(span.start)
    return key > start if span.descending else key < start


def _routes() -> list[Route]:
    made = []
    for prefix in ("/v3", "/v3/Services/{ServiceSid}"):
        for kind, folder in _FOLDERS.items():
            root = f"{prefix}/{folder}/{{Key}}"
            made.append(Route("GET", root, partial(_root, kind)))
            if kind != "document":
                made.append(Route("GET", f"{root}/Items", partial(_items, kind)))
    return made


ROUTES: Final = _routes()
