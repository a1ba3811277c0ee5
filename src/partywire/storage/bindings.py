"""Bindings."""

from typing import Final, get_args

from msgspec.structs import astuple

from partywire.model.bindings import Binding, BindingFilter, BindingType
from partywire.model.pages import Page, PageRequest
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Listing, Query, Statement, columns, insert

MOST_IDENTITIES: Final = 100

_TYPES: Final[tuple[BindingType, ...]] = get_args(BindingType)
_SELECT = f"SELECT {columns(Binding)} FROM bindings"
_OF_SERVICE = "service_sid = $1"


def _list(width: int, whose: str) -> Listing[Binding]:
    """Bindings of up to five types and of ``width`` identities, which follow the types."""
    types = ", ".join(f"${number}" for number in range(2, 2 + len(_TYPES)))
    select = f"{_SELECT} WHERE {whose} AND binding_type IN ({types})"
    return Listing(select, 1 + len(_TYPES) + width, {"sid": "sid"}, Binding)


_FIRST: Final = 2 + len(_TYPES)
_ANY_OF: Final = ", ".join(f"${_FIRST + number}" for number in range(MOST_IDENTITIES))

_BY_SID: Final = Query(f"{_SELECT} WHERE {_OF_SERVICE} AND sid = $2", Binding)
# By how many identities there is room for. One user's lie together, and a user is in one service:
# to name it a second time would lead SQLite to all of the service's.
_LISTS: Final[dict[int, Listing[Binding]]] = {
    0: _list(0, _OF_SERVICE),
    1: _list(
        1,
        f"user_sid = (SELECT sid FROM users WHERE service_sid = $1 AND identity = ${_FIRST})",
    ),
    MOST_IDENTITIES: _list(MOST_IDENTITIES, f"{_OF_SERVICE} AND identity IN ({_ANY_OF})"),
}
_INSERT: Final = Statement(insert("bindings", Binding))
_DELETE: Final = Statement("DELETE FROM bindings WHERE service_sid = $1 AND sid = $2")
_DELETE_DEAD: Final = Statement(
    "DELETE FROM bindings WHERE service_sid = $1 AND sid = $2 AND date_updated = $3"
)
_SAME: Final = Query(
    f"{_SELECT} WHERE user_sid = $1 AND binding_type = $2 AND endpoint = $3", Binding
)
_OF_DEVICE: Final = Query(
    f"""{_SELECT} WHERE {_OF_SERVICE}
    AND substr(endpoint, 1, 200) = substr(CAST($2 AS TEXT), 1, 200)
    AND endpoint = $2 AND binding_type = $3""",
    Binding,
)
_RENEW: Final = Statement(
    """UPDATE bindings SET credential_sid = $3, message_types = $4, date_updated = $5
    WHERE user_sid = $1 AND sid = $2"""
)


def _filled(values: tuple[str, ...], width: int) -> tuple[str, ...]:
    """As many values as there is room for: the last one again and again changes nothing."""
    return values + values[-1:] * (width - len(values))


async def fetch(reader: Reader, service_sid: str, sid: str) -> Binding | None:
    """The binding, if it is this service's."""
    return await reader.one(_BY_SID, service_sid, sid)


async def page(
    reader: Reader, service_sid: str, wanted: BindingFilter, request: PageRequest
) -> Page[Binding]:
    """The service's bindings, in the order of their SIDs; at most 100 identities are wanted."""
    width = next(room for room in _LISTS if room >= len(wanted.identities))
    types = _filled(wanted.types or _TYPES, len(_TYPES))
    identities = _filled(wanted.identities, width)
    return await _LISTS[width].page(reader, request, service_sid, *types, *identities)


async def add(transaction: Transaction, binding: Binding) -> None:
    """Writes a new binding."""
    await transaction.run(_INSERT, *astuple(binding))


async def delete(transaction: Transaction, service_sid: str, sid: str) -> bool:
    """Deletes the binding; returns whether there was one."""
    return await transaction.run(_DELETE, service_sid, sid) > 0


async def delete_dead(
    transaction: Transaction, service_sid: str, sid: str, registered: int
) -> None:
    """Deletes the binding, unless its device was registered again since then."""
    await transaction.run(_DELETE_DEAD, service_sid, sid, registered)


async def same(
    reader: Reader, user_sid: str, binding_type: BindingType, endpoint: str
) -> Binding | None:
    """The user's binding of this device, if there is one."""
    return await reader.one(_SAME, user_sid, binding_type, endpoint)


async def of_device(
    reader: Reader, service_sid: str, binding_type: BindingType, endpoint: str
) -> list[Binding]:
    """The service's bindings of this device, of whichever users."""
    return await reader.all(_OF_DEVICE, service_sid, endpoint, binding_type)


async def renew(transaction: Transaction, binding: Binding) -> None:
    """Writes what changes when a device is registered again."""
    changed = (binding.credential_sid, binding.message_types, binding.date_updated)
    await transaction.run(_RENEW, binding.user_sid, binding.sid, *changed)
