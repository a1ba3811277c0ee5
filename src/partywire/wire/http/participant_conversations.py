"""Participant conversations over HTTP: filter, view and act."""

from msgspec import Struct

from partywire.domain import participant_conversations
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.model.participant_conversations import ParticipantConversation
from partywire.model.scope import Scope
from partywire.wire.http.conversations import Timers
from partywire.wire.http.fields import text
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.times import date, optional_date

FILTER = Form({"Identity": ("identity", text), "Address": ("address", text)})


class MessagingBinding(Struct, gc=False):
    """How a participant is reached; here every key stands, be it null."""

    type: str
    address: str | None
    proxy_address: str | None
    projected_address: str | None
    level: None = None
    name: None = None


class Links(Struct, gc=False):
    """URLs of the two that it joins."""

    participant: str
    conversation: str


class ParticipantConversationView(Struct, gc=False):
    """As the wire shows it. Source: "ParticipantConversation Properties"."""

    account_sid: str
    chat_service_sid: str
    participant_sid: str
    participant_user_sid: str | None
    participant_identity: str | None
    participant_messaging_binding: MessagingBinding | None
    conversation_sid: str
    conversation_unique_name: str | None
    conversation_friendly_name: str | None
    conversation_attributes: str
    conversation_date_created: str
    conversation_date_updated: str
    conversation_created_by: str
    conversation_state: str
    conversation_timers: Timers
    links: Links


def view(scope: Scope, found: ParticipantConversation) -> ParticipantConversationView:
    """What the answer shows."""
    conversation = f"{scope.root}/Conversations/{found.conversation_sid}"
    return ParticipantConversationView(
        account_sid=scope.account_sid,
        chat_service_sid=scope.service_sid,
        participant_sid=found.participant_sid,
        participant_user_sid=found.user_sid,
        participant_identity=found.identity,
        participant_messaging_binding=_binding(found),
        conversation_sid=found.conversation_sid,
        conversation_unique_name=found.unique_name,
        conversation_friendly_name=found.friendly_name,
        conversation_attributes=found.attributes,
        conversation_date_created=date(found.date_created),
        conversation_date_updated=date(found.date_updated),
        conversation_created_by=found.created_by,
        conversation_state=found.conversation_state,
        conversation_timers=Timers(
            optional_date(found.date_inactive), optional_date(found.date_closed)
        ),
        links=Links(f"{conversation}/Participants/{found.participant_sid}", conversation),
    )


def _binding(found: ParticipantConversation) -> MessagingBinding | None:
    if found.messaging_type is None:
        return None
    return MessagingBinding(
        type=found.messaging_type,
        address=found.address,
        proxy_address=found.proxy_address,
        projected_address=found.projected_address,
    )


async def page(call: Call, filters: Values, request: PageRequest) -> Page[ParticipantConversation]:
    """GET /ParticipantConversations."""
    identity, address = filters.get("identity", ""), filters.get("address", "")
    return await participant_conversations.page(call, identity, address, request)
