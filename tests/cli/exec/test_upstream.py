import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from partywire.cli.exec import heads, streams
from partywire.cli.exec.streams import ByteStream, SocketStream, answer, closing
from partywire.cli.exec.targets import Target, parse_absolute
from partywire.cli.exec.upstream import Upstream, UpstreamError, UpstreamProxy, UserProxies

TARGET = Target("example.org", 443)


def test_the_lower_case_variable_counts_first_and_an_empty_one_not_at_all() -> None:
    proxies = UserProxies.of(
        {
            "https_proxy": "http://low:1",
            "HTTPS_PROXY": "http://high:2",
            "http_proxy": "",
            "HTTP_PROXY": "up:3",
        }
    )

    assert str(proxies.proxy_for("https", TARGET)) == "http://low:1"
    assert str(proxies.proxy_for("http", TARGET)) == "http://up:3"


def test_no_proxy_leads_past_the_proxy() -> None:
    proxies = UserProxies.of(
        {"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "a.example,.example.org"}
    )

    assert proxies.proxy_for("https", TARGET) is None
    assert proxies.proxy_for("https", Target("b.example", 443)) is not None


def test_credentials_in_the_url_become_a_field_and_are_not_shown() -> None:
    proxy = UpstreamProxy.parse("https://me:p%40ss@proxy.example")

    assert (proxy.scheme, proxy.host, proxy.port) == ("https", "proxy.example", 443)
    assert proxy.authorization == "Basic " + base64.b64encode(b"me:p@ss").decode()
    assert "Basic" not in f"{proxy} {proxy!r}"


@pytest.mark.parametrize("url", ["socks5://proxy:1080", "http://proxy:port", "http://"])
def test_a_proxy_we_cannot_speak_to_is_an_error_without_its_url(url: str) -> None:
    with pytest.raises(UpstreamError, match="the environment names a proxy"):
        UpstreamProxy.parse(url)


class UserProxy:
    """A proxy of the user's, which answers the same thing to everybody."""

    def __init__(self, reply: bytes) -> None:
        self.reply = reply
        self.heads: list[bytes] = []
        self.asked_for: list[tuple[str, int]] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[streams.Connect]:
        tasks: list[asyncio.Task[None]] = []

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.append(asyncio.create_task(self._serve(SocketStream(reader, writer))))

        server = await asyncio.start_server(accept, "127.0.0.1", 0)

        async def connect(host: str, port: int) -> ByteStream:
            self.asked_for.append((host, port))
            return await streams.connect("127.0.0.1", server.sockets[0].getsockname()[1])

        yield connect
        await asyncio.gather(*tasks)
        server.close()
        await server.wait_closed()

    async def _serve(self, client: ByteStream) -> None:
        async with closing(client):
            self.heads.append(await client.read_head())
            await answer(client, self.reply)


def test_a_tunnel_is_asked_of_the_users_proxy() -> None:
    proxy = UserProxy(b"HTTP/1.0 200 ok\r\nVia: x\r\n\r\nfrom the other end")

    async def scenario() -> None:
        async with proxy.running() as connect:
            upstream = Upstream(
                UserProxies.of({"HTTPS_PROXY": "http://u:p@corp.example:3128"}), connect
            )
            stream = await upstream.tunnel(TARGET)
            async with closing(stream):
                assert await stream.read() == b"from the other end"

    asyncio.run(scenario())

    assert proxy.asked_for == [("corp.example", 3128)]
    assert proxy.heads == [heads.connect_head("example.org:443", "Basic dTpw")]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "answered 'HTTP/1.1 407"),
        (b"SSH-2.0-x\r\n", "did not answer as one"),
        (b"", "answered ''"),
    ],
)
def test_a_proxy_that_gives_no_tunnel_is_named(reply: bytes, message: str) -> None:
    proxy = UserProxy(reply)

    async def scenario() -> None:
        async with proxy.running() as connect:
            upstream = Upstream(
                UserProxies.of({"HTTPS_PROXY": "http://corp.example:3128"}), connect
            )
            with pytest.raises(UpstreamError, match=f"http://corp.example:3128 {message}"):
                await upstream.tunnel(TARGET)

    asyncio.run(scenario())


def test_plain_http_goes_to_the_users_proxy_in_absolute_form() -> None:
    proxy = UserProxy(b"HTTP/1.1 204 No Content\r\n\r\n")
    request = heads.parse_head(b"GET http://example.org/x HTTP/1.1\r\nHost: example.org\r\n\r\n")

    async def scenario() -> None:
        async with proxy.running() as connect:
            upstream = Upstream(
                UserProxies.of({"http_proxy": "http://u:p@corp.example:3128"}), connect
            )
            stream = await upstream.exchange(request, parse_absolute(request.target))
            async with closing(stream):
                assert (await stream.read()).startswith(b"HTTP/1.1 204")

    asyncio.run(scenario())

    assert proxy.heads == [
        b"GET http://example.org/x HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n"
        b"Proxy-Authorization: Basic dTpw\r\n\r\n"
    ]
