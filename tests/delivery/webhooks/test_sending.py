"""What waits is sent: in order in each lane, whatever receivers do, and whoever of them hangs."""

import asyncio
import contextlib
import json
from collections import Counter

import pytest
from twilio.request_validator import RequestValidator

from delivery.nodes import until
from delivery.webhooks import house
from delivery.webhooks.house import at_work, every, listen, say, settled, talk, with_settings
from partywire.delivery.webhooks import attempt, receivers
from partywire.delivery.webhooks import sending as module
from partywire.delivery.webhooks.receivers import MOST_AT_ONCE
from partywire.domain import webhooks
from partywire.domain.call import Call
from partywire.domain.deliveries import replay
from partywire.model.deliveries import Delivery
from partywire.model.webhooks import WebhookChanges
from partywire.storage import deliveries, delivery_attempts, delivery_lanes
from receivers import Received, Receiver, Reply, receiving
from storage import rows

HERE = "127.0.0.1:9/hook"


@pytest.fixture
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """No attempt ends, and no duty is lost and begun anew, because the machine is slow."""
    monkeypatch.setattr(attempt, "SECONDS", 3600.0)
    monkeypatch.setattr(house, "PATIENCE", 3600.0)


async def are_made(call: Call, number: int) -> bool:
    return len(await every(call.database)) == number


def bodies(received: list[Received]) -> list[str]:
    return [one.parameters["Body"] for one in received]


async def test_what_happens_is_told_and_signed_with_the_accounts_token(
    call: Call, receiver: Receiver
) -> None:
    async with at_work(with_settings(call.resources)):
        sid = await talk(call)
        await listen(call, sid, f"{receiver.url}/hook")
        await say(call, sid, "hello")
        [received] = await receiver.until(1)
        [found] = await settled(call.database, 1)
    signed = received.headers["x-twilio-signature"]
    valid = RequestValidator("token").validate(f"{receiver.url}/hook", received.parameters, signed)
    assert valid
    assert received.headers["webhook-id"] == found.sid
    assert (found.state, found.attempts) == ("delivered", 1)
    [made] = await delivery_attempts.of(call.database, found.number)
    assert (made.status, made.problem) == (200, None)
    assert made.signed.startswith(f"{receiver.url}/hook")
    assert await delivery_lanes.look(call.database, found.lane) is None


async def test_a_receiver_that_fails_gets_the_same_again_before_anything_else(
    call: Call, receiver: Receiver
) -> None:
    tries: Counter[str] = Counter()

    def reply(received: Received) -> Reply:
        body = received.parameters["Body"]
        tries[body] += 1
        return Reply(503 if tries[body] < 3 else 200)

    receiver.reply = reply
    async with at_work(with_settings(call.resources)):
        sid = await talk(call)
        await listen(call, sid, receiver.url)
        for body in ("one", "two"):
            await say(call, sid, body)
        found = await settled(call.database, 2)
    assert bodies(receiver.received) == ["one"] * 3 + ["two"] * 3
    assert [one.parameters["RetryCount"] for one in receiver.received] == ["0", "1", "2"] * 2
    ids = [one.headers["webhook-id"] for one in receiver.received]
    assert ids == [found[0].sid] * 3 + [found[1].sid] * 3


async def test_what_is_refused_does_not_hold_up_what_follows(
    call: Call, receiver: Receiver
) -> None:
    receiver.reply = lambda got: Reply(400 if got.parameters["Body"] == "bad" else 200)
    async with at_work(with_settings(call.resources)):
        sid = await talk(call)
        await listen(call, sid, receiver.url)
        for body in ("bad", "good"):
            await say(call, sid, body)
        found = await settled(call.database, 2)
    assert bodies(receiver.received) == ["bad", "good"]
    assert [one.state for one in found] == ["dead", "delivered"]


async def test_what_must_not_be_reached_is_given_up_at_once(call: Call, receiver: Receiver) -> None:
    async with at_work(with_settings(call.resources, allowed_targets=())):
        sid = await talk(call)
        await listen(call, sid, receiver.url)
        await say(call, sid, "hello")
        [found] = await settled(call.database, 1)
    assert receiver.received == []
    assert (found.state, found.attempts) == ("dead", 1)
    [made] = await delivery_attempts.of(call.database, found.number)
    assert made.problem is not None
    assert "neither public nor allowed" in made.problem


