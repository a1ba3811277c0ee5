"""What is due is sent, looked at again before, tried again after, and written down."""

import contextlib
import json
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from delivery.nodes import until
from delivery.push.gateways import Browsers, Reply, World, error, refused
from delivery.push.scenes import (
    android,
    at_duty,
    browser,
    configured,
    credential,
    device,
    iphone,
    log,
    outcomes,
    planned,
    pushed,
    sending,
    settled,
    until_log,
)
from domain.scenes import talk
from partywire.clock import FrozenClock
from partywire.delivery.duties import NotOurs, Worker
from partywire.delivery.feed import Feed
from partywire.delivery.push import apns, fcm, waiting, webpush
from partywire.delivery.push import sending as module
from partywire.delivery.push.duty import pushing
from partywire.delivery.push.providers import provider
from partywire.delivery.push.sending import Sender, pause
from partywire.domain import (
    bindings,
    conversations,
    messages,
    participants,
    user_conversations,
)
from partywire.domain.call import Call
from partywire.model.conversations import Conversation
from partywire.model.messages import Message, MessageChanges
from partywire.model.participants import NewParticipant
from partywire.model.user_conversations import UserConversationChanges

TOKEN = "a1" * 32


async def told(call: Call, *people: str) -> tuple[Conversation, Message]:
    """A conversation in which ann says something to others, who have their devices already."""
    made = await talk(call, "ann", *people)
    return made, await messages.create(call, made.sid, MessageChanges(author="ann", body="hi"))


async def test_each_kind_of_device_is_told_by_its_push_service(call: Call, world: World) -> None:
    await configured(call, new_message_enabled=1, new_message_sound="ping")
    await iphone(call, world, "bob", TOKEN)
    await android(call, world, "cem", "cems-phone")
    await browser(call, world, "dee", "1")
    made, message = await told(call, "bob", "cem", "dee")

    decided = await pushed(call)

    sent = [("ann", "author"), ("bob", "sent"), ("cem", "sent"), ("dee", "sent")]
    assert decided == sent
    [apple], [google], [web] = world.apple.pushed, world.google.pushed, world.browsers.pushed
    text = f"{made.sid}:ann: hi"
    beside = {
        "twi_message_type": "twilio.conversations.new_message",
        "conversation_sid": made.sid,
        "conversation_title": made.sid,
        "message_sid": message.sid,
        "author": "ann",
    }
    assert apple.device == TOKEN
    assert apple.payload["aps"] == {"alert": text, "sound": "ping"}
    assert apple.payload.items() >= {**beside, "message_index": 0}.items()
    for data in (google.payload, web.payload):
        more = {"twi_body": text, "twi_sound": "ping", "message_index": "0"}
        assert data.items() >= {**beside, **more}.items()
    assert google.device == "cems-phone"
    assert {each for one in (world.apple, world.google) for each in one.gateway.protocols} == {"h2"}
    assert [push.notification for push in await log(call.database)] == [None] * 4


async def test_who_is_added_and_removed_is_told_in_the_service_s_words(
    call: Call, world: World
) -> None:
    await configured(
        call,
        added_to_conversation_enabled=1,
        added_to_conversation_template="${PARTICIPANT} wants you in ${CONVERSATION}",
        added_to_conversation_sound="come",
        removed_from_conversation_enabled=1,
        removed_from_conversation_sound="go",
        new_message_badge_count_enabled=1,
    )
    await iphone(call, world, "bob", TOKEN)
    await android(call, world, "bob", "bobs-phone")
    await browser(call, world, "bob", "1")
    made = await talk(call, "ann")
    by_ann = replace(call, client_identity="ann", source="SDK")
    await participants.create(by_ann, made.sid, NewParticipant(identity="bob"))
    assert await pushed(call) == [("ann", "no_binding"), *[("bob", "sent")] * 3]
    await participants.delete(call, made.sid, "bob")
    assert await pushed(call) == [("ann", "no_binding"), *[("bob", "sent")] * 6]

    services = (world.apple, world.google, world.browsers)
    assert [len(each.pushed) for each in services] == [2, 2, 2]
    (added, removed), *others = [[push.payload for push in each.pushed] for each in services]
    told = (
        f"ann wants you in {made.sid}",
        f"system has removed you from the conversation {made.sid}",
    )
    assert added["aps"] == {"alert": told[0], "sound": "come"}
    assert removed["aps"] == {"alert": told[1], "sound": "go"}
    for texts in others:
        assert [each["twi_body"] for each in texts] == [*told]
        assert [each["twi_sound"] for each in texts] == ["come", "go"]
    for first, second in ((added, removed), *others):
        kinds = [each["twi_message_type"] for each in (first, second)]
        assert kinds == [
            "twilio.conversations.added_to_conversation",
            "twilio.conversations.removed_from_conversation",
        ]
        assert {"message_sid", "message_index", "twi_badge"}.isdisjoint(first | second)


