"""Messages over HTTP: forms, views and acts."""

from msgspec import UNSET, Struct, UnsetType

from partywire import errors
from partywire.domain import messages
from partywire.domain.call import Call
from partywire.model.messages import Message, MessageChanges
from partywire.model.pages import Page, PageRequest
from partywire.model.scope import Scope
from partywire.wire.http.fields import attributes, choice, instant, text
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.times import date

_CHANGES = {
    "Author": ("author", text),
    "Body": ("body", text),
    "DateCreated": ("date_created", instant(errors.BadDateCreated)),
    "DateUpdated": ("date_updated", instant(errors.BadDateUpdated)),
    "Attributes": ("attributes", attributes),
    "Subject": ("subject", text),
}
CREATE = Form(_CHANGES, not_yet=("MediaSid", "ContentSid", "ContentVariables"))
UPDATE = Form(_CHANGES)


LIST = Form({"Order": ("order", choice("asc", "desc", error=errors.BadOrder))})


class Links(Struct, gc=False):
    """URLs of what is known about a message's way to its recipients."""

    delivery_receipts: str
    channel_metadata: str


class MessageView(Struct, gc=False):
    """A message as the wire shows it. Source: "ConversationMessage Properties".

    ``chat_service_sid`` stands in answers of the service door only; ``delivery`` is null where
    all participants chat (decided: decisions/0009).
    """

    account_sid: str
    chat_service_sid: str | UnsetType
    conversation_sid: str
    sid: str
    index: int
    author: str
    body: str | None
    media: None
    attributes: str
    participant_sid: str | None
    date_created: str
    date_updated: str
    url: str
    delivery: None
    links: Links
    content_sid: None


def view(scope: Scope, message: Message) -> MessageView:
    """What the answer shows."""
    url = f"{scope.root}/Conversations/{message.conversation_sid}/Messages/{message.sid}"
    return MessageView(
        account_sid=scope.account_sid,
        chat_service_sid=message.service_sid if scope.door == "service" else UNSET,
        conversation_sid=message.conversation_sid,
        sid=message.sid,
        index=message.index,
        author=message.author,
        body=message.body,
        media=None,
        attributes=message.attributes,
        participant_sid=message.participant_sid,
        date_created=date(message.date_created),
        date_updated=date(message.date_updated),
        url=url,
        delivery=None,
        links=Links(f"{url}/Receipts", f"{url}/ChannelMetadata"),
        content_sid=None,
    )


fetch = messages.fetch
delete = messages.delete


async def create(call: Call, conversation: str, values: Values) -> Message:
    """POST /Conversations/{ConversationSid}/Messages."""
    return await messages.create(call, conversation, MessageChanges(**values))


async def page(
    call: Call, conversation: str, filters: Values, request: PageRequest
) -> Page[Message]:
    """GET /Conversations/{ConversationSid}/Messages."""
    return await messages.page(call, conversation, filters.get("order", "asc"), request)


async def update(call: Call, conversation: str, message: str, values: Values) -> Message:
    """POST /Conversations/{ConversationSid}/Messages/{Sid}."""
    return await messages.update(call, conversation, message, MessageChanges(**values))
