"""Requests that leave the house: bounded in time and size, and only to where they may go."""

import asyncio
import ssl
from functools import partial
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import certifi
import httpcore
from msgspec import Struct

from partywire.delivery.connecting import Bounds, Checked, Forbidden, bounded
from partywire.delivery.pools import IDLE_SECONDS, MOST_IDLE, Pool, Pools
from partywire.delivery.targets import Targets

Headers = tuple[tuple[str, str], ...]

_MOST_BYTES: Final = 64 * 1024  # of an answer's body; what is beyond is not read
# Beyond a request's time, for what does not wait for the network.
_GRACE_SECONDS: Final = 1.0

_TROUBLE: Final = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    OSError,
    ValueError,
)

_BROKEN: Final = (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError)

# A redirect that lets a POST become a GET, as browsers do, and one that does not.
_SEE_OTHER: Final = frozenset({301, 302, 303})
_SAME_AGAIN: Final = frozenset({307, 308})


class Unreached(Exception):
    """No answer came, or none in time; the text says why, for people."""


class TimedOut(Unreached):
    """No answer came in time."""


class NotAllowed(Unreached):
    """The target is an address that requests must not reach: nothing was sent."""


class Outgoing(Struct, frozen=True):
    """A request; the URL bears neither user nor fragment."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""


class Answer(Struct, frozen=True):
    """What came back: header names in lower case, the body's first 64 KiB."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of this name, which is in lower case."""
        return next((value for each, value in self.headers if each == name), None)


class _Way:
    """Which way a request goes: whether over a new connection, and whether an answer began."""

    is_new = is_answered = False

    async def note(self, step: str, _details: Any) -> None:
        """Hears of each step that httpcore makes."""
        self.is_new = self.is_new or step == "connection.connect_tcp.started"


class Client:
    """Sends requests, over connections that are kept for the next ones.

    Args:
        targets: where they may go.
        authorities_file: certificates (PEM) that are trusted besides the usual ones.
        certificate: file (PEM) with a client's certificate and its key.
        http2: whether to speak HTTP/2 where the other side can.
    """

    def __init__(
        self,
        targets: Targets,
        authorities_file: str | None = None,
        certificate: str | None = None,
        *,
        http2: bool = False,
    ) -> None:
        trusted = ssl.create_default_context(cafile=certifi.where())
        if authorities_file is not None:
            trusted.load_verify_locations(authorities_file)
        if certificate is not None:
            # Without a password it would ask for one at the terminal, and all would wait.
            trusted.load_cert_chain(certificate, password="")
        self._http2 = http2
        made = partial(
            httpcore.AsyncConnectionPool,
            ssl_context=trusted,
            max_connections=None,
            max_keepalive_connections=MOST_IDLE,
            keepalive_expiry=IDLE_SECONDS,
            http2=http2,
            network_backend=Checked(targets),
        )
        self._pools = Pools(made)

    async def send(self, request: Outgoing, seconds: float) -> Answer:
        """The answer to one request; redirects are answers too.

        Args:
            request: what is sent.
            seconds: how long it may take, from the look-up of the name to the end of the answer.

        Raises:
            TimedOut: it took longer.
            NotAllowed: the target must not be reached.
            Unreached: it could not be sent, or the connection broke.
        """
        origin = _origin(request)
        pool = self._pools.take(origin)
        # Requests that share a connection must not end it for one another.
        bounds, grace = (None, 0.0) if self._http2 else (Bounds(seconds), _GRACE_SECONDS)
        try:
            async with asyncio.timeout(seconds + grace):
                with bounded(bounds):
                    return await self._sent(pool, request)
        except (TimeoutError, httpcore.TimeoutException):
            self._leave(request, pool)
            raise TimedOut(f"no answer within {seconds:g} s") from None
        except Forbidden as error:
            raise NotAllowed(str(error)) from None
        except _TROUBLE as error:
            raise Unreached(str(error) or type(error).__name__) from error
        finally:
            await self._pools.give_back(origin, pool)

    def _leave(self, request: Outgoing, pool: Pool) -> None:
        """Lets what is in flight end, and sends nothing more over these connections of HTTP/2.

        A stream that was given up stays open for as long as its connection, of which it takes one
        of a hundred places; or the connection itself is dead, which nothing else would tell.
        """
        if self._http2:
            self._pools.leave(_origin(request), pool)

    async def _sent(self, pool: Pool, request: Outgoing) -> Answer:
        """Sends it again where a connection was kept that the other side is just closing."""
        while True:
            way = _Way()
            try:
                return await self._send(pool, request, way)
            except _BROKEN:
                if self._http2 or way.is_new or way.is_answered:
                    raise

    async def _send(self, pool: Pool, request: Outgoing, way: _Way) -> Answer:
        url, host = _aim(request.url)
        headers = [(name.encode(), value.encode()) for name, value in request.headers]
        content = None if request.method == "GET" else request.body
        async with pool.stream(
            request.method,
            url,
            headers=[(b"Host", host), *headers],
            content=content,
            extensions={"trace": way.note},
        ) as response:
            way.is_answered = True
            body = bytearray()
            async for chunk in response.aiter_stream():
                body += chunk
                if len(body) >= _MOST_BYTES:
                    self._leave(request, pool)
                    break
            found = tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1"))
                for name, value in response.headers
            )
        return Answer(response.status, found, bytes(body[:_MOST_BYTES]))

    async def close(self) -> None:
        """Closes the connections."""
        await self._pools.close()


def _origin(request: Outgoing) -> str:
    return "/".join(request.url.split("/", 3)[:3])


def _aim(url: str) -> tuple[httpcore.URL, bytes]:
    """Where a request goes, and its ``Host``.

    Read by httpcore, a URL would lose what follows a ``;``, and ``Host`` the brackets of IPv6.
    """
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    aimed = httpcore.URL(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port,
        target=f"{parts.path or '/'}{query}",
    )
    return aimed, parts.netloc.encode("ascii")


def redirected(request: Outgoing, answer: Answer) -> tuple[str, bool] | None:
    """Where an answer sends the request on: the URL, and whether as a GET without a body.

    None if it does not, or to where no request can go.
    """
    place = answer.header("location")
    if not place or answer.status not in _SEE_OTHER | _SAME_AGAIN:
        return None
    try:
        url = urljoin(request.url, place)
        parts = urlsplit(url)
        reachable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    if not reachable:
        return None
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")
    return plain.geturl(), answer.status in _SEE_OTHER
