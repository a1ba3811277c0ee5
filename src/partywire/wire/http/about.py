"""What the server says of itself: health, readiness, and what is and is not built."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from partywire import __version__, errors
from partywire.domain.call import Resources
from partywire.wire.http import problems
from partywire.wire.http.doors import DOORS
from partywire.wire.http.exchange import FIDELITY_PATH, JSON_TYPE
from partywire.wire.http.operation import Operation


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


def about(resources: Resources) -> Starlette:
    """``/healthz`` (the process lives), ``/readyz`` (it can serve), ``/_partywire/fidelity``."""

    async def readyz(_request: Request) -> Response:
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
        ],
        exception_handlers={404: _not_found, 405: _method_not_allowed},
    )
