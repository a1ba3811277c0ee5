"""Messages over HTTP: forms, views and acts."""

import msgspec
from msgspec import UNSET, Struct, UnsetType

from partywire import errors, sids
from partywire.domain import messages
from partywire.domain.call import Call
from partywire.model.media import attachments
from partywire.model.messages import Message, MessageChanges
from partywire.model.pages import Page, PageRequest
from partywire.model.receipts import Delivery
from partywire.model.scope import Scope
from partywire.wire.http.fields import attributes, choice, instant, sid, text
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
CREATE = Form(
    {**_CHANGES, "MediaSid": ("media_sid", sid(sids.MEDIA, errors.MediaInvalid))},
    not_yet=("ContentSid", "ContentVariables"),
)
UPDATE = Form(_CHANGES)


LIST = Form({"Order": ("order", choice("asc", "desc", error=errors.BadOrder))})


class Links(Struct, gc=False):
    """URLs of what is known about a message's way to its recipients."""

    delivery_receipts: str
    channel_metadata: str


class DeliveryView(Struct, gc=False):
    """How far a message has come on its way to those who take part by an address.

    ``total`` is how many of them it went to; the others say whether ``all``, ``some`` or ``none``
    of these came so far. Who has read it has it, and what was delivered was sent. Source:
    "ConversationMessage Properties"; the rest decided: decisions/0032.
    """

    total: int
    sent: str
    delivered: str
    read: str
    failed: str
    undelivered: str


class MediaView(Struct, gc=False):
    """One of a message's files. Source: "ConversationMessage Properties"."""

    sid: str
    size: int
    content_type: str
    filename: str | None


class MessageView(Struct, gc=False):
    """A message as the wire shows it. Source: "ConversationMessage Properties".

    ``chat_service_sid`` stands in answers of the service door only; ``delivery`` is null where
    the message went to no address, ``media`` where nothing is attached.
    """

    account_sid: str
    chat_service_sid: str | UnsetType
    conversation_sid: str
    sid: str
    index: int
    author: str
    body: str | None
    media: list[MediaView] | None
    attributes: str
    participant_sid: str | None
    date_created: str
    date_updated: str
    url: str
    delivery: DeliveryView | None
    links: Links
    content_sid: None


_counts = msgspec.json.Decoder(Delivery).decode


def delivery(stored: str) -> DeliveryView:
    """What the answer shows of how many receipts have which status."""
    counts = _counts(stored)
    delivered = counts.delivered + counts.read
    # What could not be delivered was on its way; what failed never left.
    sent = counts.sent + delivered + counts.undelivered
    total = sent + counts.failed

    def share(count: int) -> str:
        return "none" if not count else "all" if count == total else "some"

    return DeliveryView(
        total=total,
        sent=share(sent),
        delivered=share(delivered),
        read=share(counts.read),
        failed=share(counts.failed),
        undelivered=share(counts.undelivered),
    )


def media(stored: str) -> list[MediaView]:
    """What the answer shows of a message's files."""
    return [
        MediaView(each.sid, each.size, each.content_type, each.filename)
        for each in attachments(stored)
    ]


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
        media=None if message.media is None else media(message.media),
        attributes=message.attributes,
        participant_sid=message.participant_sid,
        date_created=date(message.date_created),
        date_updated=date(message.date_updated),
        url=url,
        delivery=None if message.delivery is None else delivery(message.delivery),
        links=Links(f"{url}/Receipts", f"{url}/ChannelMetadata"),
        content_sid=None,
    )


fetch = messages.fetch


async def create(call: Call, conversation: str, values: Values) -> Message:
    """POST /Conversations/{ConversationSid}/Messages."""
    given = dict(values)
    media_sid = given.pop("media_sid", None)
    media_sids = () if media_sid is None else (media_sid,)
    return await messages.create(call, conversation, MessageChanges(**given), media_sids)


async def page(
    call: Call, conversation: str, filters: Values, request: PageRequest
) -> Page[Message]:
    """GET /Conversations/{ConversationSid}/Messages."""
    return await messages.page(call, conversation, filters.get("order", "asc"), request)


async def update(call: Call, conversation: str, message: str, values: Values) -> Message:
    """POST /Conversations/{ConversationSid}/Messages/{Sid}."""
    return await messages.update(call, conversation, message, MessageChanges(**values))


async def delete(call: Call, conversation: str, message: str) -> None:
    """DELETE /Conversations/{ConversationSid}/Messages/{Sid}."""
    await messages.delete(call, conversation, message)
