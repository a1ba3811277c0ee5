"""What came of an attempt is written down together with what its lane goes on with."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from delivery.nodes import ended
from delivery.webhooks import house
from partywire.delivery.duties import NotOurs, Worker
from partywire.delivery.outgoing import Answer
from partywire.delivery.webhooks.addressing import receiver
from partywire.delivery.webhooks.attempt import Attempt
from partywire.delivery.webhooks.passing import Passing
from partywire.delivery.webhooks.recording import KEPT_ATTEMPTS, Next, Recorder
from partywire.delivery.webhooks.retrying import Patience
from partywire.domain.call import Call
from partywire.model.deliveries import Lane, Waiting
from partywire.storage import deliveries, delivery_attempts, delivery_lanes
from storage import rows

HOUR = 60 * 60 * 1000
PATIENCE = Patience(first=1000, longest=10_000, most=HOUR)


@pytest.fixture
async def node(call: Call) -> Worker:
    return await house.worker_of(call.resources)


@pytest.fixture
def passing(call: Call) -> Passing:
    return Passing(call.resources.clock)


@pytest.fixture
async def recorder(call: Call, node: Worker, passing: Passing) -> AsyncIterator[Recorder]:
    made = Recorder(node, call.resources.clock, passing, PATIENCE)
    task = asyncio.create_task(made.run())
    yield made
    await ended(task)


def attempt(status: int | None) -> Attempt:
    answer = None if status is None else Answer(status, (), b"")
    problem = "nobody there" if status is None else None
    return Attempt(5, 7, "POST", "http://a/", (), b"", "signed", answer, problem)


async def fill(call: Call, *ages: int, lane: str = "lane") -> None:
    """Deliveries that have waited so long in a lane that is due."""
    async with call.database.transaction() as transaction:
        for number, age in enumerate(ages):
            made = rows.delivery(
                hash((lane, number)) % 10**9,
                lane,
                account=call.scope.account,
                webhook=call.scope.account,
                date_queued=call.now - age,
            )
            await deliveries.add(transaction, made)
        await delivery_lanes.open_(transaction, Lane(lane, place(call), 1, 0))


def place(call: Call) -> str:
    """The receiver of all these deliveries."""
    return receiver(call.scope.account, rows.delivery().url)


async def first(call: Call, lane: str = "lane") -> Waiting:
    found = await deliveries.first(call.database, lane)
    assert found is not None
    return found


async def states(call: Call) -> list[tuple[str, int]]:
    return [(one.state, one.attempts) for one in await house.every(call.database)]


async def test_after_a_success_the_lane_goes_on_at_once(call: Call, recorder: Recorder) -> None:
    await fill(call, 0, 0)
    following = await recorder.record(await first(call), attempt(200))
    assert following.waiting == await first(call)
    lane = await delivery_lanes.look(call.database, "lane")
    assert lane == Lane("lane", place(call), following.due, 0)
    assert await states(call) == [("delivered", 1), ("waiting", 0)]


async def test_after_the_last_the_lane_is_closed(call: Call, recorder: Recorder) -> None:
    await fill(call, 0)
    assert await recorder.record(await first(call), attempt(204)) == Next(None)
    assert await delivery_lanes.look(call.database, "lane") is None
    assert await states(call) == [("delivered", 1)]


async def test_after_a_failure_the_same_is_tried_again_later(
    call: Call, recorder: Recorder, passing: Passing
) -> None:
    await fill(call, 0, 0)
    waiting = await first(call)
    for failures in (1, 2):
        following = await recorder.record(await first(call), attempt(503))
        assert following.waiting is not None
        assert following.waiting.number == waiting.number
        assert following.due > passing.now()
        lane = await delivery_lanes.look(call.database, "lane")
        assert lane is not None
        assert lane.failures == failures
    assert await states(call) == [("waiting", 2), ("waiting", 0)]
    await recorder.record(await first(call), attempt(200))
    lane = await delivery_lanes.look(call.database, "lane")
    assert lane is not None
    assert lane.failures == 0


async def test_a_lane_that_goes_to_another_place_by_now_is_tried_there_at_once(
    call: Call, recorder: Recorder, passing: Passing
) -> None:
    await fill(call, 0, 0)
    for _ in range(3):
        await recorder.record(await first(call), attempt(503))
    waiting = await first(call)
    elsewhere = "http://elsewhere.example/"
    await house.listen_to_account(call, elsewhere, "onUserAdded")
    following = await recorder.record(waiting, attempt(503))
    assert following.waiting is not None
    assert following.waiting.url == elsewhere
    assert following.receiver == receiver(call.scope.account, elsewhere)
    assert following.due <= passing.now()
    lane = await delivery_lanes.look(call.database, "lane")
    assert lane == Lane("lane", following.receiver, following.due, 0)


async def test_what_is_refused_is_dead_and_the_lane_goes_on(
    call: Call, recorder: Recorder, passing: Passing
) -> None:
    await fill(call, 0, 0)
    following = await recorder.record(await first(call), attempt(404))
    assert following.due <= passing.now()
    assert await states(call) == [("dead", 1), ("waiting", 0)]


async def test_what_is_too_old_is_dead_after_its_attempt_without_pauses_between(
    call: Call, recorder: Recorder, passing: Passing
) -> None:
    await fill(call, HOUR + 2, HOUR + 1, 0)
    following = await recorder.record(await first(call), attempt(None))
    assert following.due <= passing.now()
    following = await recorder.record(await first(call), attempt(None))
    assert following.due > passing.now()
    await recorder.record(await first(call), attempt(None))
    assert await states(call) == [("dead", 1), ("dead", 1), ("waiting", 1)]


async def test_of_a_lane_that_always_fails_what_is_too_old_is_given_up_together(
    call: Call, recorder: Recorder, passing: Passing
) -> None:
    await fill(call, *[2 * HOUR] * 30, 0, 0)
    await fill(call, *[2 * HOUR] * 3, lane="other")
    for attempts in range(1, 11):
        await recorder.record(await first(call), attempt(None))
        given_up = [one for one in await states(call) if one == ("dead", 1)]
        assert len(given_up) == attempts
    following = await recorder.record(await first(call), attempt(None))
    assert await states(call) == [
        *[("dead", 1)] * 11,
        *[("dead", 0)] * 19,
        *[("waiting", 0)] * 5,
    ]
    assert following.waiting == await first(call)
    assert following.due > passing.now()


async def test_a_lane_that_fails_now_and_then_gives_up_nothing_untried(
    call: Call, recorder: Recorder
) -> None:
    await fill(call, *[2 * HOUR] * 30)
    for number in range(20):
        await recorder.record(await first(call), attempt(200 if number % 5 == 4 else 503))
    assert {one for one in await states(call) if one[1] == 0} == {("waiting", 0)}


async def test_many_results_are_written_in_few_transactions(
    call: Call, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    write = Recorder._write

    async def counted(self: Recorder, entries: list[object]) -> list[Next]:
        batches.append(len(entries))
        return await write(self, entries)  # type: ignore[arg-type]

    monkeypatch.setattr(Recorder, "_write", counted)
    lanes = [f"lane {number}" for number in range(150)]
    for lane in lanes:
        await fill(call, 0, lane=lane)
    each = [await first(call, lane) for lane in lanes]
    await asyncio.gather(*(recorder.record(one, attempt(200)) for one in each))
    assert sum(batches) == 150
    assert len(batches) < 10
    assert await states(call) == [("delivered", 1)] * 150


async def test_of_many_attempts_the_first_and_the_last_are_kept(
    call: Call, recorder: Recorder
) -> None:
    await fill(call, 0)
    number = (await first(call)).number
    for _ in range(2 * KEPT_ATTEMPTS + 5):
        await recorder.record(await first(call), attempt(500))
    kept = [one.attempt for one in await delivery_attempts.of(call.database, number)]
    assert kept == [*range(1, 11), *range(16, 26)]


async def test_an_empty_lane_is_closed_and_one_in_which_something_waits_is_not(
    call: Call, recorder: Recorder
) -> None:
    async with call.database.transaction() as transaction:
        await delivery_lanes.open_(transaction, rows.lane("empty"))
    await fill(call, 0)
    await recorder.put_right("empty")
    await recorder.put_right("lane")
    await recorder.put_right("never")
    assert await delivery_lanes.look(call.database, "empty") is None
    assert await delivery_lanes.look(call.database, "lane") is not None


async def test_what_does_not_wait_any_more_is_left_as_it_is(call: Call, recorder: Recorder) -> None:
    await fill(call, 0)
    waiting = await first(call)
    await recorder.record(waiting, attempt(200))
    assert await recorder.record(waiting, attempt(503)) == Next(None)
    assert await states(call) == [("delivered", 1)]
    assert await recorder.record(replace(waiting, number=10**9), attempt(503)) == Next(None)


async def test_who_has_lost_the_duty_writes_nothing(call: Call, node: Worker) -> None:
    await fill(call, 0)
    other = Worker(call.database, node._duty, "ben")
    recorder = Recorder(other, call.resources.clock, Passing(call.resources.clock), PATIENCE)
    running = asyncio.create_task(recorder.run())
    writing = asyncio.create_task(recorder.record(await first(call), attempt(200)))
    with pytest.raises(NotOurs):
        await running
    writing.cancel()
    assert await states(call) == [("waiting", 0)]