async def test_who_muted_it_is_not_told_that_they_were_removed(call: Call, world: World) -> None:
    await configured(call, removed_from_conversation_enabled=1)
    await android(call, world, "bob", "phone")
    made = await talk(call, "bob")
    wish = UserConversationChanges(notification_level="muted")
    await user_conversations.update(call, "bob", made.sid, wish)
    await participants.delete(call, made.sid, "bob")
    assert await pushed(call) == [("bob", "muted")]
    assert world.google.gateway.asked == []


async def test_who_comes_and_goes_by_themselves_is_not_told(call: Call, world: World) -> None:
    await configured(call, added_to_conversation_enabled=1, removed_from_conversation_enabled=1)
    await android(call, world, "bob", "phone")
    made = await talk(call, "ann")
    bob = replace(call, client_identity="bob", source="SDK")
    await participants.create(bob, made.sid, NewParticipant(identity="bob"))
    await participants.delete(bob, made.sid, "bob")
    assert await pushed(call) == [("ann", "no_binding"), ("bob", "author"), ("bob", "author")]
    assert world.google.gateway.asked == []


async def test_the_badge_is_counted_when_it_is_sent(call: Call, world: World) -> None:
    await configured(call, new_message_enabled=1, new_message_badge_count_enabled=1)
    await iphone(call, world, "bob", TOKEN)
    for _ in range(3):
        other, _message = await told(call, "bob")
        seen = UserConversationChanges(last_read_message_index=0)
        await user_conversations.update(call, "bob", other.sid, seen)
    await planned(call)
    # One has something new, one was read, one was read but for what was deleted.
    [first, second, third] = [push.conversation_sid for push in await log(call.database)][1::2]
    for sid in (first, third):
        await messages.create(call, sid, MessageChanges(author="bob", body="yes"))
    last = await messages.create(call, second, MessageChanges(author="bob", body="no"))
    await messages.delete(call, second, last.sid)

    async with sending(call):
        await settled(call)

    assert [push.payload["aps"]["badge"] for push in world.apple.pushed] == [2, 2, 2]


@pytest.mark.parametrize("change", ["muted", "left", "deleted", "gone"])
async def test_what_has_changed_since_is_seen_before_sending(
    call: Call, world: World, change: str
) -> None:
    await configured(call)
    device = await android(call, world, "bob", "phone")
    made, message = await told(call, "bob")
    await planned(call)
    if change == "muted":
        wish = UserConversationChanges(notification_level="muted")
        await user_conversations.update(call, "bob", made.sid, wish)
    elif change == "left":
        await user_conversations.delete(call, "bob", made.sid)
    elif change == "deleted":
        await messages.delete(call, made.sid, message.sid)
    else:
        await bindings.delete(call, device.sid)

    async with sending(call):
        assert (await settled(call))[-1] == ("bob", change)

    assert world.google.pushed == []
    decided = (await log(call.database))[-1]
    assert decided.reason is not None
    assert "before it could be sent" in decided.reason
    assert decided.attempts == 0


async def test_who_mutes_while_a_token_is_waited_for_is_not_told(call: Call, world: World) -> None:
    await configured(call)
    await android(call, world, "bob", "phone")
    made, _ = await told(call, "bob")
    await planned(call)
    google = world.google
    google.grants.append(Reply(0))
    async with sending(call):
        await until(lambda: len(google.gateway.asked) == 1)
        wish = UserConversationChanges(notification_level="muted")
        await user_conversations.update(call, "bob", made.sid, wish)
        await google.gateway.answer_all(google._grant(google.gateway.asked[0]))
        assert (await settled(call))[-1] == ("bob", "muted")
    assert google.pushed == []


async def test_a_conversation_that_is_gone_pushes_nothing(call: Call, world: World) -> None:
    await configured(call)
    await android(call, world, "bob", "phone")
    made, _ = await told(call, "bob")
    await planned(call)
    await conversations.delete(call, made.sid)
    async with sending(call):
        assert (await settled(call))[-1] == ("bob", "left")


