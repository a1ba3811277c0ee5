"""One's own conversations: listed, counted, read and muted."""

from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict

from partywire import errors
from partywire.domain import authority, user_conversations
from partywire.model.pages import Page, PageRequest
from partywire.model.user_conversations import UserConversation, UserConversationChanges
from partywire.wire.http.user_conversations import view
from partywire.wire.socket.commands.command import Asked, listed
from partywire.wire.socket.commands.objects import of_conversation

_GREATEST: Final = 2**63 - 1
_LEVELS: Final = ("default", "muted")


class Changes(Struct, frozen=True):
    """What may be set on one's side of a conversation."""

    last_read_message_index: Any = UNSET
    notification_level: str | UnsetType | None = UNSET


def _shown(asked: Asked, seen: UserConversation) -> dict[str, Any]:
    """What REST shows, and what leads the SDK to Sync."""
    sid = seen.conversation_sid
    return {
        **asdict(view(asked.call.scope, seen)),
        "sid": sid,
        "status": "joined",
        "sync_objects": of_conversation(sid),
    }


def _check_own(asked: Asked, user_sid: str) -> None:
    """Refuses the conversations of others.

    Raises:
        NotFound: so they are.
    """
    if user_sid != asked.connection.user_sid:
        raise errors.NotFound


async def page(asked: Asked, user_sid: str) -> dict[str, Any]:
    """GET …/Users/{UserSid}/Conversations."""
    _check_own(asked, user_sid)

    async def act(request: PageRequest) -> Page[UserConversation]:
        return await user_conversations.page(asked.call, user_sid, request)

    return await listed(
        asked, "conversations", act, lambda seen: _shown(asked, seen), "conversations"
    )


async def fetch(asked: Asked, user_sid: str, key: str) -> dict[str, Any]:
    """GET …/Users/{UserSid}/Conversations/{ConversationSid or unique name}."""
    _check_own(asked, user_sid)
    return _shown(asked, await user_conversations.fetch(asked.call, user_sid, key))


async def update(asked: Asked, user_sid: str, key: str) -> dict[str, Any]:
    """POST …/Users/{UserSid}/Conversations/{ConversationSid}."""
    _check_own(asked, user_sid)
    sent = asked.body(Changes)
    changes = UserConversationChanges(
        last_read_message_index=_index(sent.last_read_message_index),
        notification_level=_level(sent.notification_level),
    )
    standing = await authority.within(asked.call, key)
    if changes.notification_level is not UNSET:
        standing.require("mute")
    seen = await user_conversations.update(
        asked.call, user_sid, standing.conversation_sid or key, changes
    )
    return _shown(asked, seen)


def _index(value: Any) -> Any:
    """The read horizon: any index, or none; nothing says that it may not go back."""
    if value is UNSET or value is None:
        return value
    if type(value) is not int or not 0 <= value <= _GREATEST:
        raise errors.BadLastReadMessageIndex
    return value


def _level(value: str | UnsetType | None) -> Any:
    if value is UNSET or value is None:
        return UNSET
    if value not in _LEVELS:
        raise errors.BadNotificationLevel
    return value
