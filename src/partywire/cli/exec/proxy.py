"""The proxy: Partywire is conversations.twilio.com, the rest of twilio.com is refused, others pass.

It is tsock.us1.twilio.com too, where the chat SDK has its socket, and mcs.us1.twilio.com, where
scripts send media up.

Nothing of the client's HTTP is read on the way to Partywire, once the tunnel stands: the server
sees ``Host: conversations.twilio.com`` and builds the URLs of its answers from that.
"""

import asyncio
import contextlib
import ssl
import urllib.parse
from collections.abc import AsyncIterator, Callable
from typing import Final

from partywire.cli.exec import heads
from partywire.cli.exec.authority import Authority
from partywire.cli.exec.streams import (
    ByteStream,
    HeadTooLargeError,
    SocketStream,
    TlsStream,
    answer,
    closing,
    relay,
)
from partywire.cli.exec.targets import (
    AbsoluteTarget,
    Destination,
    Target,
    parse_absolute,
    parse_authority,
)
from partywire.cli.exec.upstream import Upstream

_TLS_HANDSHAKE: Final = b"\x16"  # how every TLS connection begins, and no HTTP request


class Proxy:
    """An HTTP proxy for one command.

    Args:
        server_url: where Partywire listens, such as ``http://127.0.0.1:8080``; no path.
        authority: issues the certificates for Twilio's hosts.
        upstream: opens connections to the outside.
        report: told, in a line each, what was refused or went wrong with a client.
    """

    def __init__(
        self,
        server_url: str,
        authority: Authority,
        upstream: Upstream,
        report: Callable[[str], None],
    ) -> None:
        self._server_url = server_url
        self._authority = authority
        self._upstream = upstream
        self._report = report
        self._connections: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[int]:
        """Accepts connections on 127.0.0.1 during a block, and drops those that are left after it.

        Yields:
            The port.
        """
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            await server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(SocketStream(reader, writer)))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, client: ByteStream) -> None:
        with contextlib.suppress(OSError):  # the client went away
            async with closing(client), _bad_requests_answered(client):
                if not (head := await client.read_head()):
                    return
                request = heads.parse_head(head)
                if request.method == "CONNECT":
                    await self._tunnel(client, parse_authority(request.target))
                else:
                    await self._forward(client, request, parse_absolute(request.target))

    async def _tunnel(self, client: ByteStream, target: Target) -> None:
        """CONNECT: bytes for the target, TLS as a rule."""
        if target.destination is Destination.ELSEWHERE:
            try:
                upstream = await self._upstream.tunnel(target)
            except OSError as error:
                await answer(client, _unreachable(str(target), error))
                return
            async with closing(upstream):
                await client.write(heads.ESTABLISHED)
                await relay(client, upstream)
            return
        context = self._authority.server_context(target.host)
        await client.write(heads.ESTABLISHED)
        inner = await self._decrypted(client, context, target)
        if inner is None:
            return
        async with _bad_requests_answered(inner):
            if target.destination is Destination.CONVERSATIONS:
                await self._pass_to_server(inner)
            elif head := await inner.read_head():
                await self._refuse(inner, target, heads.parse_head(head))

    async def _decrypted(
        self, client: ByteStream, context: ssl.SSLContext, target: Target
    ) -> ByteStream | None:
        """What the client says inside its TLS; some clients open tunnels for plain HTTP as well."""
        if not (await client.peek()).startswith(_TLS_HANDSHAKE):
            return client
        inner = TlsStream(client, context)
        try:
            await inner.handshake()
        except ssl.SSLError as error:
            self._report(
                f"partywire exec: the client of {target} did not go on with TLS "
                f"({error.reason or error}); it may not read the variables that name our authority"
            )
            return None
        return inner

    async def _pass_to_server(self, client: ByteStream, head: bytes | None = None) -> None:
        """Everything the client says goes to Partywire, after a head that was already read."""
        url = urllib.parse.urlsplit(self._server_url)
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        try:
            server = await self._upstream.connection(url.scheme, url.hostname or "", port)
        except OSError as error:
            if head is not None or await client.read_head():
                message = f"partywire exec cannot reach Partywire at {self._server_url}: {error}"
                await answer(client, heads.error_answer(502, 20503, message))
            return
        async with closing(server):
            if head is not None:
                await server.write(head)
            await relay(client, server)

    async def _refuse(self, client: ByteStream, target: Target, request: heads.RequestHead) -> None:
        """Nothing may reach the real service by accident."""
        path = urllib.parse.urlsplit(request.target).path
        self._report(f"partywire exec: refused {request.method} {target.host}{path}")
        message = (
            f"partywire exec refused this request to {target.host}: it serves "
            "conversations.twilio.com only, and lets nothing through to the real service"
        )
        await answer(client, heads.error_answer(403, 20403, message))

    async def _forward(
        self, client: ByteStream, request: heads.RequestHead, absolute: AbsoluteTarget
    ) -> None:
        """A request in absolute form: one exchange."""
        target = absolute.target
        if target.destination is Destination.TWILIO:
            await self._refuse(client, target, request)
        elif target.destination is Destination.CONVERSATIONS:
            head = heads.forwarded_head(request, absolute.path, absolute.authority)
            await self._pass_to_server(client, head)
        else:
            try:
                upstream = await self._upstream.exchange(request, absolute)
            except OSError as error:
                await answer(client, _unreachable(str(target), error))
                return
            async with closing(upstream):
                await relay(client, upstream)


@contextlib.asynccontextmanager
async def _bad_requests_answered(client: ByteStream) -> AsyncIterator[None]:
    try:
        yield
    except HeadTooLargeError:
        await answer(client, heads.text_answer(431, "partywire exec: the head is over 64 KiB"))
    except ValueError as error:
        await answer(client, heads.text_answer(400, f"partywire exec: {error}"))


def _unreachable(name: str, error: OSError) -> bytes:
    return heads.text_answer(502, f"partywire exec cannot reach {name}: {error}")
