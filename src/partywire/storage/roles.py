"""Roles."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.pages import Page, PageRequest
from partywire.model.roles import Role
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import deleting, holding, keeping
from partywire.storage.query import Listing, Query, Statement, columns, insert

_COLUMNS = columns(Role)
_SELECT = f"SELECT {_COLUMNS} FROM roles WHERE service_sid = $1"

_BY_SID: Final = Query(f"{_SELECT} AND sid = $2", Role)
_LIST: Final = Listing(_SELECT, 1, {"sid": "sid"}, Role)
_INSERT: Final = Statement(insert("roles", Role))
_LOCK: Final = holding(f"SELECT {_COLUMNS} FROM roles WHERE service_sid = $1 AND sid = $2", Role)
_KEEP: Final = keeping(
    f"SELECT {columns(Role, 'kept')} FROM roles kept WHERE service_sid = $1 AND sid = $2", Role
)
_LOCK_TO_DELETE: Final = deleting(
    f"SELECT {_COLUMNS} FROM roles WHERE service_sid = $1 AND sid = $2", Role
)
_SAVE: Final = Statement(
    "UPDATE roles SET permissions = $3, date_updated = $4 WHERE service_sid = $1 AND sid = $2"
)
_DELETE: Final = Statement("DELETE FROM roles WHERE service_sid = $1 AND sid = $2")
_GIVE_USERS_ANOTHER: Final = Statement(
    "UPDATE users SET role_sid = $3 WHERE service_sid = $1 AND role_sid = $2"
)
_GIVE_PARTICIPANTS_ANOTHER: Final = Statement(
    """UPDATE participants SET role_sid = $3 WHERE role_sid = $2
    AND conversation_sid IN (SELECT sid FROM conversations WHERE service_sid = $1)"""
)


async def fetch(reader: Reader, service_sid: str, sid: str) -> Role | None:
    """The role, if it is this service's."""
    return await reader.one(_BY_SID, service_sid, sid)


async def page(reader: Reader, service_sid: str, request: PageRequest) -> Page[Role]:
    """The service's roles, in the order of their SIDs."""
    return await _LIST.page(reader, request, service_sid)


async def add(transaction: Transaction, role: Role) -> None:
    """Writes a new role."""
    await transaction.run(_INSERT, *astuple(role))


async def lock(transaction: Transaction, service_sid: str, sid: str) -> Role | None:
    """The role, held until the transaction ends."""
    return await transaction.one(_LOCK, service_sid, sid)


async def keep(transaction: Transaction, service_sid: str, sid: str) -> Role | None:
    """The role, which is not deleted until the transaction ends: somebody is to hold it."""
    return await transaction.one(_KEEP, service_sid, sid)


async def lock_to_delete(transaction: Transaction, service_sid: str, sid: str) -> Role | None:
    """The role, once nobody is about to hold it; whoever wants to waits for the end."""
    return await transaction.one(_LOCK_TO_DELETE, service_sid, sid)


async def save(transaction: Transaction, role: Role) -> None:
    """Writes what may change on a role."""
    key = (role.service_sid, role.sid)
    await transaction.run(_SAVE, *key, role.permissions, role.date_updated)


async def delete(transaction: Transaction, role: Role, heir: str) -> None:
    """Deletes the role, which is locked for that; whoever holds it gets another.

    Args:
        transaction: the transaction.
        role: what is to go.
        heir: SID of the role that its holders get.
    """
    key = (role.service_sid, role.sid)
    holders = _GIVE_USERS_ANOTHER if role.type == "service" else _GIVE_PARTICIPANTS_ANOTHER
    await transaction.run_long(holders, *key, heir)
    await transaction.run(_DELETE, *key)
