"""Delivery receipts."""

from typing import Final, cast

from msgspec.structs import astuple

from partywire.model.pages import Page, PageRequest
from partywire.model.receipts import DeliveryStatus, Receipt
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Listing, Query, Statement, columns, insert

_SELECT = f"""SELECT {columns(Receipt)} FROM receipts
    WHERE service_sid = $1 AND conversation_sid = $2 AND message_sid = $3"""

_BY_SID: Final = Query(f"{_SELECT} AND sid = $4", Receipt)
_LIST: Final = Listing(_SELECT, 3, {"sid": "sid"}, Receipt)
_BY_CHANNEL_MESSAGE: Final = Query(
    f"""SELECT {columns(Receipt)} FROM receipts
    WHERE channel_message_sid = $2 AND service_sid = $1""",
    Receipt,
)
_STATUSES: Final = Query(
    """SELECT status FROM receipts
    WHERE service_sid = $1 AND conversation_sid = $2 AND message_sid = $3""",
    str,
)
_SAVE: Final = Statement(
    """UPDATE receipts SET status = $4, error_code = $5, date_updated = $6
    WHERE conversation_sid = $1 AND message_sid = $2 AND sid = $3"""
)
_INSERT: Final = Statement(insert("receipts", Receipt))


async def fetch(
    reader: Reader, service_sid: str, conversation_sid: str, message_sid: str, sid: str
) -> Receipt | None:
    """The receipt, if it is this message's."""
    return await reader.one(_BY_SID, service_sid, conversation_sid, message_sid, sid)


async def page(
    reader: Reader,
    service_sid: str,
    conversation_sid: str,
    message_sid: str,
    request: PageRequest,
) -> Page[Receipt]:
    """The message's receipts, in the order of their SIDs."""
    return await _LIST.page(reader, request, service_sid, conversation_sid, message_sid)


async def add(transaction: Transaction, receipt: Receipt) -> None:
    """Writes a new receipt."""
    await transaction.run(_INSERT, *astuple(receipt))


async def by_channel_message(
    reader: Reader, service_sid: str, channel_message_sid: str
) -> Receipt | None:
    """The receipt of the channel's message."""
    return await reader.one(_BY_CHANNEL_MESSAGE, service_sid, channel_message_sid)


async def statuses(
    reader: Reader, service_sid: str, conversation_sid: str, message_sid: str
) -> list[DeliveryStatus]:
    """The status of each of the message's receipts, in no order."""
    found = await reader.all(_STATUSES, service_sid, conversation_sid, message_sid)
    return cast("list[DeliveryStatus]", found)


async def save(transaction: Transaction, receipt: Receipt) -> None:
    """Writes what may change on a receipt."""
    key = (receipt.conversation_sid, receipt.message_sid, receipt.sid)
    changed = (receipt.status, receipt.error_code, receipt.date_updated)
    await transaction.run(_SAVE, *key, *changed)
