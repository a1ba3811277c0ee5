"""Every event that webhooks are told of, or asked about: one table.

Sources: the webhooks page of the Conversations docs, and the lists of filters in the specification;
where they say too little: decisions/0028.
"""

from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from partywire.delivery.webhooks import parameters
from partywire.delivery.webhooks.parameters import Parameter, Telling
from partywire.delivery.webhooks.signature import Pairs
from partywire.model.conversations import Conversation, StateChange
from partywire.model.events import Event, EventKind, PreEventKind
from partywire.model.messages import Message
from partywire.model.participants import Participant
from partywire.model.receipts import Receipt
from partywire.model.users import Reachability, User

Phase = Literal["pre", "post"]
Object = Literal["conversation", "message", "participant", "user", "delivery"]

_MODELS: Final[dict[str, type[Struct]]] = {
    "conversation": Conversation,
    "message": Message,
    "participant": Participant,
    "user": User,
    "receipt": Receipt,
}


class WebhookEvent(Struct, frozen=True):
    """One event.

    Attributes:
        name: as filters and ``EventType`` have it.
        phase: whether webhooks are asked before it (pre) or told after it (post).
        object: what it is about.
        kind: what the server itself calls it; of a post-event, its kind in the outbox.
        when: when it fires, in one line.
        parameters: its own, in order; those of all events are ``parameters.COMMON``.
        changeable: of a pre-event, what the answer may change.
    """

    name: str
    phase: Phase
    object: Object
    kind: EventKind | PreEventKind
    when: str
    parameters: tuple[Parameter, ...]
    changeable: tuple[str, ...] = ()


def _pre(
    kind: PreEventKind,
    when: str,
    own: tuple[Parameter, ...],
    changeable: tuple[str, ...] = (),
) -> WebhookEvent:
    about, _, what = kind.partition(".")
    name = f"on{about.capitalize()}{what.capitalize()}"
    return WebhookEvent(name, "pre", about, kind, when, own, changeable)  # type: ignore[arg-type]


def _post(
    name: str, about: Object, kind: EventKind, when: str, own: tuple[Parameter, ...]
) -> WebhookEvent:
    return WebhookEvent(name, "post", about, kind, when, own)


_NAME: Final = ("friendly_name",)
_TEXTS: Final = ("body", "author", "attributes")
_GONE: Final = (parameters.REMOVED,)

TABLE: Final[tuple[WebhookEvent, ...]] = (
    _pre(
        "conversation.add",
        "Before a conversation is made.",
        (*parameters.OPENING, *parameters.NEW_CONVERSATION),
        _NAME,
    ),
    _pre(
        "conversation.update",
        "Before a conversation changes; the values are those that it would have.",
        parameters.CONVERSATION,
        _NAME,
    ),
    _pre("conversation.remove", "Before a conversation is deleted.", parameters.CONVERSATION),
    _pre("message.add", "Before a message is posted.", parameters.NEW_MESSAGE, _TEXTS),
    _pre(
        "message.update",
        "Before a message changes; the values are those that it would have.",
        parameters.MESSAGE,
        _TEXTS,
    ),
    _pre("message.remove", "Before a message is deleted.", parameters.MESSAGE),
    _pre("participant.add", "Before somebody joins.", parameters.NEW_PARTICIPANT),
    _pre(
        "participant.update",
        "Before a participant changes; the values are those that they would have.",
        parameters.PARTICIPANT,
    ),
    _pre("participant.remove", "Before a participant is taken out.", parameters.PARTICIPANT),
    _pre(
        "user.update",
        "Before a user changes; the values are those that they would have.",
        parameters.USER,
    ),
    _post(
        "onConversationAdded",
        "conversation",
        "conversation.added",
        "After a conversation was made.",
        parameters.CONVERSATION,
    ),
    _post(
        "onConversationUpdated",
        "conversation",
        "conversation.updated",
        "After a conversation changed.",
        parameters.CONVERSATION,
    ),
    _post(
        "onConversationRemoved",
        "conversation",
        "conversation.removed",
        "After a conversation was deleted; its participants and messages go without a word.",
        (*parameters.CONVERSATION, *_GONE),
    ),
    _post(
        "onConversationStateUpdated",
        "conversation",
        "conversation.state_updated",
        "After a conversation's state changed: by a request, a timer or a message.",
        parameters.STATE,
    ),
    _post(
        "onMessageAdded",
        "message",
        "message.added",
        "After a message was posted.",
        parameters.ADDED_MESSAGE,
    ),
    _post(
        "onMessageUpdated",
        "message",
        "message.updated",
        "After a message changed.",
        parameters.MESSAGE,
    ),
    _post(
        "onMessageRemoved",
        "message",
        "message.removed",
        "After a message was deleted.",
        (*parameters.MESSAGE, *_GONE),
    ),
    _post(
        "onParticipantAdded",
        "participant",
        "participant.added",
        "After somebody joined.",
        parameters.PARTICIPANT,
    ),
    _post(
        "onParticipantUpdated",
        "participant",
        "participant.updated",
        "After a participant changed, or read on or muted with an SDK; not when REST does so at "
        "`/Users/…/Conversations`.",
        parameters.READER,
    ),
    _post(
        "onParticipantRemoved",
        "participant",
        "participant.removed",
        "After a participant was taken out, or their user deleted.",
        (*parameters.PARTICIPANT, *_GONE),
    ),
    _post(
        "onUserAdded",
        "user",
        "user.added",
        "After a user was made, be it by joining a conversation.",
        parameters.USER,
    ),
    _post("onUserUpdated", "user", "user.updated", "After a user changed.", parameters.SEEN_USER),
    _post(
        "onDeliveryUpdated",
        "delivery",
        "receipt.updated",
        "After a message came one step further on its way to an address, or failed.",
        parameters.RECEIPT,
    ),
)

BY_KIND: Final[dict[str, WebhookEvent]] = {event.kind: event for event in TABLE}

_DECODERS: Final[dict[str, Callable[[str], Any]]] = {
    event.kind: msgspec.json.Decoder(
        StateChange
        if event.kind == "conversation.state_updated"
        else _MODELS[event.kind.partition(".")[0]]
    ).decode
    for event in TABLE
    if event.phase == "post"
}


def pairs(event: WebhookEvent, telling: Telling) -> Pairs:
    """The parameters of an event: names and texts, in the table's order."""
    return parameters.pairs((*parameters.COMMON, *event.parameters), telling)


def told(
    event: Event,
    account_sid: str,
    messaging_service_sid: str,
    reachability: Reachability | None = None,
) -> tuple[str, Pairs] | None:
    """The name and the parameters of the post-event that an event of the outbox is.

    None for a kind that no webhook is told of.

    Args:
        event: it happened.
        account_sid: SID of the account.
        messaging_service_sid: of the event's conversation; of none if there is none.
        reachability: of the user, of an event about one, where the service shows it.
    """
    found = BY_KIND.get(event.kind)
    if found is None:
        return None
    telling = Telling(
        account_sid=account_sid,
        event_type=found.name,
        source=event.source,
        client_identity=event.client_identity if event.source == "SDK" else None,
        date=event.date,
        thing=_DECODERS[event.kind](event.payload),
        messaging_service_sid=messaging_service_sid or None,
        reachability=reachability,
    )
    return found.name, pairs(found, telling)
