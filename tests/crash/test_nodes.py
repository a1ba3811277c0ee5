"""Nodes on one PostgreSQL that die again and again: who is left answers all along."""

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Iterator
from pathlib import Path

import pytest

from crash import evidence
from crash.evidence import PostgresqlRows
from crash.load import WRITERS, Ledger
from crash.nodes import Balancer, Node, becomes, children, load, nodes_on
from crash.promises import assert_answers_agree, assert_nothing_is_lost, assert_the_feed_tells_it
from crash.scale import AT_LENGTH, NODE_KILLS, tell
from engines import Side

pytestmark = pytest.mark.crash

LONGEST_LOAD = 3.0 if AT_LENGTH else 0.4  # seconds until the kill
ENOUGH = 2 * WRITERS  # acknowledged writes, some of which were begun after the kill
TO_PLACE = "SELECT count(*) FROM events WHERE position IS NULL"
CLAIMED = "SELECT holder FROM claims WHERE holder <> ''"


@pytest.fixture
def nodes(durable_url: str, tmp_path: Path) -> Iterator[list[Node]]:
    with nodes_on(durable_url, tmp_path / "key") as started:
        yield started


class Claim:
    """Who does the background work, seen from outside."""

    def __init__(self, rows: PostgresqlRows) -> None:
        self._rows = rows

    async def holder(self) -> int | None:
        """The process."""
        query = "SELECT holder FROM claims WHERE duty = 'prune'"
        [(name,)] = await asyncio.to_thread(self._rows.execute, query)
        return _process(name) if name else None

    async def and_all_others_are_of(self, processes: list[int]) -> bool:
        """Whether these processes have this claim, and nobody else has another one."""
        found = await asyncio.to_thread(self._rows.execute, CLAIMED)
        return await self.holder() in processes and {_process(name) for (name,) in found} <= {
            *processes
        }

    async def held_by(self, nodes: list[Node]) -> Node | None:
        process = await self.holder()
        return next((node for node in nodes if process in node.pids), None)

    async def taken_by(self, nodes: list[Node]) -> Node:
        """Waits until one of these nodes has taken it; returns which."""
        found: list[Node | None] = []

        async def is_held() -> bool:
            found[:] = [await self.held_by(nodes)]
            return found != [None]

        await becomes(is_held, "nobody has the claim")
        assert found[0] is not None
        return found[0]

    async def comes_to(self, node: Node) -> float:
        """Waits until a node has taken it; returns for how many seconds."""

        async def is_there() -> bool:
            return await self.held_by([node]) is node

        return await becomes(is_there, "nobody has taken the claim over")


def _process(holder: str) -> int:
    return int(holder.rsplit(".", 2)[1])


async def killed_in_turn(balancer: Balancer, ledger: Ledger, claim: Claim) -> dict[str, float]:
    """Kills one node after the other under load; every third time, the one with the claim."""
    chance, nodes = random.Random(), balancer.nodes
    takeovers, survivals = [], []
    async with load(balancer, ledger, chance):
        for number in range(NODE_KILLS):
            await asyncio.sleep(chance.uniform(0, LONGEST_LOAD))
            is_holder = number % 3 == 0
            victim = await claim.taken_by(nodes) if is_holder else chance.choice(nodes)
            [survivor] = [node for node in nodes if node is not victim]
            await asyncio.to_thread(victim.kill)
            survivals.append(await balancer.went_on(survivor, ENOUGH))
            if is_holder:
                takeovers.append(await claim.comes_to(survivor))
            await asyncio.to_thread(victim.start)
        for node in nodes:
            await balancer.went_on(node, ENOUGH)
        alive = [process for node in nodes for process in node.pids]
        await becomes(lambda: claim.and_all_others_are_of(alive), "a dead node has a claim")
    assert len(takeovers) >= NODE_KILLS // 4
    return {
        "longest_takeover": round(max(takeovers), 2),
        "longest_until_enough": round(max(survivals), 2),
    }


def test_nodes_that_are_killed_in_turn_keep_what_each_of_them_acknowledged(
    nodes: list[Node],
    durable_url: str,
    outside: Side,
) -> None:
    rows, ledger = PostgresqlRows(outside, durable_url), Ledger()
    balancer = Balancer(nodes, random.Random())

    found = asyncio.run(killed_in_turn(balancer, ledger, Claim(rows)))

    tell({"kills": NODE_KILLS, **balancer.figures(), **found})
    asyncio.run(becomes(lambda: rows.execute(TO_PLACE) == [(0,)], "the feed stands still"))
    assert_nothing_is_lost(rows, ledger)
    assert_the_feed_tells_it(rows)
    for node in nodes:
        assert_answers_agree(node.server.url, node.credentials, rows)
        node.leave()
        assert evidence.complaints(node.server.stderr()) == []
    assert rows.execute(CLAIMED) == []
    assert sum(1 for _ in ledger.promised()) > NODE_KILLS * 50


async def workers_killed(balancer: Balancer, ledger: Ledger, claim: Claim) -> None:
    """Kills the worker with the claim again and again; the others and the parent live on."""
    [node] = balancer.nodes
    parent = node.server.process.pid
    async with load(balancer, ledger, random.Random()):
        for _ in range(NODE_KILLS // 2):
            await becomes(lambda: _is_one_of(claim, children(parent)), "nobody has the claim")
            holder = await claim.holder()
            assert holder in children(parent)
            assert holder is not None
            os.kill(holder, signal.SIGKILL)
            await balancer.went_on(node, ENOUGH)

            def is_replaced(gone: int = holder) -> bool:
                return len({*children(parent)} - {gone}) == 2

            await becomes(is_replaced, "the worker is not replaced")

        def is_of_the_living() -> Awaitable[bool]:
            return claim.and_all_others_are_of(children(parent))

        await becomes(is_of_the_living, "a dead worker has a claim")


async def _is_one_of(claim: Claim, processes: list[int]) -> bool:
    return await claim.holder() in processes


def test_a_worker_that_is_killed_is_replaced_and_its_work_goes_on(
    nodes: list[Node], durable_url: str, outside: Side
) -> None:
    alone, node = nodes
    alone.leave()
    if not children(node.server.process.pid):
        pytest.skip("this system does not tell which processes a process has started")
    rows, ledger = PostgresqlRows(outside, durable_url), Ledger()

    asyncio.run(workers_killed(Balancer([node], random.Random()), ledger, Claim(rows)))

    asyncio.run(becomes(lambda: rows.execute(TO_PLACE) == [(0,)], "the feed stands still"))
    assert_nothing_is_lost(rows, ledger)
    assert_the_feed_tells_it(rows)
    assert_answers_agree(node.server.url, node.credentials, rows)
    node.leave()
    told = evidence.complaints(node.server.stderr())
    assert len(told) == NODE_KILLS // 2
    assert all("ended with -9: another one takes its place" in line for line in told), told
    assert rows.execute(CLAIMED) == []
