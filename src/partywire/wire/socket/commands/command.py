"""The adapter between requests inside a socket and the domain: path → body → act → view → JSON.

A command is a row of a table, like an operation of REST. Its links lead back to the table, below
the host at which the socket was opened.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from partywire import errors
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.wire.http.forms import Parameters
from partywire.wire.http.pages import Paging
from partywire.wire.socket.connections import Connection
from partywire.wire.socket.upstream import Reply, Request, Route, reply

B = TypeVar("B", bound=Struct)

Method = Literal["GET", "POST", "DELETE"]

SERVICE: Final = "/Client/v2/Services/{ServiceSid}"
_MOST: Final = 100


class Asked(Struct, frozen=True):
    """One command on its way.

    Attributes:
        connection: the socket by which it came.
        request: as it came.
        call: of the user; the root of its scope is that of the commands' URLs.
    """

    connection: Connection
    request: Request
    call: Call

    @property
    def identity(self) -> str:
        """Who asks."""
        return self.connection.identity

    def body(self, kind: type[B]) -> B:
        """The body, read as this type.

        Raises:
            BadRequest: it is not JSON, not of the type, or has a NUL character in a text.
        """
        found: B = self.request.json(kind)
        _refuse_nul(found)
        return found

    def paging(self, kind: str) -> Paging:
        """Which page of a list is wanted.

        Args:
            kind: the lists for which a page token is good.

        Raises:
            BadRequest: ``PageSize`` or ``PageToken`` is malformed.
        """
        sent = Parameters([(name, values[-1]) for name, values in self.request.query.items()])
        sign = self.call.resources.vault.sign
        where = f"{self.call.scope.account}\n{self.call.service_sid}\n{self.identity}\n{kind}"
        return Paging(sign, where, [], sent, _MOST)


class Meta(Struct, frozen=True):
    """Where the neighbours of a page start; null where there are none."""

    previous_token: str | None = None
    next_token: str | None = None


def meta(paging: Paging, page: Page[Any]) -> Meta:
    """The ``meta`` block of a page."""
    return Meta(paging.token(page.previous), paging.token(page.next))


async def listed(
    asked: Asked,
    kind: str,
    act: Callable[[PageRequest], Awaitable[Page[Any]]],
    view: Callable[[Any], Any],
    items: str,
) -> dict[str, Any]:
    """One page of a list, as it is shown.

    Args:
        asked: the command.
        kind: the lists for which a page token is good.
        act: reads the page.
        view: what is shown of each item.
        items: under which key.
    """
    paging = asked.paging(kind)
    page = await act(paging.request)
    return {items: [view(item) for item in page.items], "meta": meta(paging, page)}


def _refuse_nul(thing: Struct) -> None:
    for name in thing.__struct_fields__:
        value = getattr(thing, name)
        if isinstance(value, str) and "\0" in value:
            raise errors.BadRequest("Parameters must not contain the NUL character")
        if isinstance(value, Struct):
            _refuse_nul(value)


def attributes(value: Any) -> str | UnsetType:
    """Attributes as they are stored: JSON text, however the client sent it; null is ``{}``."""
    if isinstance(value, UnsetType):
        return UNSET
    if isinstance(value, str | None):
        return value or "{}"
    return msgspec.json.encode(value).decode()


def text(value: str | UnsetType | None) -> str | UnsetType:
    """A text; null counts as not sent."""
    return UNSET if value is None else value


Act = Callable[..., Awaitable[Any]]


def command(method: Method, path: str, act: Act) -> Route:
    """One row of the table.

    Args:
        method: of HTTP.
        path: template; below ``SERVICE`` the service has to be the token's own.
        act: called with what is asked, and the path's other parameters; returns what is shown,
            or None for nothing.
    """
    is_within = path.startswith(SERVICE)

    async def answer(connection: Connection, request: Request, *path: str) -> Reply:
        if is_within:
            if path[0] != connection.service_sid:
                raise errors.NotFound
            path = path[1:]
        call = request.call or connection.call()
        root = f"{connection.base}/Client/v2/Services/{connection.service_sid}"
        call = replace(call, scope=replace(call.scope, root=root))
        shown = await act(Asked(connection, request, call), *path)
        return Reply(204) if shown is None else reply(shown)

    return Route(method, path, answer)
