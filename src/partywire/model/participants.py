"""A participant: somebody in a conversation, with a read horizon of their own."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes

NotificationLevel = Literal["default", "muted"]


class Participant(Struct, frozen=True, gc=False):
    """One user's part in one conversation.

    Attributes:
        last_read_message_index: the read horizon; None while it was never set.
        last_read_timestamp: when that message was read; None while it was never set.
    """

    sid: str
    service_sid: str
    conversation_sid: str
    user_sid: str | None
    identity: str | None
    role_sid: str | None
    attributes: str
    notification_level: NotificationLevel
    last_read_message_index: int | None
    last_read_timestamp: int | None
    date_created: int
    date_updated: int


class ParticipantChanges(Changes, frozen=True, kw_only=True):
    """What may be set on a participant."""

    attributes: str | UnsetType = UNSET
    role_sid: str | UnsetType = UNSET
    last_read_message_index: int | UnsetType | None = UNSET
    last_read_timestamp: int | UnsetType | None = UNSET
    notification_level: NotificationLevel | UnsetType = UNSET
    date_created: int | UnsetType = UNSET
    date_updated: int | UnsetType = UNSET
