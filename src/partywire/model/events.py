"""An event: something that happened, written down in the transaction in which it happened."""

from typing import Literal

from msgspec import Struct

EventKind = Literal[
    "service.added",
    "service.removed",
    "user.added",
    "user.updated",
    "user.removed",
    "user.reached",
    "conversation.added",
    "conversation.updated",
    "conversation.removed",
    "conversation.state_updated",
    "participant.added",
    "participant.updated",
    "participant.removed",
    "message.added",
    "message.updated",
    "message.removed",
    "receipt.updated",
    "webhook.added",
]
# What is about to happen, and may still be refused.
PreEventKind = Literal[
    "user.update",
    "conversation.add",
    "conversation.update",
    "conversation.remove",
    "participant.add",
    "participant.update",
    "participant.remove",
    "message.add",
    "message.update",
    "message.remove",
]


class Event(Struct, frozen=True, gc=False):
    """One entry of the outbox.

    Attributes:
        sid: its own.
        webhooks: whether webhooks are told of it: REST must ask for that
            (``X-Twilio-Webhook-Enabled: true``), everybody else need not.
        payload: the thing after the change (before it, for a removal), as JSON.
        position: its place among all events, from 1, in an order that every node sees alike;
            None until it has one.
        source: who caused it, as webhooks are told: ``API``, ``SDK``, or the channel by which a
            message came, such as ``SMS``.
        client_identity: the user who did, if it was one by the SDK.
        user_sid: the user whom it is about, or whose part in a conversation; None for others.
    """

    sid: str
    service_sid: str
    conversation_sid: str | None
    kind: EventKind
    webhooks: int
    date: int
    payload: str
    position: int | None = None
    source: str = "API"
    client_identity: str | None = None
    user_sid: str | None = None
