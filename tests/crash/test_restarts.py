"""PostgreSQL ends under load, in each of its ways: clean refusals, and nothing that is lost."""

import asyncio
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from crash.evidence import PostgresqlRows
from crash.load import WRITERS, Ledger
from crash.nodes import PATIENCE_SECONDS, Balancer, Node, becomes, load, nodes_on
from crash.promises import assert_answers_agree, assert_nothing_is_lost, assert_the_feed_tells_it
from crash.scale import RESTARTS, tell
from engines import Side
from harness import assert_unavailable
from tools import postgresql

pytestmark = pytest.mark.crash

LONGEST_LOAD = 1.0  # seconds until the end
LONGEST_AWAY = 1.0  # seconds until the next beginning
TO_PLACE = "SELECT count(*) FROM events WHERE position IS NULL"
PROBES = 8  # enough to reach each of a node's processes

WAYS = {"stopped": signal.SIGINT, "crashed": signal.SIGQUIT, "killed": signal.SIGKILL}


@pytest.fixture
def nodes(durable_url: str, tmp_path: Path) -> Iterator[list[Node]]:
    with nodes_on(durable_url, tmp_path / "key") as started:
        yield started


def start_again(cluster: postgresql.Cluster) -> None:
    """Starts PostgreSQL, which waits for the last process of a life that was cut short."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            cluster.start()
        except postgresql.NotToBeHad:
            assert time.monotonic() < deadline, "PostgreSQL does not start again"
            time.sleep(0.1)
        else:
            return


async def probed(node: Node, path: str) -> list[httpx.Response]:
    """Several answers, each over a connection of its own."""
    async with httpx.AsyncClient(
        base_url=node.server.url, auth=node.credentials, trust_env=False, timeout=60
    ) as http:
        asked = [http.get(path, headers={"Connection": "close"}) for _ in range(PROBES)]
        return await asyncio.gather(*asked)


async def assert_away(node: Node) -> None:
    """The node lives, says that it cannot serve, and refuses reads as it refuses writes."""
    assert {answer.status_code for answer in await probed(node, "/healthz")} == {200}
    for answer in await probed(node, "/readyz"):
        assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    for answer in await probed(node, "/v1/Conversations"):
        assert_unavailable(answer)


async def is_back(node: Node) -> bool:
    answers = [*await probed(node, "/readyz"), *await probed(node, "/v1/Conversations")]
    assert {answer.status_code for answer in answers} <= {200, 503}
    return all(answer.status_code == 200 for answer in answers)


async def ended_again_and_again(
    cluster: postgresql.Cluster, balancer: Balancer, ledger: Ledger, wish: signal.Signals
) -> list[float]:
    """Returns after how many seconds all nodes served again, each time."""
    chance, recoveries = random.Random(), []
    async with load(balancer, ledger, chance):
        for _ in range(RESTARTS):
            await asyncio.sleep(chance.uniform(0, LONGEST_LOAD))
            await asyncio.to_thread(cluster.stop, wish)
            for node in balancer.nodes:
                await assert_away(node)
            await asyncio.sleep(chance.uniform(0, LONGEST_AWAY))
            await asyncio.to_thread(start_again, cluster)
            began = time.monotonic()
            for node in balancer.nodes:
                await becomes(lambda node=node: is_back(node), "a node does not come back")
                await balancer.went_on(node, WRITERS)
            recoveries.append(time.monotonic() - began)
    return recoveries


@pytest.mark.parametrize("way", WAYS)
def test_a_database_that_ends_under_load_is_refused_for_and_found_again(
    durable: postgresql.Cluster, nodes: list[Node], durable_url: str, outside: Side, way: str
) -> None:
    ledger, balancer = Ledger(), Balancer(nodes, random.Random())

    recoveries = asyncio.run(ended_again_and_again(durable, balancer, ledger, WAYS[way]))

    rows = PostgresqlRows(outside, durable_url)
    asyncio.run(becomes(lambda: rows.execute(TO_PLACE) == [(0,)], "the feed stands still"))
    assert_nothing_is_lost(rows, ledger)
    assert_the_feed_tells_it(rows)
    for node in nodes:
        assert_answers_agree(node.server.url, node.credentials, rows)
        node.leave()
        assert "traceback" not in node.server.stderr().lower()
    # Our own processes all lived on: nobody was left without an answer.
    assert balancer.unknown == 0
    assert balancer.refused > 0
    found = {"restarts": RESTARTS, "longest_until_all_served": round(max(recoveries), 2)}
    tell({"way": way, **found, **balancer.figures()})
