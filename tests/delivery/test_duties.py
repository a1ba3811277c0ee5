"""Duties: one node at a time does them, another takes over, and who was away notices."""

import asyncio
import itertools
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from delivery.nodes import Nodes, until
from delivery.staff import FOR_EVER, PATIENCE, Node, Record, at_work
from partywire.delivery import duties
from partywire.delivery.duties import Duty, NotOurs, Worker
from partywire.storage import claims
from partywire.storage.claims import NOBODY, Claim
from partywire.storage.database import Again, Database, StorageFailure, Transaction

# A node of its own process, which says each time that it has done its duty.
HOLDER = """
import asyncio, sys
from partywire.delivery.duties import Duty, Worker
from partywire.storage.opening import open_database

async def act(worker):
    async with worker.database.transaction() as transaction:
        await worker.hold(transaction)
    print("done", flush=True)
    return 0.01

async def main(url):
    database = await open_database(url, 4)
    await Worker(database, Duty("sweep", act), "of its own", 0.03, 0.3).run()

asyncio.run(main(sys.argv[1]))
"""


@contextmanager
def holder(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has the duty when the block begins."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"done\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def held_by(database: Database) -> str:
    return (await claims.look(database, "sweep")).holder


async def taken_by_ben(database: Database) -> None:
    """Another node has the duty, whoever has it now."""
    taken = None
    while taken is None:
        async with database.transaction() as transaction:
            found = await claims.look(transaction, "sweep")
            taken = await claims.beat(transaction, found, "ben")


async def test_a_node_alone_does_it_again_and_again(nodes: Nodes) -> None:
    record = Record()
    node = Node(await nodes.one(), "ada", record.duty("ada"))
    async with at_work(node):
        await until(lambda: len(record.by) >= 5)
        await until(lambda: node.worker.is_ours)  # not while it confirms it


@pytest.mark.parametrize("number", [2, 3])
async def test_of_several_nodes_one_does_it(nodes: Nodes, number: int) -> None:
    record = Record()
    names = "abc"[:number]
    all_of_them = [Node(await nodes.one(), name, record.duty(name), FOR_EVER) for name in names]
    async with at_work(*all_of_them):
        await until(lambda: len(record.by) >= 20)
        assert len(set(record.by)) == 1
        assert [node.name for node in all_of_them if node.worker.is_ours] == record.by[:1]


async def test_who_ends_in_peace_is_followed_at_once(nodes: Nodes) -> None:
    record = Record()
    ada = Node(await nodes.one(), "ada", record.duty("ada"), FOR_EVER)
    await until(lambda: bool(record.by))
    ben = Node(await nodes.one(), "ben", record.duty("ben"), FOR_EVER)
    async with at_work(ada, ben):
        await ada.stop()
        await until(lambda: "ben" in record.by)  # whose patience is longer than this test's


async def test_a_claim_that_was_made_in_the_last_moment_is_let_go_too(nodes: Nodes) -> None:
    record = Record()
    database = await nodes.one()
    ada = Node(database, "ada", record.duty("ada"))
    await until(lambda: bool(record.by))
    # A beat went through, and the answer was lost.
    ada.worker._seen = Claim("sweep", "somebody else", -1)
    await ada.stop()
    assert await held_by(database) == NOBODY


async def test_a_beat_that_is_under_way_when_a_node_ends_is_waited_for(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat, reached = claims.beat, asyncio.Event()

    async def slow(transaction: Transaction, claim: Claim, holder: str) -> Claim | None:
        reached.set()
        await asyncio.sleep(0.05)
        return await beat(transaction, claim, holder)

    monkeypatch.setattr(claims, "beat", slow)
    record = Record()
    database = await nodes.one()
    ada = Node(database, "ada", record.duty("ada"))
    await asyncio.wait_for(reached.wait(), 20)
    await ada.stop()
    assert ada.worker._seen == Claim("sweep", "ada", 1)
    assert await held_by(database) == NOBODY


async def test_who_dies_is_followed_after_a_while(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record()
    database = await nodes.one()
    ada = Node(database, "ada", record.duty("ada"))
    await until(lambda: bool(record.by))
    ben = Node(await nodes.one(), "ben", record.duty("ben"), FOR_EVER)
    async with at_work(ben):
        await ada.die(monkeypatch)
        assert await held_by(database) == "ada"
        ben.worker._patience = PATIENCE
        await until(lambda: "ben" in record.by)
        assert await held_by(database) == "ben"
    assert record.most == 1


async def test_a_process_that_is_killed_is_followed(nodes: Nodes) -> None:
    record = Record()
    with holder(nodes.url) as process:
        database = await nodes.one()
        ben = Node(database, "ben", record.duty("ben"), FOR_EVER)
        async with at_work(ben):
            await until(lambda: ben.worker._seen.holder == "of its own")
            assert record.by == []
            process.kill()
            ben.worker._patience = PATIENCE
            await until(lambda: bool(record.by))
            assert await held_by(database) == "ben"


async def test_however_nodes_come_and_go_nobody_is_at_it_twice(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, chance, names = Record(), random.Random(8), itertools.count(1)
    databases = [await nodes.one() for _ in range(3)]

    def fresh(database: Database) -> Node:
        name = f"{next(names)}"
        return Node(database, name, record.duty(name))

    present = [fresh(database) for database in databases]
    for turn in range(8):
        await record.until_done(5)
        mine = next(at for at, node in enumerate(present) if node.name == record.by[-1])
        at = mine if turn % 2 else chance.randrange(3)
        if chance.random() < 0.5:
            await present[at].die(monkeypatch)
        else:
            await present[at].stop()
        present[at] = fresh(databases[at])
    await record.until_done(1)
    for node in present:
        await node.stop()

    assert record.most == 1
    assert len(set(record.by)) > 2


async def test_a_node_that_was_away_notices_before_it_writes(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record()
    database = await nodes.one()
    ada = Node(database, "ada", record.duty("ada"))
    await until(lambda: bool(record.by))

    async def stands_still() -> None:
        await asyncio.sleep(FOR_EVER)

    monkeypatch.setattr(duties, "_LAST_BEAT_SECONDS", 0.01)
    monkeypatch.setattr(ada.worker, "_beat", stands_still)
    ben = Node(await nodes.one(), "ben", record.duty("ben"))
    async with at_work(ada, ben):
        await until(lambda: "ben" in record.by)
        assert not ada.worker.is_ours
        first = record.by.index("ben")
        with pytest.raises(NotOurs):
            await ada.worker._duty.act(ada.worker)
        await until(lambda: len(record.by) > first + 10)
        assert set(record.by[first:]) == {"ben"}


async def test_who_has_lost_it_stops_working_and_may_get_it_back(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record()
    database = await nodes.one()
    ada = Node(database, "ada", record.duty("ada"))
    async with at_work(ada):
        await until(lambda: bool(record.by))
        await taken_by_ben(database)
        await until(lambda: not ada.worker.is_ours)
        await until(lambda: ada.worker.is_ours)  # Ben is never heard of again
        await record.until_done(1)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StorageFailure("the disk is full"), "sweep waits: the disk is full"),
        (ValueError("no"), "sweep failed"),
        (Again("clashed"), None),
    ],
    ids=["storage", "mistake", "clash"],
)
async def test_work_that_fails_is_begun_again(
    nodes: Nodes, caplog: pytest.LogCaptureFixture, error: Exception, said: str | None
) -> None:
    done: list[int] = []

    async def act(_worker: Worker) -> float:
        done.append(1)
        if len(done) < 3:
            raise error
        return FOR_EVER

    node = Node(await nodes.one(), "ada", Duty("sweep", act))
    async with at_work(node):
        await until(lambda: len(done) == 3)
    assert caplog.messages == ([] if said is None else [said] * 2)


async def test_a_database_that_does_not_answer_is_asked_again(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    record, beat, failures = Record(), claims.beat, [1, 2]

    async def gone(transaction: Transaction, claim: Claim, holder: str) -> Claim | None:
        if failures:
            failures.pop()
            raise StorageFailure("it is not there")
        return await beat(transaction, claim, holder)

    monkeypatch.setattr(claims, "beat", gone)
    node = Node(await nodes.one(), "ada", record.duty("ada"))
    async with at_work(node):
        await until(lambda: bool(record.by))
    assert caplog.messages == ["sweep waits: it is not there"] * 2


async def test_a_node_that_is_stopped_while_its_work_ends_does_stop(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def act(_worker: Worker) -> float:
        begun.set()
        try:
            await asyncio.sleep(FOR_EVER)
        finally:
            await may_end.wait()
        return 0.0

    database = await nodes.one()
    node = Node(database, "ada", Duty("sweep", act))
    await asyncio.wait_for(begun.wait(), 20)
    reached = asyncio.Event()
    end = duties._ended

    async def ending(work: asyncio.Task[None]) -> None:
        reached.set()
        await end(work)

    monkeypatch.setattr(duties, "_ended", ending)
    await taken_by_ben(database)
    await asyncio.wait_for(reached.wait(), 20)
    await asyncio.sleep(0)
    node.task.cancel()
    await asyncio.sleep(0)
    may_end.set()
    await asyncio.wait_for(asyncio.wait([node.task]), 20)
    assert node.task.cancelled()
