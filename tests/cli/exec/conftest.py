"""A server behind the proxy, the proxy in a thread, and ``partywire exec`` as a process."""

import asyncio
import contextlib
import http.server
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme

from partywire.cli.exec import streams
from partywire.cli.exec.authority import Authority
from partywire.cli.exec.proxy import Proxy
from partywire.cli.exec.upstream import Upstream, UserProxies

EXEC = (
    sys.executable,
    "-W",
    "always",  # shows what was never closed
    "-c",
    "from partywire.cli.exec.command import exec_command; exec_command()",
)


class EchoHandler(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen = {
            "method": self.command,
            "target": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode(),
        }
        answer = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # clients that leave in the middle are no news
            super().handle()

    do_POST = do_GET  # noqa: N815

    def log_message(self, *args: Any) -> None:
        pass


@contextlib.contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), EchoHandler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def echo_server() -> Iterator[str]:
    """URL of a server that answers every request with a JSON description of it."""
    with serving() as port:
        yield f"http://127.0.0.1:{port}"


@dataclass
class TlsServer:
    port: int
    ca_file: str


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[TlsServer]:
    """The same over TLS, as localhost, under an authority that is not the proxy's."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    ca_file = tmp_path / "other-authority.pem"
    authority.cert_pem.write_to_path(ca_file)
    with serving(context) as port:
        yield TlsServer(port, str(ca_file))


async def loopback_only(host: str, port: int) -> streams.ByteStream:
    """Opens connections as the proxy does, but none that would leave the machine."""
    if host not in {"127.0.0.1", "localhost"}:
        raise OSError(f"a test may not connect to {host}")
    return await streams.connect("127.0.0.1", port)


@dataclass
class RunningProxy:
    port: int
    authority: Authority
    ca_file: Path
    reports: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


StartProxy = Callable[..., RunningProxy]


@pytest.fixture
def start_proxy(tmp_path: Path) -> Iterator[StartProxy]:
    """Starts proxies in threads of their own; each must end without a task or an error left."""
    with contextlib.ExitStack() as stack:

        def start(
            server_url: str,
            environment: Mapping[str, str] | None = None,
            connect: streams.Connect = loopback_only,
        ) -> RunningProxy:
            authority = Authority(tmp_path)
            upstream = Upstream(UserProxies.of(environment or {}), connect)
            running = RunningProxy(0, authority, tmp_path / "authority.pem")
            running.ca_file.write_text(authority.certificate)
            proxy = Proxy(server_url, authority, upstream, running.reports.append)
            stack.enter_context(_in_thread(proxy, running))
            return running

        yield start


@contextlib.contextmanager
def _in_thread(proxy: Proxy, running: RunningProxy) -> Iterator[None]:
    ready, faults = threading.Event(), list[object]()
    loop: asyncio.AbstractEventLoop
    stop: asyncio.Event

    async def serve() -> None:
        nonlocal loop, stop
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        loop.set_exception_handler(lambda _, context: faults.append(context))
        async with proxy.listen() as running.port:
            ready.set()
            await stop.wait()
        faults.extend(asyncio.all_tasks() - {asyncio.current_task()})

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
    assert not thread.is_alive()
    assert faults == []


NOBODY = "http://127.0.0.1:1"  # port 1 is reserved, and nothing listens there


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def through(session: requests.Session, proxy: RunningProxy) -> requests.Session:
    session.proxies = {"http": proxy.url, "https": proxy.url}
    session.verify = str(proxy.ca_file)
    return session


def say(proxy: RunningProxy, data: bytes, *, then_end: bool = False) -> bytes:
    """What the proxy answers to some bytes, until it ends the connection."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as connection:
        connection.sendall(data)
        if then_end:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


RunExec = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def user_environment(tmp_path: Path) -> dict[str, str]:
    """An environment without proxies and credentials; its temporary directory can be inspected."""
    dropped = {"http_proxy", "https_proxy", "no_proxy", "all_proxy"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.lower() not in dropped and not name.startswith(("TWILIO_", "PARTYWIRE_"))
    }
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    return {**kept, "TMPDIR": str(temporary)}


@pytest.fixture
def run_exec(echo_server: str, user_environment: dict[str, str], tmp_path: Path) -> RunExec:
    """Runs a command under ``partywire exec --url`` in front of the echo server."""

    def run(
        *command: str,
        environment: Mapping[str, str] | None = None,
        options: Sequence[str] = ("--url", echo_server),
    ) -> "subprocess.CompletedProcess[str]":
        result = subprocess.run(
            [*EXEC, *options, "--", *command],
            env={**user_environment, **(environment or {})},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        for complaint in ("ResourceWarning", "Traceback", "never awaited", "was destroyed"):
            assert complaint not in result.stderr, result.stderr
        assert list(Path(user_environment["TMPDIR"]).glob("partywire-*")) == []
        return result

    return run


def tool(name: str) -> str:
    """Where a program is; the test is skipped where it is not installed."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path
