"""Timers fire on whichever node has the duty, when they are due, and after any time away."""

import asyncio

import pytest

from delivery.nodes import Nodes, resources_of
from delivery.staff import EVERY, PATIENCE
from partywire.clock import FrozenClock, SystemClock
from partywire.delivery.background import working
from partywire.delivery.duties import NotOurs, Worker
from partywire.delivery.timers import firing
from partywire.domain import timers
from partywire.model.conversations import Conversation
from partywire.storage import accounts, claims, conversations, services
from partywire.storage.claims import NOBODY, Claim
from partywire.storage.database import Database
from partywire.storage.query import Query
from storage import rows

NOW = 1_000_000
STATES = Query("SELECT state FROM conversations ORDER BY sid", str)
KINDS = Query("SELECT kind FROM events ORDER BY arrival", str)
TOLD = ["conversation.updated", "conversation.state_updated"]


async def added(database: Database, *made: Conversation) -> None:
    async with database.transaction() as transaction:
        for conversation in made:
            await conversations.add(transaction, conversation)


async def until_states(database: Database, *states: str) -> None:
    found: list[str] = []
    while found != list(states):
        found = await database.all(STATES)
        await asyncio.sleep(0.005)


@pytest.fixture
async def node(nodes: Nodes) -> Database:
    """A node that has the duty."""
    database = await nodes.one()
    async with database.transaction() as transaction:
        await accounts.add(transaction, rows.account())
        await services.add(transaction, rows.service())
        await claims.beat(transaction, Claim("timers", NOBODY, 0), "ada")
    return database


class Duty:
    """The duty as a node does it, by a clock that stands still until it is moved."""

    def __init__(self, database: Database, name: str = "ada") -> None:
        self.clock = FrozenClock(NOW)
        duty = firing(resources_of(database, self.clock))
        self._act, self._worker = duty.act, Worker(database, duty, name, EVERY, PATIENCE)

    async def act(self) -> float:
        return await self._act(self._worker)


async def test_without_timers_it_looks_twice_a_second_and_writes_nothing(node: Database) -> None:
    await added(node, rows.conversation(1))
    assert await Duty(node).act() == 0.5
    assert await node.all(KINDS) == []


async def test_it_wakes_when_the_next_timer_ends(node: Database) -> None:
    await added(node, rows.conversation(1, date_closed=NOW + 5000))
    assert await Duty(node).act() == 0.5
    await added(node, rows.conversation(2, date_inactive=NOW + 300))
    assert await Duty(node).act() == pytest.approx(0.3)
    await added(node, rows.conversation(3, date_closed=NOW + 1))
    assert await Duty(node).act() == pytest.approx(0.02)
    assert await node.all(KINDS) == []


async def test_nothing_is_due_while_the_clock_stands_still(node: Database) -> None:
    await added(node, rows.conversation(1, date_inactive=NOW + 100))
    duty = Duty(node)
    for _ in range(3):
        assert await duty.act() > 0
    assert await node.all(STATES) == ["active"]
    duty.clock.advance(99)
    assert await duty.act() > 0
    assert await node.all(STATES) == ["active"]
    duty.clock.advance(1)
    assert await duty.act() == 0
    assert await node.all(STATES) == ["inactive"]


async def test_a_clock_that_is_put_back_ends_nothing_twice_and_nothing_early(
    node: Database,
) -> None:
    made = [rows.conversation(n, date_inactive=NOW + n * 100) for n in (1, 2)]
    await added(node, *made)
    duty = Duty(node)
    duty.clock.advance(100)
    assert await duty.act() == 0
    duty.clock.advance(-3_600_000)
    for _ in range(3):
        assert await duty.act() == 0.5
    assert await node.all(STATES) == ["inactive", "active"]
    duty.clock.advance(3_600_100)
    assert [await duty.act(), await duty.act()] == [0, 0.5]
    assert await node.all(STATES) == ["inactive", "inactive"]
    assert await node.all(KINDS) == TOLD * 2


async def test_after_any_time_away_all_that_is_due_is_caught_up_batch_by_batch(
    node: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "_MOST_AT_ONCE", 2)
    numbers = range(1, 6)
    made = [rows.conversation(n, date_inactive=n, date_closed=NOW + n) for n in numbers]
    await added(node, *made)
    duty = Duty(node)

    assert [await duty.act() for _ in range(3)] == [0, 0, 0]
    assert await duty.act() > 0
    assert await node.all(STATES) == ["inactive"] * 5
    duty.clock.advance(5)
    assert [await duty.act() for _ in range(3)] == [0, 0, 0]

    assert await duty.act() == 0.5
    assert await node.all(STATES) == ["closed"] * 5
    assert await node.all(KINDS) == TOLD * 10


async def test_who_has_lost_the_duty_changes_nothing(node: Database) -> None:
    await added(node, rows.conversation(1, date_inactive=NOW))
    with pytest.raises(NotOurs):
        await Duty(node, "ben").act()
    assert await node.all(STATES) == ["active"]
    assert await node.all(KINDS) == []


async def test_what_a_date_cannot_change_does_not_stop_the_others(node: Database) -> None:
    strange = rows.conversation(1, state="inactive", date_inactive=NOW - 9)
    await added(node, strange, rows.conversation(2, date_inactive=NOW))
    duty = Duty(node)
    assert [await duty.act(), await duty.act()] == [0, 0.5]
    assert await node.all(STATES) == ["inactive", "inactive"]


async def test_a_node_fires_what_became_due_while_none_was_there(nodes: Nodes) -> None:
    database, clock = await nodes.one(), SystemClock()
    async with database.transaction() as transaction:
        await accounts.add(transaction, rows.account())
        await services.add(transaction, rows.service())
    passed = {"date_inactive": clock.now() - 2000, "date_closed": clock.now() - 1000}
    await added(database, rows.conversation(1, **passed), rows.conversation(2, date_closed=2**50))

    async with asyncio.timeout(20), working(resources_of(database, clock)):
        await until_states(database, "closed", "active")

    told = [kind for kind in await database.all(KINDS) if kind in TOLD]
    assert told == TOLD * 2
    found = await conversations.by_sid(database, rows.SERVICE, rows.conversation(1).sid)
    assert found is not None
    assert found.date_updated == passed["date_closed"]


async def test_two_nodes_fire_each_timer_once(nodes: Nodes) -> None:
    databases, clock = [await nodes.one(), await nodes.one()], SystemClock()
    first = databases[0]
    async with first.transaction() as transaction:
        await accounts.add(transaction, rows.account())
        await services.add(transaction, rows.service())
    soon = clock.now() + 100
    await added(first, *(rows.conversation(n, date_inactive=soon + n) for n in range(1, 40)))

    async with (
        asyncio.timeout(20),
        working(resources_of(databases[0], clock)),
        working(resources_of(databases[1], clock)),
    ):
        await until_states(first, *["inactive"] * 39)

    assert await first.all(KINDS) == TOLD * 39
