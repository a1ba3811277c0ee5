"""Requests that come inside a socket, and where they go.

The SDK wraps what would be an HTTP request into a packet. What stands where is data, like the
doors of REST: each owner of paths has a list of routes, and ``app`` puts them together. The host
that the SDK names is not looked at: paths alone tell the services of the real API apart.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import msgspec

from partywire import errors
from partywire.domain.again import until_done
from partywire.wire.http import problems
from partywire.wire.http.routing import Routes
from partywire.wire.socket.connections import Connection

_log = logging.getLogger("partywire")
_encode = msgspec.json.Encoder().encode

JSON: Final = "application/json"


class Request(msgspec.Struct, frozen=True):
    """One request inside a socket.

    Attributes:
        method: of HTTP, in capitals.
        path: below the host, still percent-encoded.
        query: the decoded values of each name, in the order in which they came.
        headers: the last of each name, which is in small letters.
        body: as it was sent.
        id: what log lines call it.
    """

    method: str
    path: str
    query: dict[str, list[str]] = {}
    headers: dict[str, str] = {}
    body: bytes = b""
    id: str = ""

    def parameter(self, name: str) -> str | None:
        """The last value of a parameter of the query; None if it has none."""
        values = self.query.get(name)
        return values[-1] if values else None

    def json(self, kind: type[Any]) -> Any:
        """The body, read as this type; an empty body as an empty object.

        Raises:
            BadRequest: it is not JSON, or not of the type.
        """
        try:
            return msgspec.json.decode(self.body or b"{}", type=kind)
        except (msgspec.DecodeError, RecursionError) as error:
            raise errors.BadRequest(f"The body is not what is expected here: {error}") from None


class Reply(msgspec.Struct, frozen=True):
    """The answer to a request inside a socket.

    Attributes:
        status: of HTTP.
        body: JSON; empty for none.
        headers: of its own.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}


def reply(thing: Any, status: int = 200) -> Reply:
    """An answer that shows a thing as JSON."""
    return Reply(status, _encode(thing))


def refusal(error: errors.ApiError) -> Reply:
    """The error as an answer: ``{code, message, more_info, status}``."""
    return Reply(error.status, problems.body(error))


# Called with the connection, the request and the path's decoded parameters. It may be called
# again if a transaction was undone (``domain/again.py``), and raises what is in ``errors``.
Act = Callable[..., Awaitable[Reply]]


class Route(msgspec.Struct, frozen=True):
    """What one method does at one path.

    Attributes:
        method: of HTTP.
        path: template, such as ``/Client/v2/Services/{ServiceSid}/Users/{Sid}``.
        act: answers.
    """

    method: str
    path: str
    act: Act


class Upstream:
    """All routes; safe to be asked by many sockets, and many times by one, at once.

    Args:
        routes: what stands where.

    Raises:
        ValueError: something stands there already.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes: Routes[dict[str, Route]] = Routes()
        for route in routes:
            place = self._routes.at(route.path, {})
            if route.method in place:
                raise ValueError(f"{route.method} {route.path} is there twice")
            place[route.method] = route

    async def handle(self, connection: Connection, request: Request) -> Reply:
        """Answers one request; whatever goes wrong is in the answer."""
        template = "unmatched"
        try:
            found = self._routes.find(request.path.encode())
            if found is None:
                raise errors.NotFound
            place, path = found
            template = next(iter(place.values())).path
            route = place.get(request.method)
            if route is None:
                raise errors.MethodNotAllowed(place)
            return await until_done(route.act, connection, request, *path)
        except errors.NotFound as error:
            if type(error) is errors.NotFound:
                error = errors.NotFound(f"The requested resource {request.path} was not found")
            return refusal(error)
        except errors.ApiError as error:
            if isinstance(error, errors.Unavailable):
                _log.error("%s", error, extra=_named(request, template))
            return refusal(error)
        except Exception:
            _log.exception("The request failed", extra=_named(request, template))
            return refusal(errors.InternalError())


def _named(request: Request, template: str) -> dict[str, str]:
    return {"method": request.method, "route": template, "request": request.id}
