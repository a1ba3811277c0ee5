"""Messages: sent, edited and removed; and what is known of their way to addresses."""

from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict

from partywire import errors, sids
from partywire.domain import authority, messages, receipts
from partywire.domain.authority import Deed
from partywire.model.messages import Message, MessageChanges
from partywire.model.pages import Page, PageRequest
from partywire.model.receipts import Receipt
from partywire.wire.http import receipts as receipt_views
from partywire.wire.http.messages import view
from partywire.wire.socket.commands.command import Asked, Meta, attributes, listed, text

_NO_RECIPIENTS: Final[dict[str, Any]] = {"message_recipients": [], "meta": Meta()}


class Sent(Struct, frozen=True):
    """What may be said in a message."""

    body: str | UnsetType | None = UNSET
    subject: str | UnsetType | None = UNSET
    attributes: Any = UNSET
    media_sids: list[str] | UnsetType | None = UNSET
    content_sid: str | UnsetType | None = UNSET


class Changes(Struct, frozen=True):
    """What may be set on a message."""

    body: str | UnsetType | None = UNSET
    attributes: Any = UNSET


def _shown(asked: Asked, message: Message) -> dict[str, Any]:
    return asdict(view(asked.call.scope, message))


async def create(asked: Asked, conversation: str) -> dict[str, Any]:
    """POST …/Conversations/{ConversationSid}/Messages: the author is who asks."""
    sent = asked.body(Sent)
    standing = await authority.within(asked.call, conversation)
    standing.require("send message")
    if sent.media_sids:
        standing.require("send media")
    if sent.content_sid:
        raise errors.NotImplementedYet("Partywire does not implement content_sid yet")
    changes = MessageChanges(
        author=asked.identity,
        body=text(sent.body),
        subject=text(sent.subject),
        attributes=attributes(sent.attributes),
    )
    sid = standing.conversation_sid or conversation
    media_sids = _media_sids(sent)
    return _shown(asked, await messages.create(asked.call, sid, changes, media_sids))


def _media_sids(sent: Sent) -> list[str]:
    """The files that a message takes.

    Raises:
        MediaInvalid: one of them is none.
    """
    found = sent.media_sids or []
    if not all(sids.is_sid(sid, sids.MEDIA) for sid in found):
        raise errors.MediaInvalid
    return found


async def update(asked: Asked, conversation: str, sid: str) -> dict[str, Any]:
    """POST …/Conversations/{ConversationSid}/Messages/{Sid}."""
    sent = asked.body(Changes)
    changes = MessageChanges(body=text(sent.body), attributes=attributes(sent.attributes))
    deeds: list[Deed] = []
    if changes.body is not UNSET:
        deeds.append("edit message")
    if changes.attributes is not UNSET:
        deeds.append("edit message attributes")
    where, whose = await _whose(asked, conversation, sid, *deeds)
    return _shown(asked, await messages.update(asked.call, where, sid, changes, whose))


async def delete(asked: Asked, conversation: str, sid: str) -> None:
    """DELETE …/Conversations/{ConversationSid}/Messages/{Sid}."""
    where, whose = await _whose(asked, conversation, sid, "delete message")
    await messages.delete(asked.call, where, sid, whose)


async def _whose(asked: Asked, conversation: str, sid: str, *deeds: Deed) -> tuple[str, str | None]:
    """The conversation's SID, and whose the message must be for this to be done to it.

    Raises:
        NotFound: there is no such conversation or message.
        NotMember, Forbidden: who asks may not do it.
    """
    standing = await authority.within(asked.call, conversation)
    if not standing.is_member:
        standing.require(*(deeds or ("take part",)))
    where = standing.conversation_sid or conversation
    message = await messages.fetch(asked.call, where, sid)
    owners = {standing.whose(deed, message) for deed in deeds}
    return where, asked.identity if asked.identity in owners else None


async def _check_seen(asked: Asked, conversation: str, sid: str) -> str:
    """Refuses whoever is not in the conversation, or a message that is not; returns its SID.

    Raises:
        NotFound: there is no such conversation or message.
        NotMember: who asks is not in the conversation.
    """
    standing = await authority.within(asked.call, conversation)
    standing.require("take part")
    where = standing.conversation_sid or conversation
    await messages.fetch(asked.call, where, sid)
    return where


async def page_receipts(asked: Asked, conversation: str, sid: str) -> dict[str, Any]:
    """GET …/Conversations/{ConversationSid}/Messages/{Sid}/Receipts."""
    where = await _check_seen(asked, conversation, sid)

    async def act(request: PageRequest) -> Page[Receipt]:
        return await receipts.page(asked.call, where, sid, request)

    def shown(receipt: Receipt) -> receipt_views.ReceiptView:
        return receipt_views.view(asked.call.scope, receipt)

    return await listed(asked, f"receipts\n{sid}", act, shown, "delivery_receipts")


async def recipients(asked: Asked, conversation: str) -> dict[str, Any]:
    """GET …/Conversations/{ConversationSid}/MessageRecipients: of e-mails, of which none come."""
    sid = asked.request.parameter("MessageSid") or ""
    if not sids.is_sid(sid, sids.MESSAGE):
        raise errors.BadRequest("MessageSid is not a message SID (IM and 32 hexadecimal digits)")
    await _check_seen(asked, conversation, sid)
    return _NO_RECIPIENTS


async def channel_metadata(asked: Asked, conversation: str, sid: str) -> None:
    """GET …/Conversations/{ConversationSid}/Messages/{Sid}/ChannelMetadata.

    Raises:
        NoChannelMetadata: no channel here says anything.
    """
    await _check_seen(asked, conversation, sid)
    raise errors.NoChannelMetadata
