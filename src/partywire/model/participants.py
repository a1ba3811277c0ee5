"""A participant: somebody in a conversation, with a read horizon of their own."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes

NotificationLevel = Literal["default", "muted"]
MessagingType = Literal["sms", "whatsapp", "messenger", "gbm", "email", "rcs", "apple"]


class Participant(Struct, frozen=True, gc=False):
    """Somebody's part in one conversation: a user's, or that of whoever has an address.

    Attributes:
        user_sid: the user; None for who takes part by an address only.
        messaging_type: the channel of the addresses; None for who chats only.
        address: of the participant's own device.
        proxy_address: ours, through which they talk; None in a Group MMS.
        projected_address: ours, as which a chatting participant shows in a Group MMS.
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
    messaging_type: MessagingType | None = None
    address: str | None = None
    proxy_address: str | None = None
    projected_address: str | None = None


class NewParticipant(Changes, frozen=True, kw_only=True):
    """What may be said of somebody who joins."""

    identity: str | UnsetType = UNSET
    address: str | UnsetType = UNSET
    proxy_address: str | UnsetType = UNSET
    projected_address: str | UnsetType = UNSET
    attributes: str | UnsetType = UNSET
    role_sid: str | UnsetType = UNSET
    date_created: int | UnsetType = UNSET
    date_updated: int | UnsetType = UNSET


class ParticipantChanges(Changes, frozen=True, kw_only=True):
    """What may be set on a participant; an address of None is taken away."""

    identity: str | UnsetType = UNSET
    proxy_address: str | UnsetType | None = UNSET
    projected_address: str | UnsetType | None = UNSET
    attributes: str | UnsetType = UNSET
    role_sid: str | UnsetType = UNSET
    last_read_message_index: int | UnsetType | None = UNSET
    last_read_timestamp: int | UnsetType | None = UNSET
    notification_level: NotificationLevel | UnsetType = UNSET
    date_created: int | UnsetType = UNSET
    date_updated: int | UnsetType = UNSET
