"""A page to try a bench with: two people side by side, each with a chat client, at ``/demo``.

No part of the contract. The page is made of files that somebody built into a folder; who has not
built them is told so in plain words (decided: decisions/0040).
"""

import re
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from partywire.domain.call import Resources

PATH: Final = "/demo"
# The builder leaves word here while there is no page.
WORD: Final = "not-built.txt"

_FIRST: Final = "index.html"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")
_NOT_BUILT: Final = (
    "The page is not built. It needs npm, which comes with Node.js: `make run` builds it.\n"
)
_LOOK_AGAIN: Final = "3"  # seconds
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    # It is asked again each time, and answered 304 where nothing has changed.
    "cache-control": "no-cache",
}


def routes(resources: Resources) -> list[Route]:
    """Where a bench serves the page; nowhere on servers that were given no folder.

    ``GET /demo`` answers 503 with a reason, and is asked again by browsers, as long as there is
    no page; ``GET /demo/NAME`` answers 404 for what is no file of the folder itself.
    """
    named = resources.config.demo_page
    if named is None:
        return []
    folder = Path(named)
    files = StaticFiles(directory=folder, check_dir=False)

    async def page(request: Request) -> Response:
        try:
            return await _served(files, _FIRST, request)
        except HTTPException:
            return _not_built(folder)

    async def part(request: Request) -> Response:
        name = request.path_params["name"]
        if _NAME.fullmatch(name) is None:
            raise HTTPException(404)
        return await _served(files, name, request)

    return [
        Route(PATH, page, methods=["GET"]),
        Route(f"{PATH}/{{name}}", part, methods=["GET"]),
    ]


async def _served(files: StaticFiles, name: str, request: Request) -> Response:
    response = await files.get_response(name, request.scope)
    response.headers.update(_HEADERS)
    return response


def _not_built(folder: Path) -> Response:
    try:
        said = (folder / WORD).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        said = _NOT_BUILT
    more = {"refresh": _LOOK_AGAIN, "retry-after": _LOOK_AGAIN, "cache-control": "no-store"}
    return PlainTextResponse(said, 503, {**_HEADERS, **more})