async def test_who_is_back_is_not_told_that_they_were_removed(call: Call, world: World) -> None:
    await configured(call, removed_from_conversation_enabled=1)
    await android(call, world, "bob", "phone")
    made = await talk(call, "bob")
    await user_conversations.delete(call, "bob", made.sid)
    await planned(call)
    await participants.create(call, made.sid, NewParticipant(identity="bob"))
    async with sending(call):
        assert await settled(call) == [("bob", "back")]


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (error(503, "UNAVAILABLE"), None),
        (error(500, "INTERNAL", "INTERNAL"), None),
        (error(503, "UNAVAILABLE", "UNAVAILABLE", "0"), None),
        (error(503, "UNAVAILABLE", "UNAVAILABLE", "17"), 17),
        (error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), 60),
        (error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "90000"), 3600),
    ],
)
async def test_it_is_tried_again_when_the_service_asks(
    call: Call, world: World, reply: Reply, seconds: int | None
) -> None:
    await configured(call)
    await android(call, world, "bob", "phone")
    await told(call, "bob")
    world.google.told["phone"] = [reply]

    assert (await pushed(call))[-1] == ("bob", "waiting")

    waiting = (await log(call.database))[-1]
    clock = call.resources.clock
    assert isinstance(clock, FrozenClock)
    assert waiting.due is not None
    assert waiting.due > clock.now()
    if seconds is not None:
        assert waiting.due == clock.now() + seconds * 1000
    assert waiting.reason is not None
    assert waiting.reason.startswith(f"Google answered {reply.status}")

    clock.at = waiting.due
    async with sending(call):
        assert (await settled(call))[-1] == ("bob", "sent")
    assert (await log(call.database))[-1].attempts == 2
    assert [each.device for each in world.google.pushed] == ["phone"]


async def test_a_service_that_never_recovers_is_given_up(call: Call, world: World) -> None:
    await configured(call)
    await iphone(call, world, "bob", TOKEN)
    await told(call, "bob")
    world.apple.told[TOKEN] = [refused(503, "ServiceUnavailable")] * 99
    await planned(call)
    clock = call.resources.clock
    assert isinstance(clock, FrozenClock)
    waits = []
    async with sending(call) as sender:
        while (await settled(call))[-1][1] == "waiting":
            due = (await log(call.database))[-1].due or 0
            waits.append(due - clock.at)
            clock.at = due
            sender.wake()
    assert (await outcomes(call.database))[-1] == ("bob", "failed")
    assert [each / 1000 <= 2 * 4.0**number for number, each in enumerate(waits)] == [True] * 7
    last = (await log(call.database))[-1]
    assert last.reason == "given up after 8 attempts: Apple answered 503 ServiceUnavailable"
    assert len(world.apple.told[TOKEN]) == 99 - 8


async def test_nobody_there_is_tried_again(call: Call, world: World) -> None:
    unreached = replace(call.resources.config, fcm_url="https://127.0.0.1:9")
    call = replace(call, resources=replace(call.resources, config=unreached))
    await configured(call)
    await android(call, world, "bob", "phone")
    await told(call, "bob")
    assert (await pushed(call))[-1] == ("bob", "waiting")
    reason = (await log(call.database))[-1].reason
    assert reason is not None
    assert reason.startswith("the push service was not reached: ")


async def test_what_is_a_day_old_is_not_sent(call: Call, world: World) -> None:
    await configured(call)
    await android(call, world, "bob", "phone")
    await told(call, "bob")
    await planned(call)
    clock = call.resources.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(24 * 60 * 60 * 1000 + 1)
    async with sending(call):
        assert (await settled(call))[-1] == ("bob", "failed")
    assert world.google.pushed == []


