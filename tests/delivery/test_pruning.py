"""Events are forgotten when they are older than anybody needs, by the node whose duty it is."""

import pytest

from delivery.nodes import Nodes
from partywire.clock import FrozenClock
from partywire.delivery import pruning as module
from partywire.delivery.duties import NotOurs, Worker
from partywire.delivery.pruning import pruning
from partywire.model.deliveries import RemovedConversation
from partywire.storage import accounts, claims, deliveries, outbox, removals
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


DAY = 24 * 60 * 60 * 1000
LATER = 40 * DAY
SIDS = Query("SELECT sid FROM deliveries ORDER BY number", str)


@pytest.fixture
async def delivered(nodes: Nodes) -> Database:
    """A node that has the duty, and deliveries that were settled, or not, at several times."""
    database = await nodes.one()
    async with database.transaction() as transaction:
        await accounts.add(transaction, rows.account())
        for number, (state, date) in enumerate(
            [
                ("delivered", LATER - 8 * DAY),
                ("dead", LATER - 31 * DAY),
                ("dead", LATER - 29 * DAY),
                ("waiting", LATER - 31 * DAY),
                ("delivered", LATER - 6 * DAY),
                ("delivered", LATER - 5 * DAY),
            ]
        ):
            made = rows.delivery(number, state=state, date_updated=date)
            await deliveries.add(transaction, made)
        gone = RemovedConversation("CH", rows.SERVICE, "MG", "[]", LATER - 8 * DAY)
        await removals.add(transaction, gone)
        await claims.beat(transaction, Claim("prune", NOBODY, 0), "ada")
    return database


def sid(*numbers: int) -> list[str]:
    return [rows.delivery(number).sid for number in numbers]


async def test_deliveries_go_with_the_events_but_the_dead_stay_longer_and_who_waits_stays(
    delivered: Database,
) -> None:
    duty = pruning(FrozenClock(LATER), 7 * DAY)
    await duty.act(Worker(delivered, duty, "ada"))
    assert await delivered.all(SIDS) == sid(2, 3, 4, 5)
    assert await removals.by_sid(delivered, "CH") is None


async def test_of_too_many_deliveries_the_oldest_go(
    delivered: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_DELIVERIES", 1)
    duty = pruning(FrozenClock(LATER), 100 * DAY)
    await duty.act(Worker(delivered, duty, "ada"))
    assert await delivered.all(SIDS) == sid(2, 3, 5)