async def test_a_delivery_of_which_we_can_make_no_request_holds_up_its_own_lane_only(
    call: Call, receiver: Receiver
) -> None:
    broken = rows.delivery(
        account=call.scope.account,
        url=f"http://a:b@{HERE}",
        parameters="no JSON",
        date_queued=call.resources.clock.now(),
    )
    async with call.database.transaction() as transaction:
        await deliveries.add(transaction, broken)
        await delivery_lanes.open_(transaction, rows.lane(broken.lane, receiver.url))
    sid = await talk(call)
    await listen(call, sid, receiver.url)
    async with at_work(with_settings(call.resources)):
        for number in range(3):
            await say(call, sid, str(number))
        await receiver.until(3)
        await house.holds(lambda: was_tried(call, broken, 3))
    found = await deliveries.by_sid(call.database, broken.sid)
    assert found is not None
    attempts = await delivery_attempts.of(call.database, found.number)
    assert {made.problem for made in attempts} == {"a mistake of ours: DecodeError"}
    assert {json.loads(made.request)["url"] for made in attempts} == {HERE}
    assert bodies(receiver.received) == ["0", "1", "2"]


async def was_tried(call: Call, delivery: Delivery, number: int) -> bool:
    found = await deliveries.by_sid(call.database, delivery.sid)
    return found is not None and found.attempts >= number


async def test_what_was_tried_for_too_long_is_given_up(call: Call, receiver: Receiver) -> None:
    receiver.reply = lambda _: Reply(500)
    async with at_work(with_settings(call.resources, webhook_patience=0.0)):
        sid = await talk(call)
        await listen(call, sid, receiver.url)
        for body in ("one", "two"):
            await say(call, sid, body)
        found = await settled(call.database, 2)
    assert bodies(receiver.received) == ["one", "two"]
    assert [one.state for one in found] == ["dead", "dead"]


@pytest.mark.usefixtures("no_hurry")
async def test_a_receiver_that_hangs_holds_up_nobody_else(call: Call, receiver: Receiver) -> None:
    with receiving() as hanging:
        hanging.reply = lambda _: Reply(after=3600)
        async with at_work(with_settings(call.resources)):
            rooms = [await talk(call) for _ in range(3 * MOST_AT_ONCE)]
            for sid in rooms:
                await listen(call, sid, hanging.url)
                await listen(call, sid, receiver.url)
            for number in range(3):
                for sid in rooms:
                    await say(call, sid, str(number))
            await receiver.until(3 * len(rooms))
            assert len(hanging.received) <= MOST_AT_ONCE
            waiting = await deliveries.count(call.database, "waiting", 1000)
            assert waiting >= 3 * len(rooms)


