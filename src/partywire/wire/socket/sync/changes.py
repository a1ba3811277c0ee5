"""What events change in which objects: pure functions, and what they have to read for it."""

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from partywire.domain import sync
from partywire.domain.call import Resources
from partywire.model.events import Event
from partywire.model.messages import Message
from partywire.model.participants import Participant
from partywire.model.receipts import Receipt
from partywire.model.sync import Content, Removal, SyncObject
from partywire.model.users import Reachability, User
from partywire.wire.socket.sync import contents
from partywire.wire.socket.sync.contents import Data

How = Literal["added", "updated", "removed"]


class Change(Struct, frozen=True):
    """What happened to an item, to a document, or to an object as a whole.

    Attributes:
        id: the position of the event that changed it.
        date: when it did, in milliseconds since 1970-01-01T00:00:00Z.
        how: what happened.
        key: of the item; None for a document, or for a map or list that is gone.
        data: afterwards; before it, for a removal.
    """

    id: int
    date: int
    how: How
    key: str | int | None = None
    data: Data | None = None


_message = msgspec.json.Decoder(Message).decode
_participant = msgspec.json.Decoder(Participant).decode
_user = msgspec.json.Decoder(User).decode
_reached = msgspec.json.Decoder(Reachability).decode
_receipt = msgspec.json.Decoder(Receipt).decode

# Which of a conversation's objects an event changes.
_CHANGED: Final[dict[str, tuple[Content, ...]]] = {
    "message.added": ("messages", "conversation"),
    "message.updated": ("messages",),
    "message.removed": ("messages", "conversation"),
    "receipt.updated": ("messages",),
    "conversation.added": ("conversation",),
    "conversation.updated": ("conversation",),
    "conversation.removed": ("conversation", "messages", "roster"),
    "participant.added": ("roster",),
    "participant.updated": ("roster",),
    "participant.removed": ("roster",),
}
# What belongs to a conversation.
OF_CONVERSATION: Final[tuple[Content, ...]] = _CHANGED["conversation.removed"]
_HOW: Final[dict[str, How]] = {
    "added": "added",
    "updated": "updated",
    "reached": "updated",
    "removed": "removed",
}


def touched(event: Event) -> list[SyncObject]:
    """The objects that an event changes.

    Not the maps of those who were in a conversation that is gone: the event does not name them.
    """
    found: list[SyncObject] = []
    if event.conversation_sid is not None:
        contents_ = _CHANGED.get(event.kind, ())
        found = [SyncObject(content, event.conversation_sid) for content in contents_]
    if event.user_sid is not None:
        is_part = event.kind.startswith("participant.")
        found.append(SyncObject("conversations" if is_part else "info", event.user_sid))
    return found


def _of_message(event: Event) -> list[Change]:
    found = _message(event.payload)
    return [_change(event, found.index, contents.message(found))]


def _of_participant(event: Event) -> list[Change]:
    found = _participant(event.payload)
    return [_change(event, found.sid, contents.participant(found))]


def _of_membership(event: Event) -> list[Change]:
    found = _participant(event.payload)
    change = _change(event, found.conversation_sid, contents.membership(found))
    if change.how == "updated" and found.messaging_type is not None:
        # Perhaps they showed only as a number so far. Who has the item takes it for an update.
        change = replace(change, how="added")
    return [change]


def _of_user(event: Event) -> list[Change]:
    if event.kind == "user.removed":
        return [Change(_position(event), event.date, "removed")]
    if event.kind == "user.reached":
        return [_change(event, "reachability", contents.reachability(_reached(event.payload)))]
    items = contents.user(_user(event.payload))
    return [_change(event, key, data) for key, data in items.items()]


_READERS: Final[dict[Content, Callable[[Event], list[Change]]]] = {
    "messages": _of_message,
    "roster": _of_participant,
    "conversations": _of_membership,
    "info": _of_user,
}


def _position(event: Event) -> int:
    return event.position or 0  # events that were read have one


def _change(event: Event, key: str | int, data: Any) -> Change:
    how = _HOW[event.kind.partition(".")[2]]
    return Change(_position(event), event.date, how, key, data)


async def of_events(
    resources: Resources, service_sid: str, thing: SyncObject, events: list[Event]
) -> list[Change]:
    """What these events change in one object, by id.

    Args:
        resources: the server's.
        service_sid: whose.
        thing: the object.
        events: in the order of the feed; each one changes the object.
    """
    if not events:
        return []
    last = events[-1]
    if last.kind == "conversation.removed":
        return [Change(_position(last), last.date, "removed")]
    if thing.content == "conversation":
        # As it is now: later than the event, or as late.
        found = await sync.document(resources, service_sid, thing.owner)
        shown = None if found is None else contents.conversation(found)
        return [] if shown is None else [Change(_position(last), last.date, "updated", None, shown)]
    read = _READERS[thing.content]
    changes = [each for event in events if event.kind != "receipt.updated" for each in read(event)]
    receipts = {_receipt(e.payload).message_sid: e for e in events if e.kind == "receipt.updated"}
    for sid, event in receipts.items():
        message = await sync.message(resources, service_sid, thing.owner, sid)
        if message is not None:
            change = Change(_position(event), event.date, "updated", message.index)
            changes.append(replace(change, data=contents.message(message)))
    return sorted(changes, key=lambda change: change.id) if receipts else changes


def of_removals(removals: Iterable[Removal], date: int) -> list[Change]:
    """What the deletion of conversations changes in the map of somebody who was in them."""
    return [Change(each.position, date, "removed", each.conversation_sid) for each in removals]


def collapsed(changes: Iterable[Change]) -> list[Change]:
    """The least that brings who has seen none of these changes to where all of them lead.

    Of each item its last change, by id. What was added meanwhile is still told as added: the SDK
    says so to its app only then. What was added and removed is told as removed, because who read
    the state in between has it. What was removed and added again is told as both: who was out of a
    conversation has to open it anew.

    Args:
        changes: of one object, by id.
    """
    gone: dict[str | int | None, Change] = {}
    there: dict[str | int | None, Change] = {}
    for change in changes:
        before = there.pop(change.key, None)
        if change.how == "removed":
            if change.key is None:
                gone.clear()
                there.clear()
            gone[change.key] = change
        elif before is not None and before.how == "added":
            there[change.key] = replace(change, how="added")
        else:
            there[change.key] = change
    return sorted([*gone.values(), *there.values()], key=lambda change: change.id)
