"""The way out for hosts that are none of our business: direct, or through the user's own proxy."""

import base64
import contextlib
import ssl
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from partywire.cli.exec import heads, no_proxy
from partywire.cli.exec.streams import (
    ByteStream,
    Connect,
    HeadTooLargeError,
    TlsStream,
    connect,
)
from partywire.cli.exec.targets import AbsoluteTarget, Target

_PORTS: Final = {"http": 80, "https": 443}


class UpstreamError(OSError):
    """The user's own proxy does not let us through, or is none that we can speak to."""


@dataclass(frozen=True)
class UpstreamProxy:
    """A proxy of the user's.

    Attributes:
        scheme: ``http``, or ``https`` for one that is itself reached over TLS.
        host: its name or address.
        port: 1 to 65535.
        authorization: value of ``Proxy-Authorization``, where the URL held credentials.
    """

    scheme: str
    host: str
    port: int
    authorization: str | None = field(repr=False)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    @classmethod
    def parse(cls, url: str) -> "UpstreamProxy":
        """Reads the value of a proxy variable; without a scheme it is ``http``.

        Raises:
            UpstreamError: it is no URL of an HTTP proxy.
        """
        parts = urllib.parse.urlsplit(url if "://" in url else f"http://{url}")
        # The message leaves the URL out: it may hold a password.
        if parts.scheme not in _PORTS:
            raise UpstreamError(
                f"the environment names a proxy of kind {parts.scheme!r}, "
                "and partywire exec passes on to http and https proxies only"
            )
        try:
            host, port = parts.hostname, parts.port or _PORTS[parts.scheme]
        except ValueError as error:
            raise UpstreamError("the environment names a proxy with a bad port") from error
        if not host:
            raise UpstreamError("the environment names a proxy without a host")
        if parts.username is None:
            return cls(parts.scheme, host, port, None)
        pair = f"{parts.username}:{parts.password or ''}"
        encoded = base64.b64encode(urllib.parse.unquote(pair).encode()).decode()
        return cls(parts.scheme, host, port, f"Basic {encoded}")


@dataclass(frozen=True)
class UserProxies:
    """What the user's environment says about proxies.

    Attributes:
        by_scheme: URL of the proxy for ``http`` and for ``https``, where there is one.
        no_proxy: hosts to reach directly, as the variable has them.
    """

    by_scheme: Mapping[str, str]
    no_proxy: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "UserProxies":
        """Reads them; the lower-case spelling of a variable counts before the upper-case one."""
        values = {
            name: environment.get(f"{name}_proxy") or environment.get(f"{name.upper()}_PROXY") or ""
            for name in ("http", "https", "no")
        }
        return cls({scheme: values[scheme] for scheme in _PORTS if values[scheme]}, values["no"])

    def proxy_for(self, scheme: str, target: Target) -> UpstreamProxy | None:
        """The proxy through which to reach a target; none for a direct connection.

        Raises:
            UpstreamError: there is one, but none that we can speak to.
        """
        url = self.by_scheme.get(scheme)
        direct = any(no_proxy.matches(entry, target) for entry in no_proxy.entries(self.no_proxy))
        if url is None or direct:
            return None
        return UpstreamProxy.parse(url)


class Upstream:
    """Opens connections to the outside.

    Args:
        proxies: the user's own.
        connect: opens a TCP connection.
    """

    def __init__(self, proxies: UserProxies, connect: Connect = connect) -> None:
        self._proxies = proxies
        self._connect = connect
        self._context: ssl.SSLContext | None = None

    async def connection(self, scheme: str, host: str, port: int) -> ByteStream:
        """A direct connection; for ``https``, over TLS, trusting what the user's environment says.

        Raises:
            OSError: it cannot be had.
        """
        stream = await self._connect(host, port)
        return await self._secured(stream, host) if scheme == "https" else stream

    async def tunnel(self, target: Target) -> ByteStream:
        """A connection whose other end is the target.

        Raises:
            OSError: it cannot be had.
        """
        proxy = self._proxies.proxy_for("https", target)
        if proxy is None:
            return await self._connect(target.host, target.port)
        stream = await self.connection(proxy.scheme, proxy.host, proxy.port)
        with _aborted_on_failure(stream):
            await stream.write(heads.connect_head(str(target), proxy.authorization))
            try:
                status_line, *_ = (await stream.read_head()).decode("latin-1").split("\r\n")
            except (ValueError, HeadTooLargeError) as error:
                raise UpstreamError(f"the proxy {proxy} did not answer as one") from error
            if status_line.split(" ")[1:2] != ["200"]:
                raise UpstreamError(f"the proxy {proxy} answered {status_line!r}")
        return stream

    async def exchange(self, request: heads.RequestHead, absolute: AbsoluteTarget) -> ByteStream:
        """A connection on which the head of a request has been sent; its body and answer remain.

        Args:
            request: the request as the client sent it to us, its proxy.
            absolute: its target, taken apart.

        Raises:
            OSError: the connection cannot be had.
        """
        path, authorization = absolute.path, None
        if absolute.scheme == "https":
            stream = await self._secured(await self.tunnel(absolute.target), absolute.target.host)
        elif proxy := self._proxies.proxy_for("http", absolute.target):
            stream = await self.connection(proxy.scheme, proxy.host, proxy.port)
            path, authorization = request.target, proxy.authorization
        else:
            stream = await self._connect(absolute.target.host, absolute.target.port)
        head = heads.forwarded_head(request, path, absolute.authority, authorization)
        with _aborted_on_failure(stream):
            await stream.write(head)
        return stream

    async def _secured(self, stream: ByteStream, host: str) -> ByteStream:
        """TLS on a connection, as its client.

        Raises:
            OSError: the server cannot show that it is this host.
        """
        if self._context is None:
            self._context = ssl.create_default_context()
        tls = TlsStream(stream, self._context, server_hostname=host)
        with _aborted_on_failure(stream):
            await tls.handshake()
        return tls


@contextlib.contextmanager
def _aborted_on_failure(stream: ByteStream) -> Iterator[None]:
    try:
        yield
    except BaseException:
        stream.abort()
        raise
