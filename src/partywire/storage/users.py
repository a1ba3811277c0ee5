"""Users."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.pages import Page, PageRequest
from partywire.model.users import User
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import holding
from partywire.storage.query import Listing, Query, Statement, assignments, columns, insert

_COLUMNS = columns(User)
_SELECT = f"SELECT {_COLUMNS} FROM users WHERE service_sid = $1"
_CHANGEABLE = ("friendly_name", "attributes", "role_sid", "date_updated")

_BY_SID: Final = Query(f"{_SELECT} AND sid = $2", User)
_BY_IDENTITY: Final = Query(f"{_SELECT} AND identity = $2", User)
_REACHABILITY: Final = Query(
    """SELECT (SELECT count(*) FROM (
        SELECT 1 FROM bindings WHERE user_sid = $2 LIMIT 1) AS counted) AS devices
    FROM services WHERE sid = $1 AND reachability_enabled = 1""",
    int,
)
_LIST: Final = Listing(_SELECT, 1, {"sid": "sid"}, User)
_INSERT: Final = Query(
    f"{insert('users', User)} ON CONFLICT (service_sid, identity) DO NOTHING RETURNING {_COLUMNS}",
    User,
)
_LOCK: Final = holding(f"SELECT {_COLUMNS} FROM users WHERE service_sid = $1 AND sid = $2", User)
_LOCK_BY_IDENTITY: Final = holding(
    f"SELECT {_COLUMNS} FROM users WHERE service_sid = $1 AND identity = $2", User
)
_SAVE: Final = Statement(
    f"UPDATE users SET {assignments(_CHANGEABLE, 3)} WHERE service_sid = $1 AND sid = $2"
)
_DELETE: Final = Query(
    f"DELETE FROM users WHERE service_sid = $1 AND sid = $2 RETURNING {_COLUMNS}", User
)


async def by_sid(reader: Reader, service_sid: str, sid: str) -> User | None:
    """The user with this SID."""
    return await reader.one(_BY_SID, service_sid, sid)


async def by_identity(reader: Reader, service_sid: str, identity: str) -> User | None:
    """The user with this identity."""
    return await reader.one(_BY_IDENTITY, service_sid, identity)


async def devices(reader: Reader, service_sid: str, user_sid: str) -> int | None:
    """Whether the user has a device (0 or 1); None where the service does not show it."""
    return await reader.one(_REACHABILITY, service_sid, user_sid)


async def page(reader: Reader, service_sid: str, request: PageRequest) -> Page[User]:
    """The service's users, in the order of their SIDs."""
    return await _LIST.page(reader, request, service_sid)


async def add(transaction: Transaction, user: User) -> User | None:
    """Writes a new user; None if the identity is known already."""
    return await transaction.one(_INSERT, *astuple(user))


async def lock(transaction: Transaction, service_sid: str, sid: str) -> User | None:
    """The user, held until the transaction ends."""
    return await transaction.one(_LOCK, service_sid, sid)


async def lock_by_identity(
    transaction: Transaction, service_sid: str, identity: str
) -> User | None:
    """The user with this identity, held until the transaction ends."""
    return await transaction.one(_LOCK_BY_IDENTITY, service_sid, identity)


async def save(transaction: Transaction, user: User) -> None:
    """Writes what may change on a user."""
    changed = (getattr(user, name) for name in _CHANGEABLE)
    await transaction.run(_SAVE, user.service_sid, user.sid, *changed)


async def delete(transaction: Transaction, service_sid: str, sid: str) -> User | None:
    """Deletes the user; returns what was deleted, None if there was none."""
    return await transaction.one(_DELETE, service_sid, sid)
