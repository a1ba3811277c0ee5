"""What a client has missed of objects that it has a copy of (section 4.4 of the protocol)."""

from collections.abc import AsyncIterator, Iterator
from typing import Final

from partywire import errors
from partywire.domain import sync
from partywire.domain.call import Call
from partywire.model.events import Event
from partywire.model.messages import Message
from partywire.model.participants import Participant
from partywire.model.sync import Removal, Span, SyncObject
from partywire.wire.socket.sync import changes, contents
from partywire.wire.socket.sync.changes import OF_CONVERSATION, Change

Missed = tuple[SyncObject, list[Change]]

_PAGE: Final = 500
_REMOVALS: Final = 10_000
# Of a list whose events are no longer there, so many messages are told.
_LATEST: Final = 1000


async def replay(call: Call, copies: dict[SyncObject, int], until: int) -> AsyncIterator[Missed]:
    """What changed beyond what a client has, up to a position, in portions of one object each.

    Args:
        call: the client's.
        copies: the objects, which have one owner, each with the last id that the client has.
        until: the position.
    """
    behind = {thing: after for thing, after in copies.items() if after < until}
    if not behind:
        return
    kept = await sync.is_kept(call.resources, min(behind.values()))
    async for missed in (_since if kept else _states)(call, behind, until):
        yield missed


async def _since(call: Call, behind: dict[SyncObject, int], until: int) -> AsyncIterator[Missed]:
    """What events changed."""
    about = {thing: after for thing, after in behind.items() if thing.content in OF_CONVERSATION}
    if about:
        async for missed in _of_conversation(call, about, until):
            yield missed
    for thing in behind.keys() - about.keys():
        async for portion in _of_user(call, thing, behind[thing], until):
            yield thing, portion


async def _states(call: Call, behind: dict[SyncObject, int], until: int) -> AsyncIterator[Missed]:
    """What is there now, where the events are not all there any more."""
    for thing in behind:
        async for portion in _whole(call, thing, until):
            yield thing, portion


async def _properties(call: Call, user_sid: str, until: int) -> list[Change]:
    try:
        found = contents.properties(await sync.properties(call, user_sid))
    except errors.NotFound:
        return []  # they have just been deleted, which is told then
    return [Change(until, call.now, "updated", key, data) for key, data in found.items()]


async def _document(call: Call, sid: str, until: int) -> list[Change]:
    found = await sync.document(call.resources, call.service_sid, sid)
    if found is None:
        return []
    return [Change(until, call.now, "updated", None, contents.conversation(found))]


async def _of_conversation(
    call: Call, behind: dict[SyncObject, int], until: int
) -> AsyncIterator[Missed]:
    """The events of one conversation are read once for all its objects."""
    waiting = dict(behind)
    owner, position = next(iter(behind)).owner, min(behind.values())
    while waiting:
        events = await sync.of_conversation(call.resources, owner, position, until, _PAGE)
        for thing, after in list(waiting.items()):
            missed = [event for event in events if _concerns(event, thing, after)]
            if not missed:
                continue
            if thing.content == "conversation":
                # It is told once, as it is now.
                del waiting[thing]
                yield thing, await _document(call, owner, until)
                continue
            found = await changes.of_events(call.resources, call.service_sid, thing, missed)
            yield thing, changes.collapsed(found)
        if len(events) < _PAGE:
            return
        position = events[-1].position or until


def _concerns(event: Event, thing: SyncObject, after: int) -> bool:
    return (event.position or 0) > after and thing in changes.touched(event)


async def _of_user(
    call: Call, thing: SyncObject, after: int, until: int
) -> AsyncIterator[list[Change]]:
    if thing.content == "info":
        # Cheaper to tell than to find out what of it changed.
        yield await _properties(call, thing.owner, until)
        return
    resources, key = call.resources, (call.service_sid, thing.owner)
    removals = await sync.removals(resources, *key, after, until, _REMOVALS)
    position = after
    while True:
        events = await sync.of_user(resources, thing.owner, position, until, _PAGE)
        is_last = len(events) < _PAGE
        position = until if is_last else events[-1].position or until
        found = changes.of_removals(_up_to(removals, position), call.now)
        mine = [event for event in events if thing in changes.touched(event)]
        found += await changes.of_events(resources, call.service_sid, thing, mine)
        yield changes.collapsed(sorted(found, key=lambda change: change.id))
        if is_last:
            return


def _up_to(removals: list[Removal], position: int) -> list[Removal]:
    """Takes those away from the list, which is in order."""
    found = [each for each in removals if each.position <= position]
    del removals[: len(found)]
    return found


async def _whole(call: Call, thing: SyncObject, until: int) -> AsyncIterator[list[Change]]:
    """The state of an object whose events are not all there any more.

    What was removed meanwhile is told as far as it can be known: the numbers of messages have no
    gaps but where some were deleted. A conversation that is gone is told by the subscription to
    it, which fails.
    """
    resources, service_sid, owner = call.resources, call.service_sid, thing.owner
    match thing.content:
        case "conversation":
            yield await _document(call, owner, until)
        case "info":
            yield await _properties(call, owner, until)
        case "messages":
            last = Span(None, _LATEST, descending=True)
            found = await sync.messages(resources, service_sid, owner, last)
            yield list(_filled(found.items[::-1], call.now, until))
        case "roster" | "conversations":
            async for portion in _everybody(call, thing, until):
                yield portion


def _filled(messages: list[Message], date: int, until: int) -> Iterator[Change]:
    """The messages, and for each number between them that none has a removal."""
    expected = messages[0].index if messages else 0
    for each in messages:
        for index in range(expected, each.index):
            yield Change(until, date, "removed", index)
        yield Change(until, date, "added", each.index, contents.message(each))
        expected = each.index + 1


async def _everybody(call: Call, thing: SyncObject, until: int) -> AsyncIterator[list[Change]]:
    """Every item of a map of participants, of a conversation or of a user."""
    is_roster = thing.content == "roster"
    read = sync.roster if is_roster else sync.conversations
    start: str | None = None
    while True:
        span = Span(start, _PAGE)
        found = await read(call.resources, call.service_sid, thing.owner, span)
        yield [_added(each, is_roster, call.now, until) for each in found.items]
        if not found.beyond:
            return
        # The last one begins the next page, and is told twice.
        start = _key(found.items[-1], is_roster)


def _key(found: Participant, is_roster: bool) -> str:
    return found.sid if is_roster else found.conversation_sid


def _added(found: Participant, is_roster: bool, date: int, until: int) -> Change:
    shown = contents.participant(found) if is_roster else contents.membership(found)
    return Change(until, date, "added", _key(found, is_roster), shown)
