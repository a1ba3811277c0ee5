"""What a client of Sync may read: the state of documents, lists and maps, and what it missed.

Ids of Sync are positions in the feed. Whoever reads a state asks for the position first: so it is
never newer than the state, and each later change has a greater one (decided: decisions/0036).
"""

import msgspec
from msgspec import Struct

from partywire import errors
from partywire.clock import Clock
from partywire.domain import timers, users
from partywire.domain.call import Call, Resources
from partywire.model.conversations import Conversation
from partywire.model.events import Event
from partywire.model.messages import Message
from partywire.model.participants import Participant
from partywire.model.sync import Removal, Slice, Span, SyncObject
from partywire.model.users import Reachability, User
from partywire.storage import conversations as conversation_store
from partywire.storage import messages as message_store
from partywire.storage import outbox
from partywire.storage import participants as participant_store
from partywire.storage import removals as removal_store
from partywire.storage import sync as store

_LAST = Span(None, 1, descending=True)

_sids = msgspec.json.Decoder(list[str]).decode


class Document(Struct, frozen=True):
    """What a conversation's document shows.

    Attributes:
        last: the message of the greatest index; None if there is none.
    """

    conversation: Conversation
    last: Message | None


class Properties(Struct, frozen=True):
    """What a user's map of properties shows.

    Attributes:
        reachability: None while the service's reachability is off.
    """

    user: User
    reachability: Reachability | None


async def position(resources: Resources) -> int:
    """The position of the newest event that has one; 0 before the first."""
    return await outbox.last(resources.database)


async def settled(resources: Resources) -> int:
    """A position up to which there is all that was committed before this was asked for."""
    database = resources.database
    while await outbox.is_to_place(database):
        async with database.transaction() as transaction:
            await outbox.place(transaction)
    return await outbox.last(database)


async def check(call: Call, user_sid: str, wanted: SyncObject) -> None:
    """Refuses what this user may not see: others' conversations, and those that they are not in.

    Args:
        call: the user's.
        user_sid: the user.
        wanted: what they ask for.

    Raises:
        NotFound: there is no such thing for them.
    """
    key = (call.service_sid, wanted.owner)
    match wanted.content:
        case "conversations":
            there = wanted.owner == user_sid
        case "info":
            await users.fetch(call, wanted.owner)
            there = True
        case _:
            found = await participant_store.sid_by_user(call.database, *key, user_sid)
            there = found is not None
    if not there:
        raise errors.NotFound


async def document(resources: Resources, service_sid: str, sid: str) -> Document | None:
    """A conversation with its last message; None if there is no such conversation."""
    database, clock = resources.database, resources.clock
    found = await conversation_store.by_sid(database, service_sid, sid)
    if found is None:
        return None
    last = await store.messages(database, service_sid, sid, _LAST)
    return Document(_now(found, clock), last.items[0] if last.items else None)


def _now(conversation: Conversation, clock: Clock) -> Conversation:
    return timers.settled(conversation, clock.now())


async def message(
    resources: Resources, service_sid: str, conversation_sid: str, sid: str
) -> Message | None:
    """One message as it is now; None if there is no such message (any more)."""
    return await message_store.by_sid(resources.database, service_sid, conversation_sid, sid)


async def messages(
    resources: Resources, service_sid: str, conversation_sid: str, span: Span
) -> Slice[Message]:
    """A conversation's messages by index."""
    return await store.messages(resources.database, service_sid, conversation_sid, span)


async def roster(
    resources: Resources, service_sid: str, conversation_sid: str, span: Span
) -> Slice[Participant]:
    """A conversation's participants by SID."""
    return await store.roster(resources.database, service_sid, conversation_sid, span)


async def conversations(
    resources: Resources, service_sid: str, user_sid: str, span: Span
) -> Slice[Participant]:
    """A user's part in each of their conversations, by the conversations' SIDs."""
    return await store.conversations(resources.database, service_sid, user_sid, span)


async def properties(call: Call, user_sid: str) -> Properties:
    """What others see of a user.

    Raises:
        NotFound: the service has no such user.
    """
    user = await users.fetch(call, user_sid)
    return Properties(user, await users.reachability(call, user))


async def of_conversation(
    resources: Resources, sid: str, after: int, until: int, limit: int
) -> list[Event]:
    """A conversation's events beyond a position, up to another, in order."""
    return await store.of_conversation(resources.database, sid, after, until, limit)


async def of_user(
    resources: Resources, sid: str, after: int, until: int, limit: int
) -> list[Event]:
    """The events about a user, or their part in conversations, in such a range, in order."""
    return await store.of_user(resources.database, sid, after, until, limit)


async def removals(
    resources: Resources, service_sid: str, user_sid: str, after: int, until: int, limit: int
) -> list[Removal]:
    """The conversations that were deleted in such a range with this user in them, in order."""
    key = (service_sid, user_sid, after, until, limit)
    return await store.removals(resources.database, *key)


async def bereft(resources: Resources, conversation_sid: str) -> list[str]:
    """The SIDs of the users who were in a conversation when it was deleted."""
    found = await removal_store.by_sid(resources.database, conversation_sid)
    return [] if found is None else _sids(found.user_sids)


async def is_kept(resources: Resources, after: int) -> bool:
    """Whether every event beyond this position is still there."""
    oldest = await store.oldest(resources.database)
    return oldest is None or oldest <= after + 1