@pytest.mark.usefixtures("no_hurry")
async def test_many_receivers_that_hang_hold_up_none_that_answers(
    call: Call, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_AT_ONCE", 5)
    monkeypatch.setattr(receivers, "MOST_UNPROVEN", 4)
    with contextlib.ExitStack() as stack:
        hanging = [stack.enter_context(receiving()) for _ in range(7)]
        async with at_work(with_settings(call.resources)):
            well = await talk(call)
            await listen(call, well, receiver.url)
            await say(call, well, "first")
            await receiver.until(1)
            for one in hanging:
                one.reply = lambda _: Reply(after=3600)
                sid = await talk(call)
                await listen(call, sid, one.url)
                await say(call, sid, "hello")
            await house.holds(lambda: are_asked(hanging, 4))
            for body in ("second", "third"):
                await say(call, well, body)
            await receiver.until(3)
            assert bodies(receiver.received) == ["first", "second", "third"]
            assert await are_asked(hanging, 4)


async def are_asked(hanging: list[Receiver], number: int) -> bool:
    return sum(len(one.received) for one in hanging) == number


@pytest.mark.usefixtures("no_hurry")
async def test_one_receiver_is_sent_so_many_at_once(call: Call, receiver: Receiver) -> None:
    receiver.reply = lambda _: Reply(after=3600)
    async with at_work(with_settings(call.resources)):
        for _ in range(MOST_AT_ONCE + 5):
            sid = await talk(call)
            await listen(call, sid, receiver.url)
            await say(call, sid, "hello")
        await receiver.until(MOST_AT_ONCE)
        await house.holds(lambda: are_made(call, MOST_AT_ONCE + 5))
        await asyncio.sleep(0.05)
        assert len(receiver.received) == MOST_AT_ONCE


async def test_a_lane_with_much_to_say_lets_others_have_their_turn(
    call: Call, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_IN_A_ROW", 2)
    sid = await talk(call)
    await listen(call, sid, receiver.url)
    for number in range(7):
        await say(call, sid, str(number))
    async with at_work(with_settings(call.resources)):
        await settled(call.database, 7)
    assert bodies(receiver.received) == [str(number) for number in range(7)]


async def test_a_lane_follows_its_webhook_to_another_place(call: Call, receiver: Receiver) -> None:
    with receiving() as other:
        sid = await talk(call)
        await house.listen_to_account(call, receiver.url, "onMessageAdded")
        await say(call, sid, "one")
        async with at_work(with_settings(call.resources)):
            await settled(call.database, 1)
        await house.listen_to_account(call, other.url, "onMessageAdded")
        await say(call, sid, "two")
        await say(call, sid, "three")
        async with at_work(with_settings(call.resources)):
            await settled(call.database, 3)
        assert bodies(receiver.received) == ["one"]
        assert bodies(other.received) == ["two", "three"]


async def test_what_waits_goes_to_where_its_webhook_is_by_now(
    call: Call, receiver: Receiver
) -> None:
    receiver.reply = lambda _: Reply(503)
    sid = await talk(call)
    hook = await listen(call, sid, receiver.url)
    with receiving() as other:
        async with at_work(with_settings(call.resources)):
            for body in ("one", "two"):
                await say(call, sid, body)
            await receiver.until(2)
            moved = WebhookChanges(url=other.url, method="get")
            await webhooks.update(call, sid, hook.sid, moved)
            found = await settled(call.database, 2)
        assert bodies(receiver.received) == ["one"] * len(receiver.received)
        assert bodies(other.received) == ["one", "two"]
        assert [one.method for one in other.received] == ["GET", "GET"]
        assert [one.headers["webhook-id"] for one in other.received] == [one.sid for one in found]


async def test_what_was_given_up_is_replayed_to_where_its_webhook_is_by_now(
    call: Call, receiver: Receiver
) -> None:
    receiver.reply = lambda _: Reply(404)
    sid = await talk(call)
    await house.listen_to_service(call, receiver.url, "onMessageAdded")
    with receiving() as other:
        async with at_work(with_settings(call.resources)):
            await say(call, sid, "hello")
            [dead] = await settled(call.database, 1)
            await house.listen_to_service(call, other.url, "onMessageAdded")
            await replay(call.resources, dead.sid)
            [received] = await other.until(1)
            [found] = await settled(call.database, 1)
        assert (dead.state, found.state, found.sid) == ("dead", "delivered", dead.sid)
        assert received.headers["webhook-id"] == dead.sid
        signed = received.headers["x-twilio-signature"]
        assert RequestValidator("token").validate(f"{other.url}/", received.parameters, signed)


async def test_a_lane_in_which_nothing_waits_is_closed(call: Call) -> None:
    async with call.database.transaction() as transaction:
        await delivery_lanes.open_(transaction, rows.lane("empty"))
    async with at_work(with_settings(call.resources)):
        await house.closed(call.database, "empty")


async def test_a_node_that_is_not_sure_of_its_duty_sends_nothing(
    call: Call, receiver: Receiver
) -> None:
    sid = await talk(call)
    await listen(call, sid, receiver.url)
    async with at_work(with_settings(call.resources)) as worker:
        await until(lambda: worker.is_ours)
        worker._every = worker._patience  # from now on it never is
        await say(call, sid, "hello")
        await asyncio.sleep(0.1)
        assert receiver.received == []
        worker._every = house.EVERY
        await receiver.until(1)
