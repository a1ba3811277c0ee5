"""Access tokens of a bench over HTTP, for pages and programs that look around.

No part of the contract: ``GET /_partywire/token?identity=alice``, with the account's credentials,
or with none where the bench has demo data (decided: decisions/0033).
"""

from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from partywire import errors
from partywire.domain import accounts, tokens
from partywire.domain.again import until_done
from partywire.domain.call import Resources
from partywire.model.accounts import Credential
from partywire.model.tokens import Issued
from partywire.wire.http import problems
from partywire.wire.http.authentication import CHALLENGE, credentials
from partywire.wire.http.exchange import JSON_TYPE

PATH: Final = "/_partywire/token"

_SECONDS: Final = 3600


def routes(resources: Resources) -> list[Route]:
    """Where a bench makes tokens; nowhere on other servers."""
    if not resources.config.open_accounts:
        return []

    async def token(request: Request) -> Response:
        try:
            issued = await _issued(resources, request)
        except errors.ApiError as error:
            challenge = dict([CHALLENGE]) if isinstance(error, errors.Unauthenticated) else {}
            headers = {name.decode(): value.decode() for name, value in challenge.items()}
            return _answer(problems.body(error), error.status, headers)
        return _answer(msgspec.json.encode(issued))

    return [Route(PATH, token, methods=["GET"])]


def _answer(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    # Whoever shows the token is let in: it is nothing to keep.
    more = {"content-type": JSON_TYPE, "cache-control": "no-store", **(headers or {})}
    return Response(body, status, more)


async def _issued(resources: Resources, request: Request) -> Issued:
    asked = request.query_params
    seconds = asked.get("ttl", str(_SECONDS))
    if not seconds.isdecimal() or not seconds.isascii() or len(seconds) > 9:
        raise errors.BadRequest("ttl must be a whole number of seconds")
    credential = await _credential(resources, request.headers.get("authorization"))
    return await until_done(
        lambda: tokens.issue(
            resources,
            credential.account,
            asked.get("identity", ""),
            service_sid=asked.get("service_sid"),
            seconds=int(seconds),
        )
    )


async def _credential(resources: Resources, header: str | None) -> Credential:
    guest = resources.config.guest
    if header is None and guest is not None:
        pair = guest
    else:
        pair = credentials(None if header is None else header.encode("latin-1"))
    credential = await until_done(accounts.authenticate, resources, *pair)
    if credential is None:
        raise errors.Unauthenticated
    return credential
