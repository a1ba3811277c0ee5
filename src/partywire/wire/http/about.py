"""What the server says of itself: health, readiness, and what is and is not built."""

from time import perf_counter
from typing import Final

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from partywire import __version__, errors
from partywire.domain.call import Resources
from partywire.wire.http import demo_page, problems, tokens
from partywire.wire.http.doors import DOORS
from partywire.wire.http.exchange import FIDELITY_PATH, JSON_TYPE, REQUEST_ID, request_id
from partywire.wire.http.operation import Operation
from partywire.wire.http.traffic import UNMATCHED, Traffic

_PROBES: Final = {"/healthz", "/readyz"}
_PATHS: Final = {*_PROBES, FIDELITY_PATH, tokens.PATH, demo_page.PATH}


class Standing(msgspec.Struct):
    """Whether the process is on its way out, and wants no new clients."""

    draining: bool = False


def fidelity() -> str:
    """Each documented operation, and what it does not take yet."""
    rows = ["| operation | parameters that answer 501 |", "|---|---|"]
    for _, prefix, table in DOORS:
        for operation in table:
            missing = ""
            if isinstance(operation, Operation):
                missing = ", ".join(f"`{name}`" for name in sorted(operation.form.not_yet))
            rows.append(f"| `{operation.method} {prefix}{operation.path}` | {missing} |")
    return "\n".join(rows) + "\n"


async def _healthz(_request: Request) -> Response:
    return JSONResponse({"status": "ok", "version": __version__})


async def _fidelity(_request: Request) -> Response:
    return PlainTextResponse(fidelity(), media_type="text/markdown")


async def _not_found(request: Request, _error: Exception) -> Response:
    path = request.scope["raw_path"].decode("latin-1")
    return _refusal(errors.NotFound(f"The requested resource {path} was not found"))


async def _method_not_allowed(_request: Request, _error: Exception) -> Response:
    return _refusal(errors.MethodNotAllowed())


def _refusal(error: errors.ApiError) -> Response:
    return Response(problems.body(error), error.status, {"content-type": JSON_TYPE})


def about(resources: Resources, standing: Standing | None = None) -> Starlette:
    """What stands beside the API.

    ``/healthz`` (the process lives), ``/readyz`` (it can serve), ``/_partywire/fidelity``; on a
    bench also ``/_partywire/token`` and the page at ``/demo``.
    """

    async def readyz(_request: Request) -> Response:
        if standing is not None and standing.draining:
            return JSONResponse({"status": "draining"}, 503)
        try:
            await resources.database.check()
        except errors.Unavailable as error:
            return JSONResponse({"status": "unavailable", "why": str(error)}, 503)
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/healthz", _healthz),
            Route("/readyz", readyz),
            Route(FIDELITY_PATH, _fidelity),
            *tokens.routes(resources),
            *demo_page.routes(resources),
        ],
        exception_handlers={404: _not_found, 405: _method_not_allowed},
    )


def _template(path: str) -> str:
    if path.startswith(f"{demo_page.PATH}/"):
        return demo_page.PATH
    return path if path in _PATHS else UNMATCHED


def watched(app: ASGIApp, resources: Resources, traffic: Traffic) -> ASGIApp:
    """The application, its requests counted and logged like those of the API.

    A probe that went well gets no line: there is one every few seconds.
    """

    async def watching(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        started, now = perf_counter(), resources.clock.now()
        request, path = request_id(), scope["path"]
        route = traffic.route(scope["method"], _template(path))

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(REQUEST_ID, request), *message["headers"]]
                status = message["status"]
                quiet = path in _PROBES and status == 200
                spent = perf_counter() - started
                traffic.finished(route, status, spent, now, "", request, quiet=quiet)
            await send(message)

        await app(scope, receive, sending)

    return watching
