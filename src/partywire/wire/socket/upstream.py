"""Requests that come inside a socket, and where they go.

The SDK wraps what would be an HTTP request into a packet. What stands where is data, like the
doors of REST: each owner of paths has a list of routes, and ``app`` puts them together. The host
that the SDK names is not looked at: paths alone tell the services of the real API apart.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from time import perf_counter
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from partywire import errors
from partywire.domain.again import until_done
from partywire.domain.call import Call
from partywire.wire.http import problems
from partywire.wire.http.exchange import request_id
from partywire.wire.http.routing import Routes
from partywire.wire.http.traffic import UNMATCHED, Traffic
from partywire.wire.socket.connections import Connection

_log = logging.getLogger("partywire")
_encode = msgspec.json.Encoder().encode

_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # not every database can hold one


class Request(msgspec.Struct, frozen=True):
    """One request inside a socket.

    Attributes:
        method: of HTTP, in capitals.
        path: below the host, still percent-encoded.
        query: the decoded values of each name, in the order in which they came.
        headers: the last of each name, which is in small letters.
        body: as it was sent.
        call: the user's, made once however often the request is done, so that webhooks are asked
            once too; None before it is handled.
    """

    method: str
    path: str
    query: dict[str, list[str]] = {}
    headers: dict[str, str] = {}
    body: bytes = b""
    call: Call | None = None

    def parameter(self, name: str) -> str | None:
        """The last value of a parameter of the query; None if it has none."""
        values = self.query.get(name)
        return values[-1] if values else None

    def json(self, kind: type[Any]) -> Any:
        """The body, read as this type; an empty body as an empty object.

        Raises:
            BadRequest: it is not JSON, or not of the type.
        """
        if _NUL.search(self.body):
            raise errors.BadRequest("There must be no NUL character in the body")
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
        then: what is begun only when the answer is on its way. It may be called again if a
            transaction was undone.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}
    then: Callable[[], Awaitable[None]] | None = None


def reply(
    thing: Any, status: int = 200, then: Callable[[], Awaitable[None]] | None = None
) -> Reply:
    """An answer that shows a thing as JSON."""
    return Reply(status, _encode(thing), then=then)


def refusal(request: Request, error: errors.ApiError) -> Reply:
    """The error as an answer: ``{code, message, more_info, status}``."""
    if type(error) is errors.NotFound:
        error = errors.NotFound(f"The requested resource {request.path} was not found")
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
        traffic: takes down what is asked; None makes one that nobody reads.

    Raises:
        ValueError: something stands there already.
    """

    def __init__(self, routes: Iterable[Route], traffic: Traffic | None = None) -> None:
        self._traffic = traffic or Traffic()
        self._routes: Routes[dict[str, Route]] = Routes()
        for route in routes:
            place = self._routes.at(route.path, {})
            if route.method in place:
                raise ValueError(f"{route.method} {route.path} is there twice")
            place[route.method] = route

    async def handle(self, connection: Connection, request: Request) -> Reply:
        """Answers one request; whatever goes wrong is in the answer."""
        started, now = perf_counter(), connection.resources.clock.now()
        known = request_id()
        route = None
        try:
            route, path = self._find(request)
            request = replace(request, call=connection.call())
            answer = await until_done(route.act, connection, request, *path)
        except errors.ApiError as error:
            if isinstance(error, errors.Unavailable):
                _log.error("%s", error, extra=_named(request, route, known))
            answer = refusal(request, error)
        except Exception:
            _log.exception("The request failed", extra=_named(request, route, known))
            answer = refusal(request, errors.InternalError())
        taken = self._traffic.route(request.method, UNMATCHED if route is None else route.path)
        spent, account = perf_counter() - started, connection.grant.account_sid
        self._traffic.finished(taken, answer.status, spent, now, account, known)
        return answer

    async def go_on(self, request: Request, answer: Reply) -> None:
        """Does what comes after an answer; where that fails, the client has to ask again."""
        if answer.then is None:
            return
        try:
            await until_done(answer.then)
        except errors.Unavailable as error:
            _log.error("%s", error, extra=_named(request, self._find(request)[0], request_id()))
        except Exception:
            told = _named(request, self._find(request)[0], request_id())
            _log.exception("What comes after an answer failed", extra=told)

    def _find(self, request: Request) -> tuple[Route, list[str]]:
        found = self._routes.find(request.path.encode())
        if found is None:
            raise errors.NotFound
        place, path = found
        if request.method not in place:
            raise errors.MethodNotAllowed(place)
        if any("\0" in value for values in request.query.values() for value in values):
            raise errors.BadRequest("There must be no NUL character in a parameter")
        return place[request.method], path


def _named(request: Request, route: Route | None, known: bytes) -> dict[str, str]:
    """What the log says of the request besides what happened."""
    template = UNMATCHED if route is None else route.path
    return {"method": request.method[:8], "route": template, "request": known.decode()}
