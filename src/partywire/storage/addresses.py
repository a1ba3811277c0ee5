"""The configurations of addresses."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.addresses import Address, AddressType
from partywire.model.pages import Page, PageRequest
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import holding
from partywire.storage.query import Listing, Query, Statement, assignments, columns, insert

_COLUMNS = columns(Address)
_SELECT = f"SELECT {_COLUMNS} FROM addresses WHERE account = $1"
_CHANGEABLE = ("friendly_name", "auto_creation", "date_updated")

_BY_SID: Final = Query(f"{_SELECT} AND sid = $2", Address)
_BY_ADDRESS: Final = Query(f"{_SELECT} AND address = $2", Address)
_LIST: Final = Listing(
    f"{_SELECT} AND type = COALESCE(CAST($2 AS TEXT), type)", 2, {"sid": "sid"}, Address
)
_INSERT: Final = Query(
    f"""{insert("addresses", Address)}
    ON CONFLICT (account, address) DO NOTHING RETURNING {_COLUMNS}""",
    Address,
)
_LOCK: Final = holding(f"SELECT {_COLUMNS} FROM addresses WHERE account = $1 AND sid = $2", Address)
_SAVE: Final = Statement(
    f"UPDATE addresses SET {assignments(_CHANGEABLE, 3)} WHERE account = $1 AND sid = $2"
)
_DELETE: Final = Statement("DELETE FROM addresses WHERE account = $1 AND sid = $2")


async def by_sid(reader: Reader, account: str, sid: str) -> Address | None:
    """The configuration with this SID."""
    return await reader.one(_BY_SID, account, sid)


async def by_address(reader: Reader, account: str, address: str) -> Address | None:
    """The configuration of this address."""
    return await reader.one(_BY_ADDRESS, account, address)


async def page(
    reader: Reader, account: str, kind: AddressType | None, request: PageRequest
) -> Page[Address]:
    """The account's configurations, of one type or of all, in the order of their SIDs."""
    return await _LIST.page(reader, request, account, kind)


async def add(transaction: Transaction, address: Address) -> Address | None:
    """Writes a new configuration; None if the address has one already."""
    return await transaction.one(_INSERT, *astuple(address))


async def lock(transaction: Transaction, account: str, sid: str) -> Address | None:
    """The configuration, held until the transaction ends."""
    return await transaction.one(_LOCK, account, sid)


async def save(transaction: Transaction, address: Address) -> None:
    """Writes what may change on a configuration."""
    changed = (getattr(address, name) for name in _CHANGEABLE)
    await transaction.run(_SAVE, address.account, address.sid, *changed)


async def delete(transaction: Transaction, account: str, sid: str) -> bool:
    """Deletes the configuration; False if there was none."""
    return await transaction.run(_DELETE, account, sid) > 0
