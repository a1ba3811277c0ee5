"""Push credentials."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.credentials import PushCredential
from partywire.model.pages import Page, PageRequest
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import holding
from partywire.storage.query import Listing, Query, Statement, assignments, columns, insert

_COLUMNS = columns(PushCredential)
_SELECT = f"SELECT {_COLUMNS} FROM credentials WHERE account = $1"
_CHANGEABLE = ("type", "friendly_name", "sandbox", "secrets", "date_updated")

_BY_SID: Final = Query(f"{_SELECT} AND sid = $2", PushCredential)
_LIST: Final = Listing(_SELECT, 1, {"sid": "sid"}, PushCredential)
_INSERT: Final = Statement(insert("credentials", PushCredential))
_LOCK: Final = holding(
    f"SELECT {_COLUMNS} FROM credentials WHERE account = $1 AND sid = $2", PushCredential
)
_SAVE: Final = Statement(
    f"UPDATE credentials SET {assignments(_CHANGEABLE, 3)} WHERE account = $1 AND sid = $2"
)
_DELETE: Final = Statement("DELETE FROM credentials WHERE account = $1 AND sid = $2")


async def fetch(reader: Reader, account: str, sid: str) -> PushCredential | None:
    """The credential, if it is this account's."""
    return await reader.one(_BY_SID, account, sid)


async def page(reader: Reader, account: str, request: PageRequest) -> Page[PushCredential]:
    """The account's credentials, in the order of their SIDs."""
    return await _LIST.page(reader, request, account)


async def add(transaction: Transaction, credential: PushCredential) -> None:
    """Writes a new credential."""
    await transaction.run(_INSERT, *astuple(credential))


async def lock(transaction: Transaction, account: str, sid: str) -> PushCredential | None:
    """The credential, held until the transaction ends."""
    return await transaction.one(_LOCK, account, sid)


async def save(transaction: Transaction, credential: PushCredential) -> None:
    """Writes what may change on a credential."""
    changed = (getattr(credential, name) for name in _CHANGEABLE)
    await transaction.run(_SAVE, credential.account, credential.sid, *changed)


async def delete(transaction: Transaction, account: str, sid: str) -> bool:
    """Deletes the credential; returns whether there was one."""
    return await transaction.run(_DELETE, account, sid) > 0
