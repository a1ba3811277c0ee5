"""Deliveries are made of committed events: each once, in order, for all that are to be told."""

import pytest
from msgspec.structs import replace

from delivery.webhooks import house
from delivery.webhooks.house import every, listen, placed, say, talk, telling_call
from partywire.delivery.duties import NotOurs, Worker
from partywire.delivery.webhooks import routing as module
from partywire.delivery.webhooks.passing import Passing
from partywire.delivery.webhooks.routing import Router
from partywire.domain import conversations, messages, services, users, webhooks
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.deliveries import Delivery
from partywire.model.messages import MessageChanges
from partywire.model.users import UserChanges
from partywire.model.webhooks import WebhookChanges
from partywire.storage import cursors, delivery_lanes, outbox

URL = "https://example.com/hook"
Told = tuple[str, str, str | None]


@pytest.fixture
async def node(call: Call) -> Worker:
    return await house.worker_of(call.resources)


@pytest.fixture
def router(call: Call, node: Worker) -> Router:
    return new_router(call, node)


def new_router(call: Call, node: Worker) -> Router:
    """A node that has just got the duty."""
    return Router(call.resources, node, Passing(call.resources.clock))


async def routed(call: Call, router: Router) -> list[Delivery]:
    """All deliveries, once all events were read."""
    await placed(call.database)
    while await router.read_on():
        pass
    return await every(call.database)


def told(deliveries: list[Delivery]) -> list[Told]:
    """Who was told what, and the body or index in it."""
    found = []
    for one in deliveries:
        named = house.parameters(one)
        found.append((one.webhook, one.event_type, named.get("Body")))
    return found


async def test_what_nobody_asked_to_be_told_of_is_passed_over(call: Call, router: Router) -> None:
    sid = await talk(call)
    await listen(call, sid, URL)
    await messages.create(call, sid, MessageChanges(body="quiet"))
    assert await routed(call, router) == []
    assert await cursors.seen(call.database, "webhooks") == await outbox.last(call.database)


async def test_all_levels_are_told_independently_and_only_what_they_name(
    call: Call, router: Router
) -> None:
    await house.listen_to_account(call, f"{URL}/a", "onMessageAdded")
    await house.listen_to_service(call, f"{URL}/s", "onConversationAdded", "onMessageAdded")
    sid = (await conversations.create(telling_call(call), ConversationChanges())).sid
    scoped = await listen(call, sid, f"{URL}/c", method="get")
    await say(call, sid, "hello")
    found = await routed(call, router)
    account, service = call.scope.account, call.service_sid
    assert told(found) == [
        (service, "onConversationAdded", None),
        (account, "onMessageAdded", "hello"),
        (service, "onMessageAdded", "hello"),
        (scoped.sid, "onMessageAdded", "hello"),
    ]
    assert [(one.method, one.url[-1]) for one in found[1:]] == [
        ("POST", "a"),
        ("POST", "s"),
        ("GET", "c"),
    ]
    assert len({one.sid for one in found}) == 4
    assert {one.lane for one in found[1:]} == {
        f"{account}/{sid}",
        f"{service}/{sid}",
        f"{scoped.sid}/{sid}",
    }
    assert {(one.state, one.attempts, one.date_queued) for one in found} == {
        ("waiting", 0, call.now)
    }
    lane = await delivery_lanes.look(call.database, found[1].lane)
    assert lane is not None
    assert lane.receiver == f"{account}/https://example.com"


async def test_events_of_no_conversation_have_a_lane_of_their_service(
    call: Call, router: Router
) -> None:
    await house.listen_to_account(call, URL, "onUserAdded", "onUserUpdated")
    asked = telling_call(call)
    await users.create(asked, "ann", UserChanges())
    await users.update(asked, "ann", UserChanges(friendly_name="Ann"))
    found = await routed(call, router)
    assert [one.event_type for one in found] == ["onUserAdded", "onUserUpdated"]
    assert {one.lane for one in found} == {f"{call.scope.account}/{call.service_sid}"}
    assert "IsNotifiable" not in house.parameters(found[1])


async def test_each_event_is_told_once_whoever_reads_on(
    call: Call, router: Router, node: Worker
) -> None:
    sid = await talk(call)
    await listen(call, sid, URL)
    await say(call, sid, "one")
    await routed(call, router)
    await say(call, sid, "two")
    found = await routed(call, new_router(call, node))
    assert [house.parameters(one)["Body"] for one in found] == ["one", "two"]
    assert [one.number for one in found] == sorted(one.number for one in found)


