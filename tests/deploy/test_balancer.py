"""Two nodes behind the balancer of ``deploy/``: one is replaced after the other, unnoticed."""

import asyncio
import contextlib
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import websockets

from crash import evidence
from harness import Server, serve_account
from house.source import ROOT
from partywire.wire.socket.shell import PATH
from wire.socket.talking import Twilsock

PATIENCE = 20.0
CLIENTS = 4
ENOUGH = 30  # answers to one client between two restarts


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


class Nodes:
    """Two servers of one database, each at a port of its own."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.ports = [free_port(), free_port()]
        self.running = [self._started(port) for port in self.ports]

    def _started(self, port: int) -> Server:
        database = f"sqlite:///{self.file}"
        return Server(
            ["serve", "--port", str(port), "--database", database, "--drain-delay", "0.5"]
        )

    def replace(self, number: int) -> None:
        """Drains a node, and starts another one in its place."""
        self.running[number].process.send_signal(signal.SIGTERM)
        self.running[number].process.wait(60)
        assert self.running[number].stop() == 0
        self.running[number] = self._started(self.ports[number])

    def end(self) -> None:
        for server in self.running:
            if server.process.poll() is None:
                server.kill()
            else:
                server.stop()


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    if shutil.which("nginx") is None:
        pytest.skip("no nginx here")
    file = tmp_path / "partywire.db"
    serve_account(file)
    made = Nodes(file)
    yield made
    made.end()


def configuration(nodes: Nodes, port: int, folder: Path) -> str:
    """That of ``deploy/``, with places for a test instead of those in a container."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for name, at in zip(("node-1", "node-2"), nodes.ports, strict=True):
        assert f"server {name}:4242" in text
        text = text.replace(f"server {name}:4242", f"server 127.0.0.1:{at}")
    assert "listen 8080;" in text
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    text = text.replace("http {", f"http {{\n{places}", 1)
    return f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n{text}"


@pytest.fixture
def balancer(nodes: Nodes, tmp_path: Path) -> Iterator[str]:
    """The URL of nginx before the nodes."""
    folder = tmp_path / "nginx"
    folder.mkdir()
    tmp_path.chmod(0o755)
    port = free_port()
    (folder / "nginx.conf").write_text(configuration(nodes, port, folder), encoding="utf-8")
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            break
        assert process.poll() is None, (folder / "error.log").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(PATIENCE)


async def posted(url: str, credentials: tuple[str, str], nodes: Nodes) -> list[httpx.Response]:
    """What clients are answered while one node is replaced after the other."""
    answers: list[httpx.Response] = []
    over = False

    async def ask(http: httpx.AsyncClient) -> None:
        answers.append(await http.post("/v1/Conversations", data={"FriendlyName": "kept"}))

    async def client(http: httpx.AsyncClient) -> None:
        while not over:
            await ask(http)

    async with httpx.AsyncClient(
        base_url=url, auth=credentials, timeout=60, trust_env=False
    ) as http:
        clients = [asyncio.create_task(client(http)) for _ in range(CLIENTS)]
        for number in (0, 1):
            for _ in range(ENOUGH):
                await ask(http)
            await asyncio.to_thread(nodes.replace, number)
        for _ in range(ENOUGH):
            await ask(http)
        over = True
        await asyncio.gather(*clients)
    return answers


def test_nodes_are_replaced_under_load_and_no_client_meets_an_error(
    nodes: Nodes, balancer: str
) -> None:
    credentials = serve_account(nodes.file)

    answers = asyncio.run(posted(balancer, credentials, nodes))

    assert {answer.status_code for answer in answers} == {201}
    with evidence.reading(nodes.file) as connection:
        made = {sid for (sid,) in connection.execute("SELECT sid FROM conversations")}
    assert {answer.json()["sid"] for answer in answers} == made


async def test_the_chat_sdk_s_socket_leads_through_the_balancer(balancer: str) -> None:
    async with websockets.connect(balancer.replace("http", "ws") + PATH, proxy=None) as socket:
        assert (await Twilsock(socket).init("no token"))["code"] == 401
