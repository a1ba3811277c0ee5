"""Messages that come in: to the conversation of their pair, or to one that begins so."""

import msgspec
import pytest
from msgspec.structs import replace

from conftest import call_of
from delivery.channels.duty import ANN, BEN, PROXY, phones
from domain.gatekeepers import Asked, Gatekeeper, guarded
from domain.scenes import (
    HOUR,
    NOBODY,
    close,
    elsewhere,
    kinds,
    later,
    payload,
    refused,
    talk,
    written,
)
from harness import account
from partywire import errors
from partywire.domain import (
    addresses,
    configuration,
    conversations,
    inbound,
    messages,
    participants,
    services,
    webhooks,
)
from partywire.domain.again import until_done
from partywire.domain.call import Call
from partywire.domain.inbound import Incoming
from partywire.model.accounts import AccountChanges
from partywire.model.addresses import AddressChanges, AutoCreationChanges
from partywire.model.conversations import (
    Conversation,
    ConversationChanges,
    ConversationFilter,
    Opening,
)
from partywire.model.messages import Message
from partywire.model.pages import PageRequest
from partywire.model.participants import NewParticipant, ParticipantChanges
from partywire.storage import services as service_store

FLOW = "FW" + NOBODY
ALL = PageRequest(50)
HELLO = Incoming(ANN, PROXY, "hello")


async def receive(call: Call, incoming: Incoming = HELLO) -> Message:
    return await until_done(inbound.receive, call, incoming)


async def configure(call: Call, **creation: object) -> None:
    wanted = AutoCreationChanges(**{"enabled": 1, **creation})  # type: ignore[arg-type]
    await addresses.create(call, "sms", PROXY, AddressChanges(), wanted)


async def every(call: Call) -> list[Conversation]:
    return (await conversations.page(call, ConversationFilter(), ALL)).items


async def test_a_message_reaches_the_conversation_of_its_pair(call: Call) -> None:
    room = await phones(call, ANN, BEN)
    await phones(call, "+15550009")
    ann, _ = (await participants.page(call, room.sid, ALL)).items
    async with written(call) as events:
        message = await receive(later(call))

    assert (message.conversation_sid, message.index) == (room.sid, 0)
    assert (message.author, message.participant_sid, message.body) == (ANN, ann.sid, "hello")
    assert message.date_created == call.now + 60_000
    assert await messages.fetch(call, room.sid, message.sid) == message
    [event] = events
    assert (event.kind, event.payload) == ("message.added", payload(message))
    assert (event.webhooks, event.source, event.service_sid) == (1, "SMS", call.service_sid)


async def test_of_one_address_in_two_roles_the_one_of_the_pair_has_written(call: Call) -> None:
    room = await phones(call, ANN)
    second = NewParticipant(address=ANN, proxy_address="+15550199")
    joined = await participants.create(call, room.sid, second)
    message = await receive(call, Incoming(ANN, "+15550199", "hello"))
    assert (message.conversation_sid, message.participant_sid) == (room.sid, joined.sid)


async def test_a_message_finds_its_pair_in_whichever_service(call: Call) -> None:
    there = await elsewhere(call)
    room = await phones(there, ANN)
    async with written(call) as events:
        message = await receive(call)
    assert (message.conversation_sid, message.service_sid) == (room.sid, there.service_sid)
    assert {event.service_sid for event in events} == {there.service_sid}


async def test_each_channel_is_told_by_its_name(call: Call) -> None:
    await phones(call, "whatsapp:" + ANN)
    async with written(call) as events:
        await receive(call, Incoming("whatsapp:" + ANN, "whatsapp:" + PROXY, "hello"))
    assert [event.source for event in events] == ["WHATSAPP"]


async def test_a_message_wakes_a_conversation_and_restarts_its_timers(call: Call) -> None:
    room = await phones(call, ANN)
    changes = ConversationChanges(state="inactive", inactive_timer=60_000)
    await conversations.update(call, room.sid, changes)
    await receive(later(call))
    awake = await conversations.fetch(call, room.sid)
    assert (awake.state, awake.date_inactive) == ("active", call.now + 120_000)


