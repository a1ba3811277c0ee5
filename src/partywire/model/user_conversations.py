"""A user conversation: a conversation as one of its users sees it."""

from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes
from partywire.model.conversations import State
from partywire.model.participants import NotificationLevel


class UserConversation(Struct, frozen=True, gc=False):
    """What one statement reads about a user in a conversation.

    Attributes:
        unread_deleted: how many indexes above the read horizon have no message any more;
            counted only where the unread count depends on it, else 0.
    """

    conversation_sid: str
    participant_sid: str
    user_sid: str
    friendly_name: str | None
    unique_name: str | None
    attributes: str
    conversation_state: State
    date_inactive: int | None
    date_closed: int | None
    created_by: str
    date_created: int
    date_updated: int
    notification_level: NotificationLevel
    last_read_message_index: int | None
    next_message_index: int
    unread_deleted: int


class UserConversationChanges(Changes, frozen=True, kw_only=True):
    """What a user may set on their side of a conversation."""

    notification_level: NotificationLevel | UnsetType = UNSET
    last_read_message_index: int | UnsetType | None = UNSET
    last_read_timestamp: int | UnsetType = UNSET
