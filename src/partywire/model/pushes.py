"""A push: a notification of one event to one device, or why there was none."""

from typing import Literal

from msgspec import Struct

from partywire.model.media import Attachment

PushKind = Literal["new_message", "added_to_conversation", "removed_from_conversation"]
Outcome = Literal[
    "waiting",
    "sent",
    "author",
    "muted",
    "left",
    "joined_later",
    "back",
    "deleted",
    "no_binding",
    "not_wanted",
    "no_sender",
    "no_credential",
    "type_disabled",
    "gone",
    "failed",
]


class Push(Struct, frozen=True, gc=False):
    """One decision.

    Attributes:
        event_sid: the event of the outbox that it is about.
        kind: which notification it is.
        message_sid: the message, of a ``new_message``.
        participant_sid: whose part in the conversation; empty if it is about nobody in particular.
        binding_sid: the device; empty if it is about none in particular.
        outcome: what was decided; ``waiting`` is still to be sent.
        reason: why, for people.
        notification: what is to be sent, as JSON; None once it is decided.
        attempts: how often it was tried.
        due: when it is to be tried next; None once it is decided.
        date_created: when the event happened.
    """

    service_sid: str
    conversation_sid: str
    event_sid: str
    kind: PushKind
    message_sid: str | None
    participant_sid: str
    user_sid: str | None
    identity: str | None
    binding_sid: str
    binding_type: str | None
    outcome: Outcome
    reason: str | None
    notification: str | None
    attempts: int
    due: int | None
    date_created: int
    date_updated: int


class Notification(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a device is told.

    Attributes:
        text: for people.
        sound: the name of one that the app has.
        badge: the number to show at the app; None leaves it as it is.
        counts_badge: whether the badge is still to be counted, which is done at sending.
        title: of the conversation.
        message_sid: the message, if it is about one.
        message_index: its place.
        author: who wrote it, or who did what it is about.
        media: the message's files.
        reference: the same for every device and attempt.
    """

    kind: PushKind
    text: str
    conversation_sid: str
    title: str
    reference: str
    sound: str | None = None
    badge: int | None = None
    counts_badge: bool = False
    message_sid: str | None = None
    message_index: int | None = None
    author: str | None = None
    media: tuple[Attachment, ...] = ()