async def test_a_conversation_that_begins_so_has_the_account_s_default_timers(call: Call) -> None:
    defaults = AccountChanges(default_inactive_timer="PT1H", default_closed_timer="PT3H")
    await configuration.update_account(call, defaults)
    await configure(call)

    begun = await receive(later(call))

    room = await conversations.fetch(call, begun.conversation_sid)
    start = later(call).now
    assert (room.date_inactive, room.date_closed) == (start + HOUR, start + 3 * HOUR)


async def test_a_message_finds_no_conversation_whose_time_has_passed(call: Call) -> None:
    room = await phones(call, ANN)
    ends = ConversationChanges(inactive_timer=HOUR, closed_timer=3 * HOUR)
    await conversations.update(call, room.sid, ends)
    await configure(call)

    assert (await receive(later(call, HOUR))).conversation_sid == room.sid
    begun = await receive(later(call, 4 * HOUR))

    assert begun.conversation_sid != room.sid
    assert (await conversations.fetch(call, room.sid)).state == "closed"


@pytest.mark.parametrize(
    ("incoming", "error"),
    [
        (Incoming("nobody", PROXY, "x"), errors.BadAddress),
        (Incoming(ANN, "nobody", "x"), errors.BadProxyAddress),
        (Incoming(ANN, "whatsapp:" + PROXY, "x"), errors.AddressKindsDiffer),
        (Incoming(ANN, ANN, "x"), errors.AddressEqualsProxy),
        (Incoming(ANN, PROXY, ""), errors.BodyMissing),
        (Incoming(ANN, PROXY, "x" * (32 * 1024 + 1)), errors.BodyTooLong),
    ],
)
async def test_what_no_message_can_be_is_refused(
    call: Call, incoming: Incoming, error: type[errors.ApiError]
) -> None:
    await configure(call)
    with refused(call, error):
        await receive(call, incoming)


async def test_without_a_pair_and_a_configuration_a_message_is_refused(call: Call) -> None:
    with refused(call, errors.BadRequest, "no configuration"):
        await receive(call)
    await configure(call, enabled=0)
    with refused(call, errors.BadRequest, "no configuration"):
        await receive(call)


async def test_a_stranger_s_pairs_and_configurations_are_not_ours(call: Call) -> None:
    stranger = await call_of(call.resources, account()[0])
    await phones(stranger, ANN)
    await configure(stranger)
    with refused(call, errors.BadRequest, "no configuration"):
        await receive(call)


async def test_a_configuration_begins_a_conversation_with_who_writes(call: Call) -> None:
    await configure(call)
    async with written(call) as events:
        message = await receive(call)

    (made,) = await every(call)
    (ann,) = (await participants.page(call, made.sid, ALL)).items
    assert (ann.address, ann.proxy_address, ann.identity) == (ANN, PROXY, None)
    assert (message.conversation_sid, message.participant_sid) == (made.sid, ann.sid)
    assert (made.state, made.friendly_name, made.next_message_index) == ("active", None, 1)
    assert kinds(events) == ["conversation.added", "participant.added", "message.added"]
    assert {(event.webhooks, event.source) for event in events} == {(1, "SMS")}
    assert (await webhooks.page(call, made.sid, ALL)).items == []

    again = await receive(later(call), Incoming(ANN, PROXY, "again"))
    assert (again.conversation_sid, again.index) == (made.sid, 1)
    other = await receive(later(call), Incoming(BEN, PROXY, "hello"))
    assert other.conversation_sid != made.sid


async def test_the_conversation_begins_in_the_service_that_is_named(call: Call) -> None:
    there = await elsewhere(call)
    await configure(call, conversation_service_sid=there.service_sid)
    message = await receive(call)
    assert await every(call) == []
    assert [each.sid for each in await every(there)] == [message.conversation_sid]


async def test_a_service_that_is_gone_refuses_the_message(call: Call) -> None:
    there = await elsewhere(call)
    await configure(call, conversation_service_sid=there.service_sid)
    await services.delete(call, there.service_sid)
    with refused(call, errors.ServiceNotFound):
        await receive(call)


async def test_a_webhook_begins_with_the_conversation(call: Call) -> None:
    filters = ["onMessageAdded", "onParticipantAdded"]
    await configure(
        call,
        type="webhook",
        webhook_url="http://a",
        webhook_method="GET",
        webhook_filters=filters,
    )
    message = await receive(call)
    (hook,) = (await webhooks.page(call, message.conversation_sid, ALL)).items
    assert (hook.target, hook.url, hook.method) == ("webhook", "http://a", "get")
    assert msgspec.json.decode(hook.filters or "") == filters


