"""A conversation with its participants over HTTP: form, view and act."""

import json
from typing import Any, Final

from msgspec import Struct

from partywire import errors
from partywire.domain import conversation_with_participants
from partywire.domain.call import Call
from partywire.model.conversations import Conversation, ConversationChanges
from partywire.model.participants import NewParticipant
from partywire.model.scope import Scope
from partywire.wire.http import conversations, participants
from partywire.wire.http.conversations import Bindings, Timers
from partywire.wire.http.fields import Each
from partywire.wire.http.forms import Form, Parameters, Values

# Source: each participant's keys are the Participant resource's parameters in snake case.
_KEYS: Final = {
    "identity": "Identity",
    "attributes": "Attributes",
    "role_sid": "RoleSid",
    "date_created": "DateCreated",
    "date_updated": "DateUpdated",
}
_BINDING_KEYS: Final = {
    "address": "MessagingBinding.Address",
    "proxy_address": "MessagingBinding.ProxyAddress",
    "projected_address": "MessagingBinding.ProjectedAddress",
}


def participant(value: str) -> NewParticipant:
    """A JSON object with the parameters of a participant, such as {"identity": "ann"}."""
    try:
        described = json.loads(value)
    except (ValueError, RecursionError):
        described = None
    if not isinstance(described, dict):
        raise errors.BadRequest("Participant must be a JSON object")
    binding = described.get("messaging_binding") or {}
    if not isinstance(binding, dict):
        raise errors.BadRequest("Participant's messaging_binding must be a JSON object")
    sent = [*_texts(described, _KEYS), *_texts(binding, _BINDING_KEYS)]
    return NewParticipant(**participants.CREATE.read(Parameters(sent)))


def _texts(described: dict[str, Any], keys: dict[str, str]) -> list[tuple[str, str]]:
    """The parameters that these keys stand for; null counts as not sent."""
    found = []
    for key, name in keys.items():
        value = described.get(key)
        if key == "attributes" and isinstance(value, dict | list):
            value = json.dumps(value)
        if value is None:
            continue
        if not isinstance(value, str) or not _is_storable(value):
            raise errors.BadRequest(f"Participant's {key} must be a text")
        found.append((name, value))
    return found


def _is_storable(text: str) -> bool:
    """Whether it is UTF-8 without NUL: JSON can escape what is not."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


CREATE = Form({**conversations.CHANGES.fields, "Participant": ("participants", Each(participant))})


class Links(Struct):
    """URLs of what is in a conversation."""

    participants: str
    messages: str
    webhooks: str


class ConversationWithParticipantsView(Struct):
    """As the wire shows it. Source: "ConversationWithParticipants Properties"."""

    account_sid: str
    chat_service_sid: str
    messaging_service_sid: str
    sid: str
    friendly_name: str | None
    unique_name: str | None
    attributes: str
    state: str
    date_created: str
    date_updated: str
    timers: Timers
    links: Links
    bindings: Bindings
    url: str


def view(scope: Scope, conversation: Conversation) -> ConversationWithParticipantsView:
    """What the answer shows: the conversation's own view, but for one link."""
    whole = conversations.view(scope, conversation)
    links = Links(whole.links.participants, whole.links.messages, whole.links.webhooks)
    return ConversationWithParticipantsView(
        account_sid=whole.account_sid,
        chat_service_sid=whole.chat_service_sid,
        messaging_service_sid=whole.messaging_service_sid,
        sid=whole.sid,
        friendly_name=whole.friendly_name,
        unique_name=whole.unique_name,
        attributes=whole.attributes,
        state=whole.state,
        date_created=whole.date_created,
        date_updated=whole.date_updated,
        timers=whole.timers,
        links=links,
        bindings=whole.bindings,
        url=whole.url,
    )


def status(conversation: Conversation) -> int:
    """202 while participants are being added, else 201."""
    return 202 if conversation.state == "initializing" else 201


async def create(call: Call, values: Values) -> Conversation:
    """POST /ConversationWithParticipants."""
    people = values.pop("participants", [])
    changes = ConversationChanges(**values)
    return await conversation_with_participants.create(call, changes, people)
