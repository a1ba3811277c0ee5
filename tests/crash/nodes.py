"""Nodes that share a database, the balancer in front of them, and load that outlives them."""

import asyncio
import os
import random
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from crash import evidence
from crash.load import Ledger, NoAnswer, Writer, seated
from harness import Server, assert_unavailable, partywire_command
from partywire.storage import postgresql_pool

# What a request may take that waits for a connection, opens it, and hears nothing on it.
BOUND_SECONDS = (
    postgresql_pool._WAITING_SECONDS
    + postgresql_pool.CONNECTING_SECONDS
    + postgresql_pool._ANSWER_SECONDS
)
PATIENCE_SECONDS = 20.0  # until the test gives up on what is to happen within seconds
_PAUSE_SECONDS = 0.05  # of a writer that got no answer
_OTHERS_SECONDS = 1.0  # for which a connection is kept without a request: less than servers do


def account_in(database: str, key_file: Path) -> tuple[str, str]:
    """Makes an account in any database; returns its credentials."""
    options = ["--database", database, "--key-file", str(key_file)]
    made = subprocess.run(
        [*partywire_command(), "account", "create", *options],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    values = dict(line.split("=", 1) for line in made.stdout.splitlines())
    return values["TWILIO_ACCOUNT_SID"], values["TWILIO_AUTH_TOKEN"]


def children(pid: int) -> list[int]:
    """The processes that a process has started; none where the system does not tell."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def kill_all(server: Server) -> None:
    """Ends a server and its workers in one moment, as its machine's end would."""
    parent = server.process.pid
    os.kill(parent, signal.SIGSTOP)  # it shall not see how its workers end
    for worker in children(parent):
        os.kill(worker, signal.SIGKILL)
    server.kill()


async def becomes(true: Callable[[], bool | Awaitable[bool]], what: str) -> float:
    """Waits until something is so; returns for how many seconds."""
    began = time.monotonic()
    while True:
        found = true()
        if found if isinstance(found, bool) else await found:
            return time.monotonic() - began
        assert time.monotonic() - began < PATIENCE_SECONDS, what
        await asyncio.sleep(0.02)


class Node:
    """One node, in one life after the other.

    Attributes:
        acknowledged: how many writes it has acknowledged, in all of its lives.
    """

    def __init__(self, arguments: list[str], credentials: tuple[str, str]) -> None:
        self._arguments, self.credentials = arguments, credentials
        self.acknowledged = 0
        self._clients: list[httpx.AsyncClient] = []
        self.start()

    def start(self) -> None:
        self.server = Server(["serve", "--port", "0", "--no-access-log", *self._arguments])
        self.pids = [self.server.process.pid, *children(self.server.process.pid)]
        self.http = httpx.AsyncClient(
            base_url=self.server.url,
            auth=self.credentials,
            timeout=BOUND_SECONDS,
            trust_env=False,
            limits=httpx.Limits(keepalive_expiry=_OTHERS_SECONDS),
        )
        self._clients.append(self.http)

    async def hang_up(self) -> None:
        """Ends our connections to all of its lives."""
        for client in self._clients:
            await client.aclose()

    def kill(self) -> None:
        kill_all(self.server)
        assert evidence.complaints(self.server.stderr()) == []

    def leave(self) -> None:
        """Asks it to stop, which it does in peace."""
        assert self.server.stop() == 0

    def end(self) -> None:
        """Whatever the test has come to, nothing is left behind."""
        if self.server.process.poll() is None:
            kill_all(self.server)


@contextmanager
def nodes_on(database: str, key_file: Path) -> Iterator[list[Node]]:
    """Two nodes on one database, one of which is two processes."""
    credentials = account_in(database, key_file)
    common = ["--database", database, "--key-file", str(key_file)]
    with ExitStack() as stack:
        nodes = []
        for more in ([], ["--workers", "2"]):
            node = Node([*common, *more], credentials)
            stack.callback(node.end)
            nodes.append(node)
        yield nodes


class Balancer:
    """Sends each request to any of the nodes, and on to another where nobody listens.

    Attributes:
        unknown: requests whose connection broke before the answer.
        refused: requests that were answered 503.
        longest: seconds without an acknowledged write.
        slowest: seconds until an answer.
    """

    def __init__(self, nodes: list[Node], chance: random.Random) -> None:
        self.nodes, self._chance = nodes, chance
        self.unknown = self.refused = 0
        self.longest = self.slowest = 0.0
        self._last = time.monotonic()

    async def ask(self, method: str, path: str, form: dict[str, Any] | None) -> httpx.Response:
        """See ``Door.ask``. Who waits for longer than is promised fails the test."""
        for node in self._chance.sample(self.nodes, len(self.nodes)):
            began = time.monotonic()
            try:
                answer = await node.http.request(method, path, data=form)
            except httpx.ConnectError:
                continue  # nobody has heard of it
            except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
                self.unknown += 1
                raise NoAnswer from error
            self._take_down(node, method, answer.status_code, time.monotonic() - began)
            if answer.status_code == 503:
                assert_unavailable(answer)
                raise NoAnswer
            return answer
        raise NoAnswer

    def _take_down(self, node: Node, method: str, status: int, seconds: float) -> None:
        now = time.monotonic()
        self.slowest = max(self.slowest, seconds)
        if status == 503:
            self.refused += 1
        elif method != "GET":
            node.acknowledged += 1
            self.longest = max(self.longest, now - self._last)
            self._last = now

    async def went_on(self, node: Node, writes: int) -> float:
        """Waits until a node has acknowledged this many more; returns for how many seconds."""
        enough = node.acknowledged + writes
        return await becomes(lambda: node.acknowledged >= enough, "it acknowledges nothing")

    def figures(self) -> dict[str, float]:
        return {
            "acknowledged": sum(node.acknowledged for node in self.nodes),
            "unknown": self.unknown,
            "refused": self.refused,
            "longest_without_acknowledgement": round(self.longest, 2),
            "slowest_answer": round(self.slowest, 2),
        }


class Onlooker:
    """Sees that what a writer was promised is there, whichever node is asked."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def look(self) -> None:
        writer = self._writer
        if writer.mine:
            path = writer.chance.choice(writer.mine)
            answer = await writer.door.ask("GET", f"/v1{path}", None)
            assert (answer.status_code, answer.json().get("author")) == (200, "system"), path

    async def look_at_the_list(self) -> None:
        writer = self._writer
        answer = await writer.door.ask("GET", f"/v1/Users/{writer.name}/Conversations", None)
        assert answer.status_code == 200, answer.text
        listed = {each["conversation_sid"] for each in answer.json()["conversations"]}
        assert listed == writer.seats.keys()


async def _go_on(writer: Writer, over: asyncio.Event) -> None:
    onlooker = Onlooker(writer)
    acts = [*writer.acts(), onlooker.look, onlooker.look, onlooker.look_at_the_list]
    while not over.is_set():
        try:
            await writer.chance.choice(acts)()
        except NoAnswer:
            await asyncio.sleep(_PAUSE_SECONDS)


@asynccontextmanager
async def load(balancer: Balancer, ledger: Ledger, chance: random.Random) -> AsyncIterator[None]:
    """Writers at work for as long as the block lasts, whoever answers them."""
    over = asyncio.Event()
    try:
        writers = await seated(balancer, ledger, "w", chance)
        async with asyncio.TaskGroup() as group:
            for writer in writers:
                group.create_task(_go_on(writer, over))
            yield
            over.set()
    finally:
        for node in balancer.nodes:
            await node.hang_up()
