"""A user's conversations: listed, read, muted, counted and left."""

from typing import Final

from msgspec.structs import replace

from partywire import errors
from partywire.domain import conversations, events, participants, timers, users
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.model.participants import ParticipantChanges
from partywire.model.user_conversations import UserConversation, UserConversationChanges
from partywire.storage import participants as participant_store
from partywire.storage import user_conversations as store
from partywire.storage.database import Reader

# Source: the note on the UserConversation page.
UNREAD_CAP: Final = 1000


def unread_messages_count(seen: UserConversation) -> int | None:
    """How many messages lie above the read horizon: at most 1000, null while it was never set.

    Messages that are there count, whoever wrote them; indexes without a message do not
    (decided: decisions/0009).
    """
    horizon = seen.last_read_message_index
    if horizon is None:
        return None
    above = seen.next_message_index - 1 - horizon - seen.unread_deleted
    if above <= 0:
        return 0
    # Not min(): a page asks for each of its fifty.
    return above if above < UNREAD_CAP else UNREAD_CAP  # noqa: FURB136


async def page(call: Call, user_key: str, request: PageRequest) -> Page[UserConversation]:
    """The conversations in which the user is, closed ones too, in the order of their SIDs.

    Raises:
        NotFound: the service has no such user.
    """
    found = await store.page(call.database, call.service_sid, user_key, UNREAD_CAP, request)
    if not found.items:
        await users.fetch(call, user_key)
    seen = timers.all_seen(found.items, call.now)
    return found if seen is found.items else replace(found, items=seen)


async def fetch(call: Call, user_key: str, conversation_key: str) -> UserConversation:
    """One conversation as this user sees it.

    Raises:
        NotFound: there is no such user or conversation, or the user is not in it.
    """
    return await _fetch(call, call.database, user_key, conversation_key)


async def _fetch(
    call: Call, reader: Reader, user_key: str, conversation_key: str
) -> UserConversation:
    found = await store.fetch(reader, call.service_sid, user_key, conversation_key, UNREAD_CAP)
    if found is None:
        raise errors.NotFound
    return timers.seen(found, call.now)


async def _participant_sid(call: Call, reader: Reader, user_sid: str, conversation_sid: str) -> str:
    sid = await participant_store.sid_by_user(reader, call.service_sid, conversation_sid, user_sid)
    if sid is None:
        raise errors.NotFound
    return sid


async def update(
    call: Call, user_key: str, conversation_key: str, changes: UserConversationChanges
) -> UserConversation:
    """Mutes or unmutes, moves or clears the read horizon; allowed in closed conversations too.

    Raises:
        NotFound: there is no such user or conversation, or the user is not in it.
    """
    wanted = participants.with_whole_horizon(ParticipantChanges(**changes.given()), call.now)
    if not wanted.given():
        return await fetch(call, user_key, conversation_key)
    async with call.database.transaction() as transaction:
        key = (call.service_sid, user_key, conversation_key)
        changed = await store.change(transaction, *key, wanted, call.now)
        if changed is None or changed.user_sid is None:
            raise errors.NotFound
        sid = changed.conversation_sid
        await events.append(call, transaction, "participant.updated", changed, sid)
        return await _fetch(call, transaction, changed.user_sid, sid)


async def delete(call: Call, user_key: str, conversation_key: str) -> None:
    """Takes the user out of the conversation, be it closed or not.

    Raises:
        NotFound: there is no such user or conversation, or the user is not in it.
    """
    user_sid = await users.resolve(call, user_key)
    conversation_sid = await conversations.resolve(call, conversation_key)
    async with call.database.transaction() as transaction:
        sid = await _participant_sid(call, transaction, user_sid, conversation_sid)
        await participants.remove(call, transaction, conversation_sid, sid)
