"""Participants over HTTP: forms, views and acts."""

from msgspec import UNSET, Struct, UnsetType

from partywire import errors, sids
from partywire.domain import participants
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.model.participants import NewParticipant, Participant, ParticipantChanges
from partywire.model.scope import Scope
from partywire.wire.http.fields import (
    attributes,
    index,
    instant,
    kept_if_blank,
    removable,
    sid,
    text,
)
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.times import date, optional_date

_DATES = {
    "DateCreated": ("date_created", instant(errors.BadDateCreated)),
    "DateUpdated": ("date_updated", instant(errors.BadDateUpdated)),
}
_CHANGES = {
    **_DATES,
    "Attributes": ("attributes", attributes),
    "RoleSid": ("role_sid", sid(sids.ROLE, errors.ConversationRoleNotFound)),
}
CREATE = Form(
    {
        "Identity": ("identity", text),
        "MessagingBinding.Address": ("address", text),
        "MessagingBinding.ProxyAddress": ("proxy_address", text),
        "MessagingBinding.ProjectedAddress": ("projected_address", text),
        **_CHANGES,
    }
)
UPDATE = Form(
    {
        **_CHANGES,
        "Identity": ("identity", kept_if_blank),
        "MessagingBinding.ProxyAddress": ("proxy_address", removable),
        "MessagingBinding.ProjectedAddress": ("projected_address", removable),
        "LastReadMessageIndex": ("last_read_message_index", index(errors.BadLastReadMessageIndex)),
        "LastReadTimestamp": ("last_read_timestamp", instant(errors.BadLastReadTimestamp)),
    }
)


class MessagingBinding(Struct, omit_defaults=True, gc=False):
    """How a participant is reached who does not only chat: what there is of it."""

    type: str
    address: str | None = None
    proxy_address: str | None = None
    projected_address: str | None = None


class ParticipantView(Struct, gc=False):
    """A participant as the wire shows it. Source: "ConversationParticipant Properties".

    ``chat_service_sid`` stands in answers of the service door only.
    """

    account_sid: str
    chat_service_sid: str | UnsetType
    conversation_sid: str
    sid: str
    identity: str | None
    attributes: str
    messaging_binding: MessagingBinding | None
    role_sid: str | None
    date_created: str
    date_updated: str
    url: str
    last_read_message_index: int | None
    last_read_timestamp: str | None


def view(scope: Scope, participant: Participant) -> ParticipantView:
    """What the answer shows."""
    conversation_sid, sid = participant.conversation_sid, participant.sid
    return ParticipantView(
        account_sid=scope.account_sid,
        chat_service_sid=participant.service_sid if scope.door == "service" else UNSET,
        conversation_sid=conversation_sid,
        sid=sid,
        identity=participant.identity,
        attributes=participant.attributes,
        messaging_binding=_binding(participant),
        role_sid=participant.role_sid,
        date_created=date(participant.date_created),
        date_updated=date(participant.date_updated),
        url=f"{scope.root}/Conversations/{conversation_sid}/Participants/{sid}",
        last_read_message_index=participant.last_read_message_index,
        last_read_timestamp=optional_date(participant.last_read_timestamp),
    )


def _binding(participant: Participant) -> MessagingBinding | None:
    if participant.messaging_type is None:
        return None
    return MessagingBinding(
        type=participant.messaging_type,
        address=participant.address,
        proxy_address=participant.proxy_address,
        projected_address=participant.projected_address,
    )


fetch = participants.fetch
delete = participants.delete


async def create(call: Call, conversation: str, values: Values) -> Participant:
    """POST /Conversations/{ConversationSid}/Participants."""
    return await participants.create(call, conversation, NewParticipant(**values))


async def page(
    call: Call, conversation: str, _filters: Values, request: PageRequest
) -> Page[Participant]:
    """GET /Conversations/{ConversationSid}/Participants."""
    return await participants.page(call, conversation, request)


async def update(call: Call, conversation: str, participant: str, values: Values) -> Participant:
    """POST /Conversations/{ConversationSid}/Participants/{Sid}."""
    changes = ParticipantChanges(**values)
    return await participants.update(call, conversation, participant, changes)
