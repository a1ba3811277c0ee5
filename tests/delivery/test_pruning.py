"""Events are forgotten when they are older than anybody needs, by the node whose duty it is."""

import pytest

from delivery.nodes import Nodes
from partywire.clock import FrozenClock
from partywire.delivery import pruning as module
from partywire.delivery.duties import NotOurs, Worker
from partywire.delivery.pruning import pruning
from partywire.storage import claims, outbox
from partywire.storage.claims import NOBODY, Claim
from partywire.storage.database import Database
from partywire.storage.query import Query
from storage import rows

NOW, KEPT = 1000, 100
DATES = Query("SELECT date FROM events ORDER BY arrival", int)


@pytest.fixture
async def node(nodes: Nodes) -> Database:
    """A node that has the duty, and events of several ages."""
    database = await nodes.one()
    async with database.transaction() as transaction:
        for date in (10, 20, 899, 900, 950):
            await outbox.append(transaction, rows.event(date))
        await claims.beat(transaction, Claim("prune", NOBODY, 0), "ada")
    while await outbox.is_to_place(database):
        async with database.transaction() as transaction:
            await outbox.place(transaction)
    async with database.transaction() as transaction:
        await rows.everybody_has_read(transaction)
    return database


def worker(database: Database, name: str = "ada") -> tuple[Worker, module.Duty]:
    duty = pruning(FrozenClock(NOW), KEPT)
    return Worker(database, duty, name), duty


async def test_what_is_older_than_is_kept_is_gone(node: Database) -> None:
    one, duty = worker(node)
    assert await duty.act(one) == 60
    assert await node.all(DATES) == [900, 950]


async def test_as_long_as_there_is_more_it_goes_on_without_a_pause(
    node: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_AT_ONCE", 2)
    one, duty = worker(node)
    assert await duty.act(one) == 0
    assert await node.all(DATES) == [899, 900, 950]
    assert await duty.act(one) == 60
    assert await node.all(DATES) == [900, 950]


async def test_who_has_lost_the_duty_deletes_nothing(node: Database) -> None:
    other, duty = worker(node, "ben")
    with pytest.raises(NotOurs):
        await duty.act(other)
    assert await node.all(DATES) == [10, 20, 899, 900, 950]
