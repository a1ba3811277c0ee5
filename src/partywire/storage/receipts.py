"""Delivery receipts."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.pages import Page, PageRequest
from partywire.model.receipts import Receipt
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Listing, Query, Statement, columns, insert

_SELECT = f"""SELECT {columns(Receipt)} FROM receipts
    WHERE service_sid = $1 AND conversation_sid = $2 AND message_sid = $3"""

_BY_SID: Final = Query(f"{_SELECT} AND sid = $4", Receipt)
_LIST: Final = Listing(_SELECT, 3, {"sid": "sid"}, Receipt)
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
