"""An event: something that happened, written down in the transaction in which it happened."""

from typing import Literal

from msgspec import Struct

EventKind = Literal[
    "service.added",
    "service.removed",
    "user.added",
    "user.updated",
    "user.removed",
    "conversation.added",
    "conversation.updated",
    "conversation.removed",
    "participant.added",
    "participant.updated",
    "participant.removed",
    "message.added",
    "message.updated",
    "message.removed",
]


class Event(Struct, frozen=True, gc=False):
    """One entry of the outbox.

    Attributes:
        sid: its own.
        webhooks: whether the request asked for webhooks (``X-Twilio-Webhook-Enabled: true``).
        payload: the thing after the change (before it, for a removal), as JSON.
        position: its place among all events, from 1, in an order that every node sees alike;
            None until it has one.
    """

    sid: str
    service_sid: str
    conversation_sid: str | None
    kind: EventKind
    webhooks: int
    date: int
    payload: str
    position: int | None = None