async def test_a_service_that_hangs_holds_up_its_own_devices_only(
    call: Call, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONG", 600.0)
    await configured(call)
    for number in range(60):
        await android(call, world, "bob", f"phone {number}")
        world.google.told[f"phone {number}"] = [Reply(0)]
    await iphone(call, world, "bob", TOKEN)
    await told(call, "bob")
    await planned(call)
    async with sending(call):
        await until(lambda: len(world.google.gateway.asked) == 1 + 50)
        await until(lambda: len(world.apple.pushed) == 1)
        await until_log(call.database, lambda found: "sent" in {push.outcome for push in found})
    assert [outcome for _, outcome in await outcomes(call.database)].count("waiting") == 60


@contextlib.asynccontextmanager
async def hanging(world: World) -> AsyncIterator[Browsers]:
    """Another push service of browsers, which answers nothing."""
    other = Browsers(world.authority)
    other.gateway.answer = lambda _: Reply(0)
    async with other.gateway.running():
        yield other


@pytest.fixture
def no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gives up on a push service within the test: others must not wait until then."""
    for each in (webpush, fcm):
        monkeypatch.setattr(each, "SECONDS", 600.0)


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that gets no answer soon makes way for others."""
    for each in (module, waiting):
        monkeypatch.setattr(each, "LONG", 0.2)


async def test_a_push_that_waits_for_its_answer_does_not_hold_up_the_next(
    call: Call, world: World, no_end: None
) -> None:
    await configured(call)
    await browser(call, world, "dee", "1")
    async with hanging(world) as other:
        await browser(call, world._replace(browsers=other), "cem", "1")
        async with sending(call) as sender:
            await told(call, "cem")
            await planned(call, sender.wake)
            await until(lambda: len(other.gateway.asked) == 1)
            await told(call, "dee")
            await planned(call, sender.wake)
            await until(lambda: len(world.browsers.pushed) == 1)
            await until_log(call.database, lambda found: found[-1].outcome == "sent")


async def test_browsers_that_hang_do_not_hold_up_those_of_others(
    call: Call, world: World, no_patience: None, no_end: None
) -> None:
    """More of them than are sent to at once, which are all due before the one that is alive."""
    await configured(call)
    await browser(call, world, "dee", "1")
    async with hanging(world) as other:
        for number in range(120):
            await browser(call, world._replace(browsers=other), "cem", f"{number}")
        await told(call, "cem", "dee")
        await planned(call)
        async with sending(call):
            await until(lambda: len(world.browsers.pushed) == 1)
            await until_log(call.database, lambda found: found[-1].outcome == "sent")
            # Of those that hang, some are asked and the others tried again.
            await until_log(call.database, lambda found: any(each.attempts for each in found[:-1]))
    assert {push.outcome for push in (await log(call.database))[1:-1]} == {"waiting"}
    assert len(other.gateway.asked) <= 100


async def test_a_place_of_tokens_that_hangs_does_not_hold_up_other_accounts(
    call: Call, world: World, no_patience: None, no_end: None
) -> None:
    await configured(call)
    async with hanging(world) as other:
        secret = json.dumps(json.loads(world.google.secret) | {"token_uri": f"{other.url}/token"})
        sid = (await credential(call, "fcm", secret=secret)).sid
        for number in range(120):
            await device(call, "bob", "fcm", f"phone {number}", sid)
        await android(call, world, "cem", "phone")
        await told(call, "bob", "cem")
        await planned(call)
        async with sending(call):
            await until(lambda: len(world.google.pushed) == 1)
            await until_log(call.database, lambda found: found[-1].outcome == "sent")
    assert len(other.gateway.asked) == 1


async def test_a_service_that_never_answers_is_tried_again(
    call: Call, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apns, "SECONDS", 0.05)
    await configured(call)
    await iphone(call, world, "bob", TOKEN)
    await told(call, "bob")
    world.apple.told[TOKEN] = [Reply(0)]
    assert (await pushed(call))[-1] == ("bob", "waiting")
    last = (await log(call.database))[-1]
    assert (last.reason, last.attempts) == (
        "the push service was not reached: no answer within 0.05 s",
        1,
    )


async def test_a_node_that_dies_after_sending_sends_the_same_again(
    call: Call, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await configured(call)
    await iphone(call, world, "bob", TOKEN)
    await told(call, "bob")
    await planned(call)

    async def dying(*_: object) -> None:
        raise KeyError("dead")

    worker = await at_duty(call)
    with monkeypatch.context() as patch:
        patch.setattr(Sender, "_write", dying)
        sender = Sender(call.resources, provider)
        with pytest.raises(KeyError):
            await sender.lane(worker, "apn")
        await sender.close()
    assert (await outcomes(call.database))[-1] == ("bob", "waiting")

    async with sending(call):
        assert (await settled(call))[-1] == ("bob", "sent")

    first, second = world.apple.pushed
    assert first.payload == second.payload
    for name in ("apns-id", "apns-collapse-id"):
        assert first.headers[name] == second.headers[name]


async def test_a_mistake_of_ours_does_not_end_the_lane(
    call: Call, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await configured(call)
    await android(call, world, "bob", "phone")
    await told(call, "bob")

    async def mistaken(*_: object) -> None:
        raise LookupError("secret")

    with monkeypatch.context() as patch:
        patch.setattr(fcm.Fcm, "push", mistaken)
        assert (await pushed(call))[-1] == ("bob", "waiting")
    assert (await log(call.database))[-1].reason == "a mistake of ours: LookupError"
    assert "a push failed" in caplog.messages


async def test_who_has_lost_the_duty_writes_nothing(call: Call, world: World) -> None:
    await configured(call)
    await android(call, world, "bob", "phone")
    await told(call, "bob")
    await planned(call)
    other = Worker(call.database, pushing(call.resources, Feed(call.database)), "ben")
    sender = Sender(call.resources, provider)
    with pytest.raises(NotOurs):
        await sender.lane(other, "fcm")
    await sender.close()
    assert (await outcomes(call.database))[-1] == ("bob", "waiting")


@pytest.mark.parametrize("attempts", range(12))
def test_pauses_grow_up_to_a_bound(attempts: int) -> None:
    longest = min(2.0 * 4**attempts, 900.0)
    for _ in range(20):
        assert longest / 2 <= pause(attempts) <= longest
