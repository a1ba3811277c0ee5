"""The one adapter between HTTP and the domain: auth → scope → form → use-case → view → bytes.

An operation is data: where it stands, what parameters it takes, which function acts, how its
answer looks. ``Api`` walks every request along the same line.
"""

import logging
from collections.abc import Awaitable, Callable
from time import monotonic, perf_counter
from typing import Any, Final, Literal

import msgspec
from starlette.types import Receive, Send
from starlette.types import Scope as Connection

from partywire import errors
from partywire.domain import hints, services
from partywire.domain.again import until_done
from partywire.domain.call import Call, Resources
from partywire.model.accounts import Credential
from partywire.model.scope import Door, Scope
from partywire.wire.http import forms
from partywire.wire.http.authentication import Authenticator
from partywire.wire.http.exchange import (
    Answer,
    Headers,
    Request,
    base_of,
    refusal,
    request_id,
    respond,
)
from partywire.wire.http.forms import Form, Parameters
from partywire.wire.http.pages import Paging
from partywire.wire.http.remembered import Remembered
from partywire.wire.http.routing import Routes
from partywire.wire.http.traffic import UNMATCHED, Route, Traffic

Method = Literal["GET", "POST", "DELETE"]
View = Callable[[Scope, Any], Any]
Act = Callable[..., Awaitable[Any]]

_FORM_TYPE: Final = b"application/x-www-form-urlencoded"
_NOTHING: Final = Form({})
# What log and metrics call the doors.
_ROOTS: Final[dict[Door, str]] = {
    "account": "/v1",
    "service": "/v1/Services/{ChatServiceSid}",
    "bench": "/_partywire",
}

_log = logging.getLogger("partywire")
_encode = msgspec.json.Encoder().encode


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation on one thing.

    Attributes:
        method: HTTP method.
        path: template below the door, such as ``/Users/{Sid}``.
        act: called with the call and the path's parameters, for a POST also with the form's
            values.
        form: the parameters of a POST's body.
        view: what the answer shows of what ``act`` returned; None answers 204.
        status: of a success; where it depends on what ``act`` returned, a function of that.
        webhooks: whether it heeds ``X-Twilio-Webhook-Enabled``.
    """

    method: Method
    path: str
    act: Act
    form: Form = _NOTHING
    view: View | None = None
    status: int | Callable[[Any], int] = 200
    webhooks: bool = False


class ListOperation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation that lists things in pages.

    Attributes:
        path: template below the door, such as ``/Users``.
        act: called with the call, the path's parameters, the filters' values and the page
            request.
        view: what the answer shows of each item.
        items: key under which the items stand.
        most: items of the largest page.
        filters: parameters of the list's own.
        parents: each parameter of the path, to the field of an item that holds its SID.
    """

    path: str
    act: Act
    view: View
    items: str
    most: int
    filters: Form = _NOTHING
    parents: dict[str, str] = {}
    method: Method = "GET"
    webhooks: bool = False


AnyOperation = Operation | ListOperation


class Place(msgspec.Struct):
    """What stands at one path.

    Attributes:
        door: the one that it is below.
        operations: by method.
        routes: what happened here, by method.
    """

    door: Door
    operations: dict[str, AnyOperation]
    routes: dict[str, Route] = {}


