"""Services."""

from typing import Final, Literal

from msgspec.structs import astuple

from partywire.model.pages import Page, PageRequest
from partywire.model.roles import RoleType
from partywire.model.services import Service
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import holding, keeping
from partywire.storage.query import Listing, Query, Statement, assignments, columns, insert

_COLUMNS = columns(Service)
_SELECT = f"SELECT {_COLUMNS} FROM services WHERE account = $1"
_CHANGEABLE = (
    "default_conversation_creator_role_sid",
    "default_conversation_role_sid",
    "default_chat_service_role_sid",
    "reachability_enabled",
)

_BY_SID: Final = Query(f"{_SELECT} AND sid = $2", Service)
_ACCOUNT: Final = Query("SELECT account FROM services WHERE sid = $1", str)
_LIST: Final = Listing(_SELECT, 1, {"sid": "sid"}, Service)
_INSERT: Final = Statement(insert("services", Service))
_LOCK: Final = holding(f"SELECT {_COLUMNS} FROM services WHERE account = $1 AND sid = $2", Service)
_SAVE: Final = Statement(
    f"UPDATE services SET {assignments(_CHANGEABLE, 3)} WHERE account = $1 AND sid = $2"
)


# Who gets a role by default: a user, a participant, or the participant who made the conversation.
Newcomer = RoleType | Literal["creator"]


def _default_role(column: str) -> Query[str]:
    return keeping(
        f"""SELECT kept.sid FROM services s
        JOIN roles kept ON kept.service_sid = s.sid AND kept.sid = s.{column}
        WHERE s.account = $1 AND s.sid = $2""",
        str,
    )


_DEFAULT_ROLE: Final[dict[Newcomer, Query[str]]] = {
    "service": _default_role("default_chat_service_role_sid"),
    "conversation": _default_role("default_conversation_role_sid"),
    "creator": _default_role("default_conversation_creator_role_sid"),
}
_DELETE: Final = Statement("DELETE FROM services WHERE account = $1 AND sid = $2")


async def fetch(reader: Reader, account: str, sid: str) -> Service | None:
    """The service, if it is this account's."""
    return await reader.one(_BY_SID, account, sid)


async def account_of(reader: Reader, sid: str) -> str | None:
    """The account that has this service."""
    return await reader.one(_ACCOUNT, sid)


async def page(reader: Reader, account: str, request: PageRequest) -> Page[Service]:
    """The account's services, in the order of their SIDs."""
    return await _LIST.page(reader, request, account)


async def add(transaction: Transaction, service: Service) -> None:
    """Writes a new service."""
    await transaction.run(_INSERT, *astuple(service))


async def lock(transaction: Transaction, account: str, sid: str) -> Service | None:
    """The service, held until the transaction ends."""
    return await transaction.one(_LOCK, account, sid)


async def default_role(
    transaction: Transaction, account: str, sid: str, kind: Newcomer
) -> str | None:
    """SID of the role that newcomers get, which is not deleted until the transaction ends.

    None if there is no such service, or if the role has just been replaced and deleted.
    """
    return await transaction.one(_DEFAULT_ROLE[kind], account, sid)


async def save(transaction: Transaction, service: Service) -> None:
    """Writes what may change on a service: its configuration."""
    changed = (getattr(service, name) for name in _CHANGEABLE)
    await transaction.run(_SAVE, service.account, service.sid, *changed)


async def delete(transaction: Transaction, account: str, sid: str) -> None:
    """Deletes the service and everything in it."""
    await transaction.run_long(_DELETE, account, sid)
