"""Accounts and their API keys."""

from typing import Final

from msgspec.structs import astuple, replace

from partywire.model.accounts import Account, ApiKey, Credential
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import TURN, holding
from partywire.storage.query import Query, Statement, assignments, columns, insert

_CREDENTIAL = "a.id AS account, a.sid AS account_sid, a.default_service_sid"

_BY_TOKEN: Final = Query(
    f"""SELECT {_CREDENTIAL}, a.token AS encrypted
    FROM accounts a WHERE a.sid = $1 ORDER BY a.id""",
    Credential,
)
_BY_KEY: Final = Query(
    f"""SELECT {_CREDENTIAL}, k.secret AS encrypted
    FROM api_keys k JOIN accounts a ON a.id = k.account WHERE k.sid = $1 ORDER BY k.id""",
    Credential,
)
_ALL: Final = Query(f"SELECT {columns(Account)} FROM accounts ORDER BY sid, id", Account)
_BY_SID: Final = Query(
    f"SELECT {columns(Account)} FROM accounts WHERE sid = $1 ORDER BY id", Account
)
_BY_ID: Final = Query(f"SELECT {columns(Account)} FROM accounts WHERE id = $1", Account)
_OF_SERVICE: Final = Query(
    f"""SELECT {columns(Account, "a")} FROM services s JOIN accounts a ON a.id = s.account
    WHERE s.sid = $1""",
    Account,
)
_LOCK: Final = holding(f"SELECT {columns(Account)} FROM accounts WHERE id = $1", Account)
_INSERT: Final = Statement(insert("accounts", Account))
_SET_DEFAULT_SERVICE: Final = Statement(
    "UPDATE accounts SET default_service_sid = $2 WHERE id = $1"
)
_CONFIGURATION = (
    "default_service_sid",
    "default_messaging_service_sid",
    "default_inactive_timer",
    "default_closed_timer",
)
_CONFIGURE: Final = Statement(f"UPDATE accounts SET {assignments(_CONFIGURATION, 2)} WHERE id = $1")
_SET_TOKEN: Final = Statement("UPDATE accounts SET token = $2 WHERE id = $1")

_KEYS: Final = Query(
    f"SELECT {columns(ApiKey)} FROM api_keys WHERE account = $1 ORDER BY sid", ApiKey
)
_INSERT_KEY: Final = Statement(insert("api_keys", ApiKey))
_DELETE_KEY: Final = Statement("DELETE FROM api_keys WHERE account = $1 AND sid = $2")


async def credentials(reader: Reader, username: str) -> list[Credential]:
    """What a user name (``AC…`` or ``SK…``) leads to, before any password is looked at."""
    return await reader.all(_BY_KEY if username.startswith("SK") else _BY_TOKEN, username)


async def by_sid(reader: Reader, sid: str) -> list[Account]:
    """The accounts that show this SID: on a bench there may be several."""
    return await reader.all(_BY_SID, sid)


async def by_id(reader: Reader, account: str) -> Account | None:
    """The account."""
    return await reader.one(_BY_ID, account)


async def of_service(reader: Reader, service_sid: str) -> Account | None:
    """The account whose service this is."""
    return await reader.one(_OF_SERVICE, service_sid)


async def lock(transaction: Transaction, account: str) -> Account | None:
    """The account, held until the transaction ends."""
    return await transaction.one(_LOCK, account)


async def take_turn(transaction: Transaction, username: str) -> None:
    """Waits until nobody else opens an account for this user name, and keeps others waiting."""
    await transaction.one(TURN, username)


async def configure(transaction: Transaction, account: Account) -> None:
    """Writes the account's configuration."""
    values = (getattr(account, name) for name in _CONFIGURATION)
    await transaction.run(_CONFIGURE, account.id, *values)


async def every(reader: Reader) -> list[Account]:
    """All accounts."""
    return await reader.all(_ALL)


async def add(transaction: Transaction, account: Account) -> None:
    """Writes a new account."""
    await transaction.run(_INSERT, *astuple(account))


async def set_default_service(
    transaction: Transaction, account: Account, service_sid: str
) -> Account:
    """Makes a service the one behind ``/v1/…``; returns the account as it is now."""
    await transaction.run(_SET_DEFAULT_SERVICE, account.id, service_sid)
    return replace(account, default_service_sid=service_sid)


async def set_token(transaction: Transaction, account: str, encrypted: str) -> None:
    """Replaces the account's auth token."""
    await transaction.run(_SET_TOKEN, account, encrypted)


async def keys(reader: Reader, account: str) -> list[ApiKey]:
    """The account's API keys."""
    return await reader.all(_KEYS, account)


async def add_key(transaction: Transaction, key: ApiKey) -> None:
    """Writes a new API key."""
    await transaction.run(_INSERT_KEY, *astuple(key))


async def delete_key(transaction: Transaction, account: str, sid: str) -> bool:
    """Deletes an API key; returns whether there was one."""
    return await transaction.run(_DELETE_KEY, account, sid) > 0