async def test_a_studio_flow_is_stored_with_the_conversation(call: Call) -> None:
    await configure(call, type="studio", studio_flow_sid=FLOW, studio_retry_count=2)
    message = await receive(call)
    (hook,) = (await webhooks.page(call, message.conversation_sid, ALL)).items
    assert (hook.target, hook.flow_sid, hook.url, hook.method) == ("studio", FLOW, None, None)


async def test_once_a_conversation_is_closed_another_one_begins(call: Call) -> None:
    room = await phones(call, ANN)
    await close(call, room.sid)
    with refused(call, errors.BadRequest, "no configuration"):
        await receive(call)
    await configure(call)
    message = await receive(call)
    assert message.conversation_sid != room.sid


async def test_a_changed_proxy_is_another_pair(call: Call) -> None:
    room = await phones(call, ANN)
    (ann,) = (await participants.page(call, room.sid, ALL)).items
    changes = ParticipantChanges(proxy_address="+15550199")
    await participants.update(call, room.sid, ann.sid, changes)
    with refused(call, errors.BadRequest, "no configuration"):
        await receive(call)
    message = await receive(call, Incoming(ANN, "+15550199", "hello"))
    assert message.conversation_sid == room.sid


async def test_what_fails_on_the_way_leaves_nothing(call: Call) -> None:
    await configure(call)
    crowded = replace(call.resources.config.limits, participants_per_conversation=0)
    config = replace(call.resources.config, limits=crowded)
    full = replace(call, resources=replace(call.resources, config=config))
    with refused(call, errors.TooManyParticipants):
        await receive(full)


async def test_the_call_s_own_service_is_where_a_conversation_begins(call: Call) -> None:
    await configure(call)
    await talk(call)
    message = await receive(call)
    found = await service_store.fetch(call.database, call.scope.account, message.service_sid)
    assert found is not None
    assert message.service_sid == call.service_sid


async def test_whoever_guards_the_gate_is_asked_before_a_message_comes_in(call: Call) -> None:
    room = await phones(call, ANN)
    (ann,) = (await participants.page(call, room.sid, ALL)).items
    keeper = Gatekeeper(lambda _: {"body": "changed"})
    message = await receive(guarded(call, keeper))
    [asked] = keeper.asked
    assert (asked.kind, asked.thing.body, asked.thing.participant_sid) == (
        "message.add",
        "hello",
        ann.sid,
    )
    assert message.body == "changed"
    assert (message.author, message.participant_sid) == (ANN, ann.sid)


async def test_another_author_is_whoever_that_is(call: Call) -> None:
    room = await phones(call, ANN, chatting=["eve"])
    eve = await participants.fetch(call, room.sid, "eve")
    message = await receive(guarded(call, Gatekeeper(lambda _: {"author": "eve"})))
    assert (message.author, message.participant_sid) == ("eve", eve.sid)


async def test_an_author_that_is_taken_away_leaves_the_system(call: Call) -> None:
    await phones(call, ANN)
    message = await receive(guarded(call, Gatekeeper(lambda _: {"author": ""})))
    assert (message.author, message.participant_sid) == ("system", None)


async def test_whoever_guards_the_gate_is_asked_about_all_that_begins(call: Call) -> None:
    await configure(call)
    keeper = Gatekeeper()
    message = await receive(guarded(call, keeper))
    assert [asked.kind for asked in keeper.asked] == [
        "conversation.add",
        "participant.add",
        "message.add",
    ]
    begins, joins, _ = keeper.asked
    assert begins.opening == Opening(ANN, PROXY, body="hello")
    assert (joins.thing.address, joins.thing.conversation_sid) == (ANN, message.conversation_sid)


def no(_asked: Asked) -> dict[str, str]:
    raise errors.RefusedByWebhook


async def test_a_message_that_is_refused_at_the_gate_begins_nothing(call: Call) -> None:
    await configure(call)
    with refused(call, errors.RefusedByWebhook):
        await receive(guarded(call, Gatekeeper(no)))
    await phones(call, ANN)
    with refused(call, errors.RefusedByWebhook):
        await receive(guarded(call, Gatekeeper(no)))