class Api:
    """The REST API as an ASGI application.

    Args:
        resources: the server's.
        routes: what stands where.
        traffic: takes down what is asked; None makes one that nobody reads.
    """

    def __init__(
        self, resources: Resources, routes: Routes[Place], traffic: Traffic | None = None
    ) -> None:
        self._resources = resources
        self._routes = routes
        self._traffic = traffic or Traffic()
        self._authenticator = Authenticator(resources)
        self._services: Remembered[tuple[str, str], bool] = Remembered()
        self._in_flight: dict[str, int] = {}

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""
        started = perf_counter()
        headers: Headers = dict(connection["headers"])
        now = self._resources.clock.now()
        request = Request(connection, receive, headers, "", request_id(), now)
        account = sid = ""
        concurrent = 1
        try:
            request.base = self._resources.config.public_url or base_of(request)
            header = headers.get(b"authorization")
            known = self._authenticator
            credential = known.recent(header) or await known.verify(header)
            account, sid = credential.account, credential.account_sid
            concurrent = self._in_flight.get(account, 0) + 1
            self._in_flight[account] = concurrent
            answer = await self._answer(request, credential)
        except errors.ApiError as error:
            if isinstance(error, errors.Unavailable):
                _log.error("%s", error, extra=self._named(request))
            answer = refusal(request, error)
        except Exception:
            _log.exception("The request failed", extra=self._named(request))
            answer = refusal(request, errors.InternalError())
        if account:
            self._leave(account)
        seconds = perf_counter() - started
        await respond(send, answer, request, seconds, concurrent)
        route = request.route or self._route(request)
        self._traffic.finished(route, answer.status, seconds, now, sid, request.id)

    def _route(self, request: Request) -> Route:
        """Where a request would have gone that was refused before anybody looked."""
        found = self._routes.find(request.connection["raw_path"])
        method: str = request.connection["method"]
        if found is None:
            return self._traffic.route(method, UNMATCHED)
        return self._route_at(found[0], method)

    def _route_at(self, place: Place, method: str) -> Route:
        operation = place.operations.get(method) or next(iter(place.operations.values()))
        route = self._traffic.route(method, _ROOTS[place.door] + operation.path)
        if method in place.operations:
            place.routes[method] = route
        return route

    def _named(self, request: Request) -> dict[str, str]:
        """What the log says of the request besides what happened."""
        route = request.route or self._route(request)
        return {
            "method": route.method,
            "route": route.template,
            "request": request.id.decode(),
        }

    def _leave(self, account: str) -> None:
        left = self._in_flight[account] - 1
        if left:
            self._in_flight[account] = left
        else:
            del self._in_flight[account]

    async def _answer(self, request: Request, credential: Credential) -> Answer:
        found = self._routes.find(request.connection["raw_path"])
        if found is None:
            raise errors.NotFound
        place, path = found
        method = request.connection["method"]
        request.route = place.routes.get(method) or self._route_at(place, method)
        operation = place.operations.get(method)
        if operation is None:
            raise errors.MethodNotAllowed(place.operations)
        scope = _scope(request, credential, place.door, path)
        told = operation.webhooks and request.webhooks()
        call = Call(self._resources, scope, request.now, told, answers={})
        try:
            if place.door == "service":
                await self._check_service(call)
            if isinstance(operation, ListOperation):
                return await self._list(operation, call, path, request)
            return await self._perform(operation, call, path, request)
        except errors.NotFound as error:
            if not self._resources.config.hints:
                raise
            hint = await hints.explain(call, [scope.service_sid, *path])
            return refusal(request, error, hint)

    async def _check_service(self, call: Call) -> None:
        """Refuses a service that is not the account's.

        Raises:
            NotFound: there is none.
        """
        key = (call.scope.account, call.service_sid)
        if not self._services.get(key):
            asked = monotonic()
            await services.fetch(call, call.service_sid)
            self._services.keep(key, True, asked)

    async def _perform(
        self, operation: Operation, call: Call, path: list[str], request: Request
    ) -> Answer:
        if operation.method == "POST":
            values = operation.form.read(await self._parameters(request))
            call = call.resumed()  # not in each try: what the gate was told stays the same
            # Acts take apart what they are given, and each try needs all of it.
            thing = await until_done(lambda: operation.act(call, *path, dict(values)))
        elif operation.method == "DELETE":
            thing = await until_done(operation.act, call, *path)
        else:
            thing = await operation.act(call, *path)
        if operation.view is None:
            return Answer(204)
        said = operation.status
        status = said if isinstance(said, int) else said(thing)
        return Answer(status, _encode(operation.view(call.scope, thing)))

    async def _list(
        self, operation: ListOperation, call: Call, path: list[str], request: Request
    ) -> Answer:
        sent = forms.parse(request.connection["query_string"])
        filters = operation.filters
        scope = call.scope
        kind = f"{scope.account}\n{scope.service_sid}\n{operation.path}"
        sign, most = self._resources.vault.sign, operation.most
        paging = Paging(sign, kind, filters.pairs(sent), sent, most)
        values = filters.read(sent)
        page = await operation.act(call, *path, values, paging.request)
        view, items = operation.view, operation.items
        shown = [view(scope, item) for item in page.items]
        url = _list_url(operation, scope, request, page.items)
        return Answer(200, _encode({items: shown, "meta": paging.meta(page, url, items)}))

    async def _parameters(self, request: Request) -> Parameters:
        kind = request.headers.get(b"content-type", _FORM_TYPE)
        if kind.partition(b";")[0].strip().lower() != _FORM_TYPE:
            raise errors.BadRequest("The body must be application/x-www-form-urlencoded")
        most = self._resources.config.limits.request_body_bytes
        return forms.parse(await request.body(most))


def _list_url(operation: ListOperation, scope: Scope, request: Request, items: list[Any]) -> str:
    """The list's own URL, by SIDs where the path has names.

    Java's library escapes the path of a next page once more: a SID has nothing to escape.
    """
    if not operation.parents or not items:
        return request.base + request.path
    named = {name: getattr(items[0], field) for name, field in operation.parents.items()}
    return scope.root + operation.path.format(**named)


def _scope(request: Request, credential: Credential, door: Door, path: list[str]) -> Scope:
    """The request's scope; the service door's SID is taken off the path."""
    service_sid, root = credential.default_service_sid, f"{request.base}/v1"
    if door == "service":
        service_sid = path.pop(0)
        root = f"{root}/Services/{service_sid}"
    elif door == "bench":
        root = f"{request.base}/_partywire"
    return Scope(credential.account, credential.account_sid, service_sid, door, root)
