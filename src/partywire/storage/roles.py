"""Roles."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.roles import Role
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Query, Statement, columns, insert

_BY_SID: Final = Query(
    f"SELECT {columns(Role)} FROM roles WHERE service_sid = $1 AND sid = $2", Role
)
_INSERT: Final = Statement(insert("roles", Role))


async def fetch(reader: Reader, service_sid: str, sid: str) -> Role | None:
    """The role, if it is this service's."""
    return await reader.one(_BY_SID, service_sid, sid)


async def add(transaction: Transaction, role: Role) -> None:
    """Writes a new role."""
    await transaction.run(_INSERT, *astuple(role))
