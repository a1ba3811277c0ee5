"""What a service pushes to its users' devices, and in which words."""

from msgspec import UNSET, UnsetType

from partywire.model.changes import Changes


class Notifications(Changes, frozen=True, kw_only=True):
    """A service's settings, and equally what may be set on them.

    What was never set is not given; a text of None was taken back.
    """

    log_enabled: int | UnsetType = UNSET
    new_message_enabled: int | UnsetType = UNSET
    new_message_template: str | UnsetType | None = UNSET
    new_message_sound: str | UnsetType | None = UNSET
    new_message_badge_count_enabled: int | UnsetType = UNSET
    new_message_with_media_enabled: int | UnsetType = UNSET
    new_message_with_media_template: str | UnsetType | None = UNSET
    added_to_conversation_enabled: int | UnsetType = UNSET
    added_to_conversation_template: str | UnsetType | None = UNSET
    added_to_conversation_sound: str | UnsetType | None = UNSET
    removed_from_conversation_enabled: int | UnsetType = UNSET
    removed_from_conversation_template: str | UnsetType | None = UNSET
    removed_from_conversation_sound: str | UnsetType | None = UNSET
