"""Media over HTTP: ``/v1/Services/{IS}/Media`` and ``/MediaSet``, where the chat SDK looks.

Whoever asks shows an access token of the service (``X-Twilio-Token``) or the account's credentials
(``Authorization``); a signed link to a file's content needs neither. Pages of any origin may ask:
nothing here goes by cookies. Bodies are passed on in pieces, up as well as down.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Final

import msgspec
from starlette.types import Receive, Send
from starlette.types import Scope as Connection

from partywire import errors, sids
from partywire.domain import media as domain
from partywire.domain import services, tokens
from partywire.domain.again import until_done
from partywire.domain.call import Call, Resources
from partywire.model.scope import Scope
from partywire.wire.http import forms
from partywire.wire.http.authentication import Authenticator
from partywire.wire.http.exchange import (
    REQUEST_ID,
    Answer,
    Headers,
    Request,
    base_of,
    refusal,
    request_id,
    respond,
)
from partywire.wire.http.media_content import Content, content, send_content
from partywire.wire.http.media_uploads import received
from partywire.wire.http.media_views import Found, Unknown, is_signed, linked, view
from partywire.wire.http.traffic import UNMATCHED, Traffic

_PATH: Final = re.compile(r"/v1/Services/([^/]+)/(MediaSet|Media(?:/([^/]+)(/Content)?)?)")
_ROOT: Final = "/v1/Services/{ChatServiceSid}"
_ANYBODY: Final = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, "
        b"Twilio-Request-Id",
    ),
)
_PREFLIGHT: Final = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, DELETE, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"Authorization, Content-Type, If-None-Match, If-Range, Range, X-Twilio-Token",
    ),
    (b"access-control-max-age", b"86400"),
)
_MOST_OF_SET: Final = 100

_log = logging.getLogger("partywire")
_encode = msgspec.json.Encoder().encode


class Item(msgspec.Struct):
    """One file of a set."""

    media_sid: str = ""


class Wanted(msgspec.Struct):
    """What is asked of a set of files. Source: what the chat SDK 3.0.1 sends."""

    command: str
    list: list[Item]


_wanted = msgspec.json.Decoder(Wanted).decode


class Asked(msgspec.Struct):
    """One request and where it goes.

    Attributes:
        request: as it came.
        method: of HTTP.
        service_sid: as the path has it.
        sid: the file's, as the path has it; "" where it has none.
        template: what log and metrics call the place.
        account: SID of the account, once it is known.
    """

    request: Request
    method: str
    service_sid: str
    sid: str
    template: str
    account: str = ""


Act = Callable[[Asked], Awaitable[Answer | Content]]


def is_media(path: str) -> bool:
    """Whether something of this module may stand at the path: quick, for it is asked of each."""
    return path[47:53] == "/Media" and path.startswith("/v1/Services/")


class MediaApi:
    """Media as an ASGI application.

    Args:
        resources: the server's.
        traffic: takes down what is asked; None makes one that nobody reads.
    """

    def __init__(self, resources: Resources, traffic: Traffic | None = None) -> None:
        self._resources = resources
        self._traffic = traffic or Traffic()
        self._authenticator = Authenticator(resources)
        self._acts: dict[str, dict[str, Act]] = {
            "/Media": {"POST": self._upload},
            "/MediaSet": {"POST": self._set},
            "/Media/{Sid}": {"GET": self._fetch, "DELETE": self._delete},
            "/Media/{Sid}/Content": {"GET": self._content, "HEAD": self._content},
        }

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""
        started, now = perf_counter(), self._resources.clock.now()
        headers: Headers = dict(connection["headers"])
        request = Request(connection, receive, headers, "", request_id(), now)
        asked = _asked(request)
        answer: Answer | Content
        try:
            answer = await self._answer(asked)
            if isinstance(answer, Content):
                answer.headers.extend([(REQUEST_ID, request.id), *_ANYBODY])
                await send_content(send, receive, answer)
        except errors.ApiError as error:
            if isinstance(error, errors.Unavailable):
                _log.error("%s", error, extra=_named(asked))
            answer = refusal(request, error)
            if isinstance(error, errors.RangeNotSatisfiable):
                answer.headers = ((b"content-range", b"bytes */%d" % error.size),)
        except Exception:
            _log.exception("The request failed", extra=_named(asked))
            answer = refusal(request, errors.InternalError())
        seconds = perf_counter() - started
        if isinstance(answer, Answer):
            answer.headers += _ANYBODY
            await respond(send, answer, request, seconds, 1)
        place = f"{_ROOT}{asked.template}" if asked.template else UNMATCHED
        route = self._traffic.route(asked.method, place)
        self._traffic.finished(route, answer.status, seconds, now, asked.account, request.id)

    async def _answer(self, asked: Asked) -> Answer | Content:
        request = asked.request
        request.base = self._resources.config.public_url or base_of(request)
        acts = self._acts.get(asked.template)
        if acts is None:
            raise errors.NotFound
        if asked.method == "OPTIONS":
            return Answer(204, headers=_PREFLIGHT)
        act = acts.get(asked.method)
        if act is None:
            raise errors.MethodNotAllowed([*acts, "OPTIONS"])
        return await act(asked)

    async def _call(self, asked: Asked) -> Call:
        """The request on its way through the domain, by whoever it shows.

        Raises:
            Unauthenticated: nobody that we know.
            NotFound: they have no such service.
        """
        request, service_sid = asked.request, asked.service_sid
        token = request.headers.get(b"x-twilio-token")
        if token is not None:
            verified = until_done(tokens.verify, self._resources, token.decode("latin-1"))
            grant = await verified
            asked.account = grant.account_sid
            if grant.service_sid != service_sid:
                raise errors.NotFound
            return tokens.call_of(self._resources, grant, request.base)
        header = request.headers.get(b"authorization")
        known = self._authenticator
        credential = known.recent(header) or await known.verify(header)
        asked.account = credential.account_sid
        root = f"{request.base}/v1/Services/{service_sid}"
        scope = Scope(credential.account, credential.account_sid, service_sid, "service", root)
        call = Call(self._resources, scope, request.now)
        if not sids.is_sid(service_sid, sids.SERVICE):
            raise errors.NotFound
        await services.fetch(call, service_sid)
        return call

    async def _upload(self, asked: Asked) -> Answer:
        call, request = await self._call(asked), asked.request
        await domain.permit(call)
        described, pieces = await received(request, call.limits.media_bytes)
        media = await domain.upload(call, described, pieces)
        return Answer(201, _encode(view(call, media)))

    async def _fetch(self, asked: Asked) -> Answer:
        call = await self._call(asked)
        media = await domain.fetch(call, asked.sid)
        return Answer(200, _encode(view(call, media)), ((b"cache-control", b"no-store"),))

    async def _delete(self, asked: Asked) -> Answer:
        await until_done(domain.remove, await self._call(asked), asked.sid)
        return Answer(204)

    async def _set(self, asked: Asked) -> Answer:
        call, request = await self._call(asked), asked.request
        try:
            wanted = _wanted(await request.body(call.limits.request_body_bytes))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise errors.BadRequest(f"The body is not a command: {error}") from None
        if wanted.command != "get":
            raise errors.BadRequest("command must be get")
        if len(wanted.list) > _MOST_OF_SET:
            raise errors.BadRequest(f"list must have at most {_MOST_OF_SET} items")
        found = [await _found(call, item.media_sid) for item in wanted.list]
        return Answer(200, _encode(found), ((b"cache-control", b"no-store"),))

    async def _content(self, asked: Asked) -> Content:
        request = asked.request
        query = forms.parse(request.connection["query_string"])
        seconds: int | None = None
        if is_signed(query):
            place = (asked.service_sid, asked.sid)
            media, seconds = await linked(self._resources, *place, query)
        else:
            media = await domain.fetch(await self._call(asked), asked.sid)
        is_head = asked.method == "HEAD"
        return content(self._resources, media, request.headers, seconds, head=is_head)


async def _found(call: Call, sid: str) -> Found:
    if not sid:
        raise errors.MediaSidMissing
    try:
        return Found(200, view(call, await domain.fetch(call, sid)))
    except errors.MediaNotFound as error:
        return Found(error.status, Unknown(sid))


def _asked(request: Request) -> Asked:
    match = _PATH.fullmatch(request.connection["path"])
    method: str = request.connection["method"]
    if match is None:
        return Asked(request, method, "", "", "")
    template = "/MediaSet" if match[2] == "MediaSet" else "/Media"
    if match[3] is not None:
        template = f"/Media/{{Sid}}{match[4] or ''}"
    return Asked(request, method, match[1], match[3] or "", template)


def _named(asked: Asked) -> dict[str, str]:
    """What the log says of the request besides what happened."""
    route = f"{_ROOT}{asked.template}"
    return {"method": asked.method, "route": route, "request": asked.request.id.decode()}
