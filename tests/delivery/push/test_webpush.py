"""Web Push: encrypted for the browser, vouched for by the account, and every answer."""

import json

import pytest
from msgspec.structs import replace

from delivery.push.gateways import Browser, Reply, World
from delivery.push.scenes import (
    browser,
    configured,
    device,
    log,
    planned,
    pushed,
    sending,
    until_log,
)
from domain.scenes import talk
from partywire.clock import FrozenClock
from partywire.delivery.outgoing import Answer, Unreached
from partywire.delivery.push import waiting, webpush
from partywire.delivery.push.webpush import verdict
from partywire.domain import bindings, messages
from partywire.domain.call import Call
from partywire.model.bindings import BindingFilter
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.pushes import Notification, Push
from partywire.storage import pushes


async def told(call: Call, body: str = "hi") -> tuple[str, str | None]:
    """What became of the push to dee of what ann says, and why."""
    await configured(call)
    made = await talk(call, "ann", "dee")
    await messages.create(call, made.sid, MessageChanges(author="ann", body=body))
    await pushed(call)
    last = (await log(call.database))[-1]
    assert last.identity == "dee"
    return last.outcome, last.reason


async def bound(call: Call) -> int:
    return len((await bindings.page(call, BindingFilter(), PageRequest(9))).items)


async def test_only_the_browser_can_read_it(call: Call, world: World) -> None:
    await browser(call, world, "dee", "1")
    assert await told(call, "ünï💥") == ("sent", "the push service has taken it")
    [shown] = world.browsers.pushed
    assert shown.payload["twi_body"].endswith(":ann: ünï💥")
    [asked] = world.browsers.gateway.asked
    assert b"ann" not in asked.body


async def test_the_longest_text_fits(call: Call, world: World) -> None:
    await browser(call, world, "dee", "1")
    assert (await told(call, "💥" * 5000))[0] == "sent"
    assert len(world.browsers.gateway.asked[0].body) <= 4096


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_loses_its_binding(
    call: Call, world: World, status: int
) -> None:
    await browser(call, world, "dee", "1")
    [endpoint] = [each.endpoint for each in world.browsers.browsers.values()]
    world.browsers.told[endpoint] = [Reply(status)]
    assert await told(call) == ("gone", f"the push service answered {status}")
    assert await bound(call) == 0


async def test_a_place_in_the_operator_s_own_network_is_not_reached(
    call: Call, world: World
) -> None:
    await browser(call, world, "dee", "1")
    guarded = replace(call.resources.config, allowed_targets=())
    call = replace(call, resources=replace(call.resources, config=guarded))
    outcome, reason = await told(call)
    assert outcome == "failed"
    assert (reason or "").startswith("the push service must not be reached: 127.0.0.1")
    assert world.browsers.gateway.asked == []


async def test_a_push_service_that_hangs_is_left_alone_for_a_while(
    call: Call, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webpush, "SECONDS", 0.05)
    await browser(call, world, "dee", "1")
    [endpoint] = [each.endpoint for each in world.browsers.browsers.values()]
    world.browsers.told[endpoint] = [Reply(0)]
    await configured(call)
    made = await talk(call, "ann", "dee")
    for body in ("one", "two"):
        await messages.create(call, made.sid, MessageChanges(author="ann", body=body))
    await planned(call)
    numbers = [push for push in await log(call.database) if push.identity == "dee"]
    assert [push.outcome for push in numbers] == ["waiting"] * 2
    [first, second] = [
        due
        for number in await pushes.due(call.database, "webpush", call.now, 9)
        if (due := await pushes.standing(call.database, number)) is not None
    ]
    sender = webpush.WebPush(call.resources)
    said = Notification(
        kind="new_message", text="x", conversation_sid="CH1", title="x", reference="1"
    )
    with pytest.raises(Unreached):
        await sender.push(first, said)
    assert (await sender.push(second, said)).reason == (
        "the push service was not reached a moment ago"
    )
    clock = call.resources.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(10_000)
    monkeypatch.setattr(webpush, "SECONDS", 10)
    world.browsers.told.clear()
    assert (await sender.push(second, said)).outcome == "sent"
    await sender.close()


def sent(found: list[Push]) -> int:
    return sum(push.outcome == "sent" for push in found)


async def test_one_request_that_is_lost_does_not_hold_up_a_service_that_answers(
    call: Call, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many browsers have the same push service: of one it may know nothing for a while."""
    now = [100.0]
    monkeypatch.setattr(waiting, "monotonic", lambda: now[0])
    monkeypatch.setattr(webpush, "SECONDS", 600.0)
    await configured(call)
    await browser(call, world, "dee", "lost")
    await browser(call, world, "dee", "alive")
    [lost, alive] = [each.endpoint for each in world.browsers.browsers.values()]
    world.browsers.told[lost] = [Reply(0)]
    made = await talk(call, "ann", "dee")
    async with sending(call) as sender:
        for number in range(1, 4):
            await messages.create(call, made.sid, MessageChanges(author="ann", body="hi"))
            await planned(call, sender.wake)
            await until_log(
                call.database, lambda found, number=number: sent(found) == 2 * number - 1
            )  # type: ignore[misc]
            now[0] += waiting.LONG * 0.6
    devices = [push.device for push in world.browsers.pushed]
    assert (devices.count(lost), devices.count(alive)) == (2, 3)


async def test_a_key_that_is_no_point_of_the_curve_is_told(call: Call, world: World) -> None:
    made = json.loads(Browser(world.browsers.url, "x", "").subscription)
    made["keys"]["p256dh"] = "BA" + "A" * 85
    await device(call, "dee", "webpush", json.dumps(made))
    outcome, reason = await told(call)
    assert outcome == "failed"
    assert (reason or "").startswith("the device's subscription cannot be used: ")


async def test_without_a_contact_none_is_named(call: Call, world: World) -> None:
    await browser(call, world, "dee", "1")
    nobody = replace(call.resources.config, push_contact=None)
    call = replace(call, resources=replace(call.resources, config=nobody))
    world.browsers._is_vouched_for = lambda *_: True  # type: ignore[method-assign]
    assert (await told(call))[0] == "sent"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, "sent"),
        (201, "sent"),
        (202, "sent"),
        (301, "failed"),
        (400, "failed"),
        (401, "failed"),
        (403, "failed"),
        (404, "gone"),
        (410, "gone"),
        (413, "failed"),
        (429, "again"),
        (500, "again"),
        (503, "again"),
    ],
)
def test_an_answer_has_a_meaning(status: int, outcome: str) -> None:
    found = verdict(Answer(status, (("retry-after", "5"),), b"be\ncause"), 1)
    assert found.outcome == outcome
    assert found.after == (5 if outcome == "again" else None)
    if outcome != "sent":
        assert found.reason == f"the push service answered {status} be cause"
