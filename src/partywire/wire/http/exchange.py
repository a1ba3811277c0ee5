"""One HTTP request and its answer, in the terms of ASGI."""

import re
import secrets
from functools import lru_cache
from itertools import count
from typing import Any, Final

import msgspec
from starlette.types import Receive, Send
from starlette.types import Scope as Connection

from partywire import errors
from partywire.wire.http import problems
from partywire.wire.http.authentication import CHALLENGE
from partywire.wire.http.connection import WHOLE, Whole
from partywire.wire.http.traffic import Route

Headers = dict[bytes, bytes]

FIDELITY_PATH: Final = "/_partywire/fidelity"

_HOST: Final = re.compile(rb"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")
JSON_TYPE: Final = "application/json;charset=utf-8"
_JSON: Final = (b"content-type", JSON_TYPE.encode())
_HEAD: Final = (
    b"twilio-request-id: %b\r\n"
    b"twilio-request-duration: %.3f\r\n"
    b"twilio-concurrent-requests: %d\r\n"
    b"content-type: " + JSON_TYPE.encode() + b"\r\n"
    b"content-length: %d\r\n"
)
_NO_EXTENSIONS: Final[dict[str, Any]] = {}
REQUEST_ID: Final = b"twilio-request-id"

# A request's id is its process's random half and its number there: unique, and cheap to make.
_PROCESS: Final = secrets.token_hex(8).encode()
_requests = count(1)


def request_id() -> bytes:
    """The id of one more request."""
    return b"RQ%s%016x" % (_PROCESS, next(_requests))


class Request(msgspec.Struct):
    """What the adapter needs of one HTTP request.

    Attributes:
        connection: its scope in ASGI.
        receive: brings its body.
        headers: the last of each name.
        base: the scheme and host asked.
        id: what its answer and its log lines bear.
        now: when it came, in milliseconds since 1970-01-01T00:00:00Z.
        route: where it goes; None until that is known.
    """

    connection: Connection
    receive: Receive
    headers: Headers
    base: str = ""
    id: bytes = b""
    now: int = 0
    route: Route | None = None

    @property
    def path(self) -> str:
        """The path as it came, still percent-encoded."""
        raw: bytes = self.connection["raw_path"]
        return raw.decode("latin-1")

    def webhooks(self) -> bool:
        """Whether the request asks for webhooks.

        Raises:
            BadRequest: the header says neither true nor false.
        """
        header = self.headers.get(b"x-twilio-webhook-enabled")
        if header is None:
            return False
        value = header.strip().lower()
        if value not in {b"true", b"false"}:
            raise errors.BadRequest("X-Twilio-Webhook-Enabled must be true or false")
        return value == b"true"

    async def body(self, most: int) -> bytes:
        """The whole body.

        Raises:
            TooLarge: it has more than ``most`` bytes.
        """
        declared = self.headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > most:
            raise errors.TooLarge(f"The request body is larger than {most} bytes")
        body = bytearray()
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise errors.BadRequest("The client went away")
            body += message.get("body", b"")
            if len(body) > most:
                raise errors.TooLarge(f"The request body is larger than {most} bytes")
            if not message.get("more_body", False):
                return bytes(body)


class Answer(msgspec.Struct):
    """A status, a JSON body (none with 204), and headers of its own."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()


def base_of(request: Request) -> str:
    """Scheme and host that the client asked, to which its next requests should go.

    Behind ``partywire exec`` that is the real API's own name, and TLS ends in the proxy. HTTP/1.0
    need not name a host: then it is the address that was reached.

    Raises:
        BadRequest: there are two hosts, or what is there is none.
    """
    host = request.headers.get(b"host")
    if host is None:
        name, port = request.connection["server"]
        return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
    sent = request.connection["headers"]
    if len(sent) != len(request.headers) and sum(name == b"host" for name, _ in sent) > 1:
        raise errors.BadRequest("There are two Host headers")
    return _url(host)


@lru_cache(maxsize=1024)
def _url(host: bytes) -> str:
    match = _HOST.fullmatch(host)
    if match is None:
        raise errors.BadRequest("The Host header is not a host")
    scheme = "https" if match[1].endswith(b".twilio.com") else "http"
    return f"{scheme}://{host.decode('ascii')}"


def refusal(request: Request, error: errors.ApiError, hint: str | None = None) -> Answer:
    """The error as an answer to this request."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    if hint is not None:
        headers = ((b"partywire-hint", hint.encode()),)
    if type(error) is errors.NotFound:
        error = errors.NotFound(f"The requested resource {request.path} was not found")
    elif isinstance(error, errors.NotImplementedYet):
        error = errors.NotImplementedYet(error.message, request.base + FIDELITY_PATH)
    elif type(error) is errors.Unauthenticated:
        # Not where a token is wrong: a browser would ask its user for a password.
        headers = (CHALLENGE,)
    elif isinstance(error, errors.MethodNotAllowed):
        headers = ((b"allow", error.allowed.encode()),)
    elif isinstance(error, errors.Unavailable):
        headers = ((b"retry-after", b"1"),)
    return Answer(error.status, problems.body(error), headers)


async def respond(
    send: Send, answer: Answer, request: Request, seconds: float, concurrent: int
) -> None:
    """Sends the answer with the headers that every answer has."""
    whole: Whole | None = request.connection.get("extensions", _NO_EXTENSIONS).get(WHOLE)
    if whole is not None and not answer.headers and answer.status != 204:
        values = (request.id, seconds, concurrent, len(answer.body))
        if whole(answer.status, _HEAD % values, answer.body):
            return
    headers = [
        (REQUEST_ID, request.id),
        (b"twilio-request-duration", b"%.3f" % seconds),
        (b"twilio-concurrent-requests", b"%d" % concurrent),
        *answer.headers,
    ]
    if answer.status != 204:
        headers += [_JSON, (b"content-length", b"%d" % len(answer.body))]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