async def test_who_has_lost_the_duty_makes_no_delivery(call: Call) -> None:
    other = Worker(call.database, (await house.worker_of(call.resources))._duty, "ben")
    sid = await talk(call)
    await listen(call, sid, URL)
    await say(call, sid, "hello")
    await placed(call.database)
    with pytest.raises(NotOurs):
        await new_router(call, other).read_on()
    assert await every(call.database) == []


async def test_a_conversation_that_is_gone_has_told_everything_before(
    call: Call, router: Router
) -> None:
    sid = await talk(call)
    scoped = await listen(call, sid, URL, filters=["onMessageAdded", "onConversationRemoved"])
    await say(call, sid, "last words")
    await conversations.delete(telling_call(call), sid)
    found = await routed(call, router)
    assert told(found) == [
        (scoped.sid, "onMessageAdded", "last words"),
        (scoped.sid, "onConversationRemoved", None),
    ]
    assert house.parameters(found[0])["MessagingServiceSid"].startswith("MG")


async def test_a_service_that_is_gone_is_told_of_no_more(call: Call, router: Router) -> None:
    service = await services.create(call, "Elsewhere")
    there = replace(call, scope=replace(call.scope, service_sid=service.sid))
    await house.listen_to_account(call, URL, "onMessageAdded")
    await say(there, await talk(there), "hello")
    await services.delete(call, service.sid)
    assert await routed(call, router) == []
    assert await cursors.seen(call.database, "webhooks") == await outbox.last(call.database)


@pytest.mark.parametrize("at_once", [500, 2])
async def test_messages_are_replayed_in_order_before_later_ones(
    call: Call, router: Router, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_AT_ONCE", at_once)
    sid = await talk(call)
    first = await listen(call, sid, f"{URL}/1")
    for number in range(6):
        message = await say(call, sid, f"message {number}")
        if number == 3:
            await messages.delete(call, sid, message.sid)
    second = await listen(call, sid, f"{URL}/2", replay_after=1)
    third = await listen(call, sid, f"{URL}/3")
    await say(call, sid, "message 6")
    found = await routed(call, router)

    def of(webhook: str) -> list[str]:
        return [house.parameters(one)["Index"] for one in found if one.webhook == webhook]

    assert of(first.sid) == ["0", "1", "2", "3", "4", "5", "6"]
    assert of(second.sid) == ["1", "2", "4", "5", "6"]
    assert of(third.sid) == ["6"]
    again = next(one for one in found if one.webhook == second.sid)
    assert (again.event_type, house.parameters(again)["Body"]) == ("onMessageAdded", "message 1")


async def test_a_replay_that_was_broken_off_makes_no_delivery_twice(
    call: Call, router: Router, node: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_AT_ONCE", 2)
    sid = await talk(call)
    for number in range(5):
        await say(call, sid, f"message {number}")
    await listen(call, sid, URL, replay_after=0)
    await placed(call.database)
    steps = 0
    replay = Router._replay_some

    async def breaking(self: Router, *arguments: object) -> int:
        nonlocal steps
        steps += 1
        if steps == 3:
            raise NotOurs
        return await replay(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Router, "_replay_some", breaking)
    with pytest.raises(NotOurs):
        await routed(call, router)
    assert len(await every(call.database)) == 4
    found = await routed(call, new_router(call, node))
    assert [house.parameters(one)["Index"] for one in found] == ["0", "1", "2", "3", "4"]


async def test_the_replay_of_a_trigger_looks_for_its_keywords(call: Call, router: Router) -> None:
    sid = await talk(call)
    for body in ("help me", "thanks", "HELP"):
        await say(call, sid, body)
    changes = WebhookChanges(url=URL, triggers=["help"], replay_after=0)
    await webhooks.create(call, sid, "trigger", changes)
    found = await routed(call, router)
    assert [house.parameters(one)["Body"] for one in found] == ["help me", "HELP"]


async def test_no_more_than_so_many_are_replayed(
    call: Call, router: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_REPLAYED", 2)
    sid = await talk(call)
    for number in range(4):
        await say(call, sid, f"message {number}")
    await listen(call, sid, URL, replay_after=0)
    found = await routed(call, router)
    assert [house.parameters(one)["Index"] for one in found] == ["2", "3"]
