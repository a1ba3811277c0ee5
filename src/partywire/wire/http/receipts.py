"""Delivery receipts over HTTP: view and acts."""

from msgspec import UNSET, Struct, UnsetType

from partywire.domain import receipts
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.model.receipts import Receipt
from partywire.model.scope import Scope
from partywire.wire.http.forms import Values
from partywire.wire.http.times import date, optional_date


class ReceiptView(Struct, gc=False):
    """A receipt as the wire shows it. Source: "ConversationMessageReceipt Properties".

    ``chat_service_sid`` stands in answers of the service door only.
    """

    account_sid: str
    chat_service_sid: str | UnsetType
    conversation_sid: str
    message_sid: str
    sid: str
    channel_message_sid: str
    participant_sid: str
    status: str
    error_code: int
    date_created: str
    date_updated: str | None
    url: str


def view(scope: Scope, receipt: Receipt) -> ReceiptView:
    """What the answer shows."""
    message = f"Conversations/{receipt.conversation_sid}/Messages/{receipt.message_sid}"
    return ReceiptView(
        account_sid=scope.account_sid,
        chat_service_sid=receipt.service_sid if scope.door == "service" else UNSET,
        conversation_sid=receipt.conversation_sid,
        message_sid=receipt.message_sid,
        sid=receipt.sid,
        channel_message_sid=receipt.channel_message_sid,
        participant_sid=receipt.participant_sid,
        status=receipt.status,
        error_code=receipt.error_code,
        date_created=date(receipt.date_created),
        date_updated=optional_date(receipt.date_updated),
        url=f"{scope.root}/{message}/Receipts/{receipt.sid}",
    )


fetch = receipts.fetch


async def page(
    call: Call, conversation: str, message: str, _filters: Values, request: PageRequest
) -> Page[Receipt]:
    """GET /Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts."""
    return await receipts.page(call, conversation, message, request)
