"""A webhook of a conversation: who is told of what happens in it."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes

Target = Literal["webhook", "trigger", "studio"]


class Webhook(Struct, frozen=True, gc=False):
    """One webhook of one conversation; what its target does not use is None.

    Attributes:
        target: a URL that is told of events, one that is told of keywords, or a Studio flow.
        method: ``get`` or ``post``.
        filters: a JSON array of the names of events.
        triggers: a JSON array of keywords.
        replay_after: index of the message from which on messages are replayed.
        next_message_index: of the conversation when the webhook was made: messages with smaller
            ones were there already.
    """

    sid: str
    service_sid: str
    conversation_sid: str
    target: Target
    url: str | None
    method: str | None
    filters: str | None
    triggers: str | None
    flow_sid: str | None
    replay_after: int | None
    date_created: int
    date_updated: int
    next_message_index: int = 0


class WebhookChanges(Changes, frozen=True, kw_only=True):
    """What may be set on a webhook; None and an empty list take away."""

    url: str | UnsetType | None = UNSET
    method: str | UnsetType = UNSET
    filters: list[str] | UnsetType = UNSET
    triggers: list[str] | UnsetType = UNSET
    flow_sid: str | UnsetType | None = UNSET
    replay_after: int | UnsetType = UNSET
