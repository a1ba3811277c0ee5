"""Conversations over HTTP: forms, view and acts."""

from typing import get_args

from msgspec import UNSET, Struct, UnsetType

from partywire import errors, sids
from partywire.domain import conversations
from partywire.domain.call import Call
from partywire.model.conversations import (
    Conversation,
    ConversationChanges,
    ConversationFilter,
    State,
)
from partywire.model.pages import Page, PageRequest
from partywire.model.scope import Scope
from partywire.wire.http.fields import (
    attributes,
    choice,
    cleared_if_blank,
    instant,
    kept_if_blank,
    last_instant,
    sid,
    timer,
)
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.times import date, optional_date

_state = choice("active", "inactive", "closed", error=errors.BadState, blank=errors.StateEmpty)

CHANGES = Form(
    {
        "FriendlyName": ("friendly_name", kept_if_blank),
        "UniqueName": ("unique_name", cleared_if_blank),
        "DateCreated": ("date_created", instant(errors.BadDateCreated)),
        "DateUpdated": ("date_updated", instant(errors.BadDateUpdated)),
        "MessagingServiceSid": (
            "messaging_service_sid",
            sid(sids.MESSAGING_SERVICE, errors.BadMessagingServiceSid),
        ),
        "Attributes": ("attributes", attributes),
        "State": ("state", _state),
        "Timers.Inactive": ("inactive_timer", timer(errors.BadInactiveTimer)),
        "Timers.Closed": ("closed_timer", timer(errors.BadClosedTimer)),
        "Bindings.Email.Address": ("email_address", cleared_if_blank),
        "Bindings.Email.Name": ("email_name", cleared_if_blank),
    }
)
FILTER = Form(
    {
        "StartDate": ("start_date", instant(errors.BadRequest, "StartDate")),
        "EndDate": ("end_date", last_instant(errors.BadRequest, "EndDate")),
        "State": ("state", choice(*get_args(State), error=errors.BadState)),
    }
)


class Timers(Struct, omit_defaults=True, gc=False):
    """When timers end; ``{}`` without any."""

    date_inactive: str | None = None
    date_closed: str | None = None


class EmailBinding(Struct):
    """The address and name that outbound emails of a conversation bear."""

    projected_address: str | None
    name: str | None


class Bindings(Struct):
    """``{}`` without an email binding."""

    email: EmailBinding | UnsetType = UNSET


class Links(Struct, gc=False):
    """URLs of what is in a conversation."""

    participants: str
    messages: str
    webhooks: str
    export: str


class ConversationView(Struct, gc=False):
    """A conversation as the wire shows it. Source: "Conversation Properties"."""

    sid: str
    account_sid: str
    chat_service_sid: str
    messaging_service_sid: str
    friendly_name: str | None
    unique_name: str | None
    attributes: str
    date_created: str
    date_updated: str
    state: str
    timers: Timers
    bindings: Bindings
    url: str
    links: Links


def view(scope: Scope, conversation: Conversation) -> ConversationView:
    """What the answer shows."""
    url = f"{scope.root}/Conversations/{conversation.sid}"
    address, name = conversation.email_address, conversation.email_name
    return ConversationView(
        sid=conversation.sid,
        account_sid=scope.account_sid,
        chat_service_sid=conversation.service_sid,
        messaging_service_sid=conversation.messaging_service_sid,
        friendly_name=conversation.friendly_name,
        unique_name=conversation.unique_name,
        attributes=conversation.attributes,
        date_created=date(conversation.date_created),
        date_updated=date(conversation.date_updated),
        state=conversation.state,
        timers=Timers(
            optional_date(conversation.date_inactive), optional_date(conversation.date_closed)
        ),
        bindings=Bindings(EmailBinding(address, name) if address or name else UNSET),
        url=url,
        links=Links(
            participants=f"{url}/Participants",
            messages=f"{url}/Messages",
            webhooks=f"{url}/Webhooks",
            export=f"{url}/Export",
        ),
    )


fetch = conversations.fetch
delete = conversations.delete


async def create(call: Call, values: Values) -> Conversation:
    """POST /Conversations."""
    return await conversations.create(call, ConversationChanges(**values))


async def page(call: Call, filters: Values, request: PageRequest) -> Page[Conversation]:
    """GET /Conversations."""
    return await conversations.page(call, ConversationFilter(**filters), request)


async def update(call: Call, conversation: str, values: Values) -> Conversation:
    """POST /Conversations/{Sid}."""
    return await conversations.update(call, conversation, ConversationChanges(**values))
