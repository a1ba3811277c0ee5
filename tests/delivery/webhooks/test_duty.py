"""One node tells webhooks; another goes on where it was, and nothing is lost or out of order."""

import random
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.nodes import until
from delivery.webhooks import house
from delivery.webhooks.house import (
    Node,
    at_work,
    every,
    listen,
    say,
    settled,
    talk,
    with_settings,
)
from partywire.delivery.duties import Worker
from partywire.domain.call import Call
from partywire.storage import claims, delivery_lanes
from partywire.storage.query import Statement
from receivers import Received, Reply, receiving
from storage import rows


async def test_a_node_that_ends_leaves_the_duty_to_another(call: Call) -> None:
    resources = with_settings(call.resources)
    sid = await talk(call)
    with receiving() as receiver:
        await listen(call, sid, receiver.url)
        for name in ("ada", "ben"):
            async with at_work(resources, name):
                await say(call, sid, name)
                await settled(call.database, 1 if name == "ada" else 2)
            assert (await claims.look(call.database, "webhooks")).holder == claims.NOBODY
        assert [one.parameters["Body"] for one in receiver.received] == ["ada", "ben"]


async def test_retries_come_though_the_clock_stands_still(call: Call) -> None:
    answers = iter([Reply(500)] * 3 + [Reply()])
    with receiving() as receiver:
        receiver.reply = lambda _: next(answers)
        async with at_work(with_settings(call.resources)):
            sid = await talk(call)
            await listen(call, sid, receiver.url)
            await say(call, sid, "hello")
            [found] = await settled(call.database, 1)
    assert (found.state, found.attempts, found.date_updated) == ("delivered", 4, call.now)


async def test_what_was_due_by_a_wrong_clock_is_tried_soon(call: Call) -> None:
    async with call.database.transaction() as transaction:
        far = rows.lane("far", due=call.now + 10**12)
        await delivery_lanes.open_(transaction, far)
    async with at_work(with_settings(call.resources)):
        await house.closed(call.database, "far")


async def test_a_failure_of_the_database_ends_the_round_and_the_next_goes_on(
    call: Call, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Statement("DELETE FROM nothing")
    with receiving() as receiver:
        sid = await talk(call)
        await listen(call, sid, receiver.url)
        with monkeypatch.context() as patch:
            patch.setattr("partywire.storage.deliveries._ADD", broken)
            async with at_work(with_settings(call.resources)) as worker:
                await say(call, sid, "hello")
                await until(lambda: bool(caplog.records))
                patch.undo()
                assert isinstance(worker, Worker)
                await receiver.until(1)
                await settled(call.database, 1)
    assert [one.parameters["Body"] for one in receiver.received] == ["hello"]


class Unreliable:
    """Fails, refuses for now or hangs up at random; remembers what it took of each lane."""

    def __init__(self, seed: int, failing: float) -> None:
        self._random = random.Random(seed)
        self._failing = failing
        self.seen: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def reply(self, received: Received) -> Reply:
        named = received.parameters
        lane = f"{received.target}/{named['ConversationSid']}"
        self.seen[lane].append((received.headers["webhook-id"], named["Body"]))
        if self._random.random() < self._failing:
            return Reply(self._random.choice([429, 500, 503]))
        return Reply()


def in_order(seen: list[tuple[str, str]]) -> list[str]:
    """The bodies in the order in which each came first; a repetition has the id of before."""
    bodies: list[str] = []
    ids: dict[str, str] = {}
    for sid, body in seen:
        if body not in ids:
            ids[body] = sid
            bodies.append(body)
        assert ids[body] == sid
        # What is repeated is the last: what follows came only after it was settled.
        assert body == bodies[-1], seen
    return bodies


@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.3, 0.6]),
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from([False, False, True])), max_size=15),
)
async def test_everything_arrives_in_order_whatever_fails_and_whoever_dies(
    call: Call, seed: int, failing: float, steps: list[tuple[int, bool]]
) -> None:
    resources = with_settings(call.resources)
    unreliable = Unreliable(seed, failing)
    said: dict[str, list[str]] = defaultdict(list)
    with receiving() as receiver:
        receiver.reply = unreliable.reply
        rooms = [await talk(call) for _ in range(3)]
        for room in rooms:
            await listen(call, room, f"{receiver.url}/scoped")
        await house.listen_to_account(call, f"{receiver.url}/account", "onMessageAdded")
        before = len(await every(call.database))
        nodes = [Node(resources, "ada"), Node(resources, "ben")]
        for number, (room, dies) in enumerate(steps):
            await say(call, rooms[room], str(number))
            said[rooms[room]].append(str(number))
            if dies:
                await nodes.pop(0).die()
                nodes.append(Node(resources, f"node {number}"))
        await settled(call.database, before + 2 * len(steps))
        for node in nodes:
            await node.stop()
        await house.listen_to_account(call, "")
    for room in rooms:
        for target in ("/scoped", "/account"):
            assert in_order(unreliable.seen[f"{target}/{room}"]) == said[room]
