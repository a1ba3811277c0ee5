"""Servers are killed while they tell an unreliable webhook of messages: each arrives, in order."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from crash import evidence
from crash.evidence import PostgresqlRows
from crash.nodes import Node, account_in, children, kill_all
from crash.scale import AT_LENGTH, tell
from crash.told import (
    PATIENCE,
    REACHING,
    assert_all_came_in_order,
    post,
    rooms_told_to,
    stored,
    until,
)
from crash.unreliable import Unreliable
from engines import Side
from harness import Client, Server

pytestmark = pytest.mark.crash

MESSAGES = 10_000 if AT_LENGTH else 300
KILLS = 20 if AT_LENGTH else 3
ROOMS = 25
FAILING = 0.3
HOLDER = "SELECT holder FROM claims WHERE duty = 'webhooks' AND holder <> ''"


def started(database: tuple[str, str]) -> Server:
    url, key = database
    place = ("--port", "0", "--database", url, "--key-file", key, "--no-access-log")
    return Server(["serve", *place, *REACHING])


def enough(before: int, posted: int, chance: random.Random) -> int:
    """How many are taken when the next is killed: some of those that wait."""
    return before + chance.randint(1, max(1, (posted - before) * 3 // 4))


def test_every_message_is_told_in_order_however_often_the_server_is_killed(
    database: tuple[str, str],
) -> None:
    credentials = account_in(database[0], Path(database[1]))
    chance, posted, began = random.Random(), 0, time.monotonic()
    with Unreliable(FAILING) as unreliable:
        server = started(database)
        try:
            with Client(server.url, credentials) as client:
                rooms = rooms_told_to(unreliable, client, ROOMS)
            for _ in range(KILLS):
                before = unreliable.taken
                each = MESSAGES // KILLS
                posted += asyncio.run(post([server.url], credentials, rooms, each))
                until(enough(before, posted, chance), unreliable)
                kill_all(server)
                server = started(database)
            until(posted, unreliable)
            with Client(server.url, credentials) as client:
                kept = stored(client, rooms)
            until(sum(kept.values()), unreliable)
            assert server.stop() == 0
        finally:
            if server.process.poll() is None:
                kill_all(server)
    assert sum(kept.values()) >= posted >= MESSAGES * 3 // 4
    assert_all_came_in_order(unreliable, kept)
    tell(figures(unreliable, posted, KILLS, began))


def figures(unreliable: Unreliable, posted: int, kills: int, began: float) -> dict[str, object]:
    return {
        "messages": posted,
        "kills": kills,
        "requests": sum(unreliable.answers.values()),
        "taken twice": unreliable.answers["200"] - posted,
        **unreliable.answers,
        "seconds": round(time.monotonic() - began),
    }


class Tellers:
    """Two nodes on one PostgreSQL, one of them two processes: one of the three tells webhooks."""

    def __init__(self, nodes: list[Node], rows: PostgresqlRows) -> None:
        self.nodes, self._rows = nodes, rows

    @property
    def urls(self) -> list[str]:
        return [node.server.url for node in self.nodes]

    def teller(self, gone: int | None = None) -> int:
        """Waits until a process tells webhooks, another than one that is gone; returns which."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for (holder,) in self._rows.execute(HOLDER):
                process = int(holder.rsplit(".", 2)[1])
                if process != gone:
                    return process
            assert time.monotonic() < deadline, "nobody tells webhooks"
            time.sleep(0.02)

    def kill(self, process: int, *, with_its_node: bool) -> None:
        """Ends it, alone where it is a worker, and waits until another one does what it did."""
        [node] = [
            node
            for node in self.nodes
            if process in {node.server.process.pid, *children(node.server.process.pid)}
        ]
        if with_its_node or process == node.server.process.pid:
            kill_all(node.server)
            _assert_calm(node)
            self.teller(process)
            node.start()
        else:
            os.kill(process, signal.SIGKILL)
            self.teller(process)

    def leave(self) -> None:
        for node in self.nodes:
            node.leave()
            _assert_calm(node)


def _assert_calm(node: Node) -> None:
    """Its log holds no trouble but that of workers that we killed."""
    told = evidence.complaints(node.server.stderr())
    assert all("ended with -9: another one takes its place" in line for line in told), told


@pytest.fixture
def tellers(durable_url: str, tmp_path: Path, outside: Side) -> Iterator[Tellers]:
    key = tmp_path / "key"
    credentials = account_in(durable_url, key)
    common = ["--database", durable_url, "--key-file", str(key), *REACHING]
    with ExitStack() as stack:
        nodes = []
        for more in ([], ["--workers", "2"]):
            nodes.append(Node([*common, *more], credentials))
            stack.callback(nodes[-1].end)
        yield Tellers(nodes, PostgresqlRows(outside, durable_url))


def test_every_message_is_told_in_order_whichever_node_is_killed_while_it_tells(
    tellers: Tellers,
) -> None:
    """Messages are posted all the while, through whichever node is there."""
    chance, posted, began = random.Random(), 0, time.monotonic()
    credentials = tellers.nodes[0].credentials
    with Unreliable(FAILING) as unreliable, ThreadPoolExecutor(1) as beside:
        with Client(tellers.urls[0], credentials) as client:
            rooms = rooms_told_to(unreliable, client, ROOMS)
        for number in range(KILLS):
            before, half = unreliable.taken, MESSAGES // KILLS // 2
            write = partial(post, tellers.urls, credentials, rooms, half)
            posted += asyncio.run(write())
            writing = beside.submit(lambda write=write: asyncio.run(write()))
            until(enough(before, posted, chance), unreliable)
            tellers.kill(tellers.teller(), with_its_node=number % 3 != 0)
            posted += writing.result()
        until(posted, unreliable)
        with Client(tellers.urls[0], credentials) as client:
            kept = stored(client, rooms)
        until(sum(kept.values()), unreliable)
        tellers.leave()
    assert sum(kept.values()) >= posted >= MESSAGES * 3 // 4
    assert_all_came_in_order(unreliable, kept)
    tell(figures(unreliable, posted, KILLS, began))
