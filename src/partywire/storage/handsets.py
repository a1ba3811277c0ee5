"""The handsets of a bench, and what they hold."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.handsets import Handset, HandsetMessage
from partywire.model.pages import Page, PageRequest
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Listing, Query, Statement, columns, insert

_WRITTEN = HandsetMessage.__struct_fields__[:-3]  # the others come from elsewhere
_HELD = ", ".join(f"h.{name}" for name in (*_WRITTEN, "number"))
_SELECT = f"""SELECT {_HELD}, r.status, r.error_code FROM handset_messages h
    LEFT JOIN receipts r ON r.channel_message_sid = h.sid AND r.participant_sid = h.participant_sid
    WHERE h.account = $1"""

_HANDSET: Final = Query(
    f"SELECT {columns(Handset)} FROM handsets WHERE account = $1 AND address = $2", Handset
)
_SET: Final = Statement(
    f"""{insert("handsets", Handset)}
    ON CONFLICT (account, address) DO UPDATE SET status = $3, error_code = $4"""
)
_BY_SID: Final = Query(f"{_SELECT} AND h.address = $2 AND h.sid = $3", HandsetMessage)
_LIST: Final = Listing(f"{_SELECT} AND h.address = $2", 2, {"h.number": "number"}, HandsetMessage)
_INSERT: Final = Statement(
    f"""INSERT INTO handset_messages ({", ".join(_WRITTEN)})
    VALUES ({", ".join(f"${number}" for number in range(1, len(_WRITTEN) + 1))})"""
)


async def fetch(reader: Reader, account: str, address: str) -> Handset:
    """The handset at this address: one of which nothing was said delivers."""
    return await reader.one(_HANDSET, account, address) or Handset(account, address)


async def save(transaction: Transaction, handset: Handset) -> None:
    """Writes what the handset makes of messages."""
    await transaction.run(_SET, *astuple(handset))


async def message(reader: Reader, account: str, address: str, sid: str) -> HandsetMessage | None:
    """The message with this SID, if the handset holds it."""
    return await reader.one(_BY_SID, account, address, sid)


async def page(
    reader: Reader, account: str, address: str, request: PageRequest
) -> Page[HandsetMessage]:
    """What the handset holds, in the order in which it came and was written."""
    return await _LIST.page(reader, request, account, address)


async def add(transaction: Transaction, held: HandsetMessage) -> None:
    """Gives a handset one more message."""
    await transaction.run(_INSERT, *(getattr(held, name) for name in _WRITTEN))
