"""Key pairs for Web Push, one for each account."""

from typing import Final

from msgspec import Struct
from msgspec.structs import astuple

from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Query, Statement, columns, insert


class VapidKey(Struct, frozen=True):
    """An account's key pair; the private key is encrypted."""

    account: str
    private_key: str
    date_created: int


_FETCH: Final = Query(f"SELECT {columns(VapidKey)} FROM vapid_keys WHERE account = $1", VapidKey)
_INSERT: Final = Statement(f"{insert('vapid_keys', VapidKey)} ON CONFLICT (account) DO NOTHING")


async def fetch(reader: Reader, account: str) -> VapidKey | None:
    """The account's key pair, if it has one yet."""
    return await reader.one(_FETCH, account)


async def add(transaction: Transaction, key: VapidKey) -> None:
    """Writes a key pair, unless the account has one."""
    await transaction.run(_INSERT, *astuple(key))
