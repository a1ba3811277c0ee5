"""What an operator sees of deliveries, and what becomes of those that are to be sent once more."""

import pytest

from conftest import call_of
from partywire.domain import deliveries
from partywire.domain.accounts import UnknownAccount
from partywire.domain.call import Call, Resources
from partywire.domain.deliveries import DeliveryFilter, StillWaiting, UnknownDelivery
from partywire.model.deliveries import Delivery, Lane
from partywire.storage import deliveries as store
from partywire.storage import delivery_attempts, delivery_lanes
from storage import rows

ROOM = rows.conversation(1).sid
HOOK = rows.webhook(1).sid


async def fill(call: Call, *made: Delivery) -> None:
    async with call.database.transaction() as transaction:
        for one in made:
            await store.add(transaction, one)


def delivery(call: Call, number: int, **more: object) -> Delivery:
    account = call.scope.account
    return rows.delivery(number, **{"account": account, "webhook": account, **more})


async def listed(call: Call, limit: int = 100, **wanted: object) -> list[str]:
    filters = DeliveryFilter(**wanted)  # type: ignore[arg-type]
    found = await deliveries.newest(call.resources, filters, limit)
    return [one.delivery.sid for one in found]


def sids(*numbers: int) -> list[str]:
    return [rows.delivery(number).sid for number in numbers]


async def test_deliveries_are_listed_by_whatever_is_known_of_them(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "_AT_ONCE", 2)
    other = await call_of(call.resources, "AC" + "2" * 32)
    await fill(
        call,
        delivery(call, 1, state="dead"),
        delivery(call, 2, state="delivered", conversation_sid=ROOM),
        delivery(call, 3, webhook=HOOK, conversation_sid=ROOM),
        delivery(other, 4, state="dead"),
        delivery(call, 5, webhook=call.service_sid),
    )
    assert await listed(call) == sids(5, 4, 3, 2, 1)
    assert await listed(call, limit=3) == sids(5, 4, 3)
    assert await listed(call, state="dead") == sids(4, 1)
    assert await listed(call, account=call.scope.account_sid) == sids(5, 3, 2, 1)
    assert await listed(call, account=call.scope.account_sid, state="dead") == sids(1)
    assert await listed(call, conversation=ROOM) == sids(3, 2)
    assert await listed(call, webhook=HOOK) == sids(3)
    assert await listed(call, webhook=call.service_sid) == sids(5)
    assert await listed(call, webhook=other.scope.account_sid) == sids(4)
    assert await listed(call, account="AC nobody") == []


async def test_a_delivery_is_shown_with_its_attempts(call: Call) -> None:
    await fill(call, delivery(call, 1))
    [sid] = sids(1)
    shown, attempts = await deliveries.fetch(call.resources, sid)
    assert (shown.delivery.sid, attempts) == (sid, [])
    assert shown.account == shown.webhook == call.scope.account_sid
    attempt = rows.delivery_attempt(shown.delivery.number)
    async with call.database.transaction() as transaction:
        await delivery_attempts.add(transaction, attempt)
    assert (await deliveries.fetch(call.resources, sid))[1] == [attempt]
    with pytest.raises(UnknownDelivery):
        await deliveries.fetch(call.resources, rows.delivery(2).sid)


async def test_what_is_replayed_waits_again_in_a_lane_that_is_due(call: Call) -> None:
    await fill(call, delivery(call, 1, state="dead", attempts=3, receiver="r"))
    [sid] = sids(1)
    await deliveries.replay(call.resources, sid)
    shown, _ = await deliveries.fetch(call.resources, sid)
    one = shown.delivery
    assert (one.state, one.attempts, one.date_queued) == ("waiting", 3, call.now)
    assert await delivery_lanes.look(call.database, "lane") == Lane("lane", "r", 0, 0)


async def test_a_lane_that_pauses_is_hurried_by_a_replay(call: Call) -> None:
    await fill(call, delivery(call, 1, state="delivered"), delivery(call, 2))
    async with call.database.transaction() as transaction:
        paused = Lane("lane", "receiver", call.now + 1000, 5)
        await delivery_lanes.open_(transaction, paused)
    await deliveries.replay(call.resources, sids(1)[0])
    assert await delivery_lanes.look(call.database, "lane") == Lane("lane", "receiver", 0, 5)


async def test_what_waits_or_is_not_there_is_not_replayed(call: Call) -> None:
    await fill(call, delivery(call, 1))
    with pytest.raises(StillWaiting):
        await deliveries.replay(call.resources, sids(1)[0])
    with pytest.raises(UnknownDelivery):
        await deliveries.replay(call.resources, sids(2)[0])
    assert await delivery_lanes.look(call.database, "lane") is None


async def test_those_that_are_given_up_again_meanwhile_are_replayed_once(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "_AT_ONCE", 2)
    await fill(call, *(delivery(call, number, state="dead") for number in range(1, 6)))
    replay, replayed = deliveries.replay, list[str]()

    async def in_vain(resources: Resources, sid: str) -> None:
        await replay(resources, sid)
        replayed.append(sid)
        async with call.database.transaction() as transaction:
            found = await store.by_sid(transaction, sid)
            assert found is not None
            await store.settle(transaction, found.number, "dead", 2, call.now)

    monkeypatch.setattr(deliveries, "replay", in_vain)
    assert await deliveries.replay_dead(call.resources) == 5
    assert replayed == sids(1, 2, 3, 4, 5)


async def test_what_is_no_text_is_not_there(call: Call) -> None:
    for ask in (deliveries.fetch, deliveries.replay):
        with pytest.raises(UnknownDelivery):
            await ask(call.resources, "WD\udcff")
    with pytest.raises(UnknownAccount):
        await deliveries.replay_dead(call.resources, "AC\udcff")


async def test_all_that_were_given_up_are_replayed_of_one_account_or_of_all(call: Call) -> None:
    other = await call_of(call.resources, "AC" + "2" * 32)
    for number, state in enumerate(("dead", "delivered", "dead"), 1):
        await fill(call, delivery(call, number, state=state))
    await fill(call, delivery(other, 4, state="dead"))
    assert await deliveries.replay_dead(call.resources, call.scope.account_sid) == 2
    assert await listed(call, state="dead") == sids(4)
    assert await listed(call, state="waiting") == sids(3, 1)
    assert await deliveries.replay_dead(call.resources) == 1
    assert await deliveries.replay_dead(call.resources) == 0
    with pytest.raises(UnknownAccount):
        await deliveries.replay_dead(call.resources, "AC nobody")
