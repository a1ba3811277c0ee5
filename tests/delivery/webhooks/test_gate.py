"""The pre-event webhooks of account and service: asked over HTTP, and obeyed."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from twilio.request_validator import RequestValidator

from delivery.webhooks.signing import Form
from domain.attached import uploaded
from domain.gatekeepers import REQUESTS, guarded, room_of
from domain.scenes import refused, stored, written
from partywire import errors, sids
from partywire.delivery.targets import Targets
from partywire.delivery.webhooks import attempt as attempts
from partywire.delivery.webhooks.attempt import Attempt
from partywire.delivery.webhooks.events import BY_KIND
from partywire.delivery.webhooks.gate import WebhookGate
from partywire.domain import (
    addresses,
    configuration_webhooks,
    conversation_with_participants,
    conversations,
    creators,
    inbound,
    messages,
    participants,
)
from partywire.domain.again import until_done
from partywire.domain.call import Call
from partywire.domain.inbound import Incoming
from partywire.model.addresses import AddressChanges, AutoCreationChanges
from partywire.model.configuration_webhooks import (
    AccountWebhooksChanges,
    ServiceWebhooksChanges,
)
from partywire.model.conversations import Conversation, ConversationChanges, Opening
from partywire.model.deliveries import Delivery
from partywire.model.events import PreEventKind
from partywire.model.messages import Message, MessageChanges
from partywire.model.participants import NewParticipant
from partywire.storage.database import Again, Transaction
from receivers import Received, Receiver, Reply, receiving
from storage import rows

EVERY = [BY_KIND[kind].name for kind in REQUESTS]
JSON = (("Content-Type", "application/json"),)
MILK = MessageChanges(body="Milk?", author="ann")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
async def gate() -> AsyncIterator[WebhookGate]:
    made = WebhookGate(Targets(["127.0.0.0/8"]))
    yield made
    await made.close()


@pytest.fixture
async def room(call: Call, gate: WebhookGate) -> Call:
    """A call that asks, in a room called tea where Ann is."""
    return guarded(await room_of(call), gate)


def answering(receiver: Receiver, said: Any, status: int = 200) -> None:
    receiver.reply = lambda _: Reply(status, json.dumps(said).encode(), JSON)


async def ask_account(call: Call, url: str, *filters: str, **more: Any) -> None:
    """Has the account's webhook be asked of these events; of all, if none is named."""
    await configuration_webhooks.update_account(
        call,
        AccountWebhooksChanges(pre_webhook_url=url, filters=list(filters or EVERY), **more),
    )


async def ask_service(call: Call, url: str, *filters: str, **more: Any) -> None:
    """Has the service's webhook be asked of these events; of all, if none is named."""
    await configuration_webhooks.update_service(
        call,
        ServiceWebhooksChanges(pre_webhook_url=url, filters=list(filters or EVERY), **more),
    )


def is_signed(receiver: Receiver, received: Received) -> bool:
    """Whether the official library accepts it, as its receiver sees it."""
    form = Form(received.pairs if received.method == "POST" else [])
    signed = received.headers["x-twilio-signature"]
    return bool(RequestValidator("token").validate(receiver.url + received.target, form, signed))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("kind", REQUESTS)
async def test_every_pre_event_is_asked_of_both_levels_and_goes_on(
    room: Call, receiver: Receiver, kind: PreEventKind, method: str
) -> None:
    await ask_account(room, f"{receiver.url}/account?a=b", method=method)
    await ask_service(room, f"{receiver.url}/service", method=method)
    await REQUESTS[kind](room)
    assert [received.method for received in receiver.received] == [method, method]
    first, second = receiver.received
    assert first.target.startswith("/account?a=b")
    assert second.target.startswith("/service")
    for received in receiver.received:
        assert dict(received.pairs)["EventType"] == BY_KIND[kind].name
        assert is_signed(receiver, received)


@pytest.mark.parametrize("status", [302, 400, 403, 404, 429, 500, 503])
async def test_any_answer_but_2xx_refuses(room: Call, receiver: Receiver, status: int) -> None:
    answering(receiver, {"body": "Tea!"}, status)
    await ask_account(room, receiver.url)
    with refused(room, errors.RefusedByWebhook, f"onMessageAdd was answered {status}"):
        await REQUESTS["message.add"](room)


@pytest.mark.parametrize("kind", REQUESTS)
async def test_every_pre_event_can_be_refused(
    room: Call, receiver: Receiver, kind: PreEventKind
) -> None:
    answering(receiver, {}, 403)
    await ask_service(room, receiver.url)
    with refused(room, errors.RefusedByWebhook):
        await REQUESTS[kind](room)
    assert len(receiver.received) == 1


async def test_who_is_refused_by_the_account_is_not_asked_about_by_the_service(
    room: Call, receiver: Receiver
) -> None:
    answering(receiver, {}, 403)
    await ask_account(room, f"{receiver.url}/account")
    await ask_service(room, f"{receiver.url}/service")
    with refused(room, errors.RefusedByWebhook):
        await REQUESTS["message.add"](room)
    assert [received.target for received in receiver.received] == ["/account"]


@pytest.mark.parametrize("status", [200, 201, 204])
async def test_an_empty_answer_goes_on(room: Call, receiver: Receiver, status: int) -> None:
    receiver.reply = lambda _: Reply(status)
    await ask_account(room, receiver.url)
    posted = await messages.create(room, "tea", MILK)
    assert (posted.body, posted.author) == ("Milk?", "ann")


async def test_what_the_answer_changes_is_what_happens(room: Call, receiver: Receiver) -> None:
    answering(receiver, {"body": "Tea!", "author": "bob", "attributes": {"by": "us"}, "x": 1})
    await ask_account(room, receiver.url)
    posted = await messages.create(room, "tea", MILK)
    assert (posted.body, posted.author) == ("Tea!", "bob")
    assert json.loads(posted.attributes) == {"by": "us"}


async def test_the_service_is_asked_about_what_the_account_made_of_it(
    room: Call, receiver: Receiver
) -> None:
    ann = await participants.fetch(room, "tea", "ann")

    def reply(received: Received) -> Reply:
        if received.target == "/account":
            return Reply(200, b'{"body": "Tea!", "author": "ann"}', JSON)
        return Reply(200, b'{"attributes": [1]}', JSON)

    receiver.reply = reply
    await ask_account(room, f"{receiver.url}/account")
    await ask_service(room, f"{receiver.url}/service")
    posted = await messages.create(room, "tea", MessageChanges(body="Milk?"))
    assert (posted.body, posted.author, posted.attributes) == ("Tea!", "ann", "[1]")
    first, second = (received.parameters for received in receiver.received)
    assert (first["Body"], first["Author"]) == ("Milk?", "system")
    assert "ParticipantSid" not in first
    assert (second["Body"], second["Author"]) == ("Tea!", "ann")
    assert second["ParticipantSid"] == posted.participant_sid == ann.sid


async def test_of_files_alone_the_question_is_without_a_body(
    room: Call, receiver: Receiver
) -> None:
    await ask_account(room, receiver.url)
    media = await uploaded(room, filename="car.jpg", size=7)
    await messages.create(room, "tea", MessageChanges(), [media.sid])
    [asked] = (received.parameters for received in receiver.received)
    assert "Body" not in asked
    [told] = json.loads(asked["Media"])
    assert (told["Sid"], told["Filename"], told["Size"]) == (media.sid, "car.jpg", 7)


async def test_the_last_word_is_the_service_s(room: Call, receiver: Receiver) -> None:
    receiver.reply = lambda received: Reply(
        200, json.dumps({"friendly_name": received.target[1:]}).encode(), JSON
    )
    await ask_account(room, f"{receiver.url}/account")
    await ask_service(room, f"{receiver.url}/service")
    made = await conversations.create(room, ConversationChanges(friendly_name="mine"))
    assert made.friendly_name == "service"
    second = receiver.received[1].parameters
    assert second["FriendlyName"] == "account"


async def test_only_events_that_the_filters_name_are_asked_about(
    room: Call, receiver: Receiver
) -> None:
    await ask_account(room, f"{receiver.url}/account", "onMessageUpdate", "onMessageAdded")
    await ask_service(room, f"{receiver.url}/service", "onMessageAdd")
    await REQUESTS["message.add"](room)
    assert [received.target for received in receiver.received] == ["/service"]
    await REQUESTS["conversation.update"](room)
    assert len(receiver.received) == 1


async def test_nobody_is_asked_where_nothing_is_configured(room: Call, receiver: Receiver) -> None:
    await REQUESTS["message.add"](room)
    await configuration_webhooks.update_account(
        room, AccountWebhooksChanges(pre_webhook_url=receiver.url)
    )
    await configuration_webhooks.update_service(
        room, ServiceWebhooksChanges(filters=EVERY, post_webhook_url=receiver.url)
    )
    await REQUESTS["message.add"](room)
    await ask_account(room, receiver.url, target="flex")
    await REQUESTS["message.add"](room)
    assert receiver.received == []


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"body": ""}, errors.BodyMissing),
        ({"body": "x" * 32 * 1024 + "x"}, errors.BodyTooLong),
        ({"author": "x" * 257}, errors.AuthorTooLong),
        ({"attributes": "{"}, errors.AttributesNotJson),
        ({"attributes": {"x": "y" * 4096}}, errors.AttributesTooLong),
        ({"body": 7}, errors.BadWebhookAnswer),
        ([], errors.BadWebhookAnswer),
    ],
)
async def test_an_answer_is_checked_like_any_input(
    room: Call, receiver: Receiver, said: Any, error: type[errors.ApiError]
) -> None:
    answering(receiver, said)
    await ask_account(room, receiver.url)
    with refused(room, error):
        await REQUESTS["message.add"](room)


async def test_a_name_that_is_answered_is_checked_too(room: Call, receiver: Receiver) -> None:
    answering(receiver, {"friendly_name": "x" * 257})
    await ask_account(room, receiver.url)
    for kind in ("conversation.add", "conversation.update"):
        with refused(room, errors.FriendlyNameTooLong):
            await REQUESTS[kind](room)  # type: ignore[index]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an answer for long."""
    monkeypatch.setattr(attempts, "SECONDS", 0.05)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", REQUESTS)
async def test_who_is_too_slow_is_not_waited_for(
    room: Call, receiver: Receiver, kind: PreEventKind
) -> None:
    receiver.may_answer = lambda: False
    answering(receiver, {}, 403)
    await ask_account(room, receiver.url)
    async with written(room) as found:
        await REQUESTS[kind](room)
    assert found
    receiver.may_answer = lambda: True


def test_an_answer_may_take_five_seconds() -> None:
    assert attempts.SECONDS == 5.0


async def test_who_cannot_be_reached_is_not_waited_for(room: Call) -> None:
    with receiving() as gone:
        url = gone.url
    await ask_account(room, url)
    posted = await messages.create(room, "tea", MILK)
    assert posted.body == "Milk?"


async def test_a_receiver_that_must_not_be_reached_refuses(room: Call, receiver: Receiver) -> None:
    strict = WebhookGate(Targets())
    await ask_account(room, receiver.url)
    with refused(room, errors.WebhookUnreachable):
        await REQUESTS["message.add"](guarded(room, strict))  # type: ignore[arg-type]
    await strict.close()
    assert receiver.received == []


async def test_a_redirect_is_followed(room: Call, receiver: Receiver) -> None:
    def reply(received: Received) -> Reply:
        if received.target == "/old":
            return Reply(307, headers=(("Location", "/new"),))
        return Reply(200, b'{"body": "Tea!"}', JSON)

    receiver.reply = reply
    await ask_account(room, f"{receiver.url}/old")
    assert (await messages.create(room, "tea", MILK)).body == "Tea!"
    assert [received.target for received in receiver.received] == ["/old", "/new"]
    assert is_signed(receiver, receiver.received[1])


async def test_a_user_of_the_sdk_is_named_and_a_channel_is(room: Call, receiver: Receiver) -> None:
    await ask_account(room, receiver.url)
    await REQUESTS["message.add"](replace(room, source="SDK", client_identity="ann"))
    await REQUESTS["message.add"](replace(room, source="SMS", client_identity="ann"))
    first, second = (received.parameters for received in receiver.received)
    assert (first["Source"], first["ClientIdentity"]) == ("SDK", "ann")
    assert second["Source"] == "SMS"
    assert "ClientIdentity" not in second


async def test_the_message_with_which_a_conversation_begins_is_told(
    room: Call, gate: WebhookGate, receiver: Receiver
) -> None:
    await ask_account(room, receiver.url)
    thing = rows.conversation()
    opening = Opening(address="+15550001", proxy_address="+15550002", body="Hi")
    assert await gate.ask(room, "conversation.add", thing, opening) == {}
    shown = receiver.received[0].parameters
    assert shown["MessagingBinding.Address"] == "+15550001"
    assert shown["MessagingBinding.ProxyAddress"] == "+15550002"
    assert shown["MessageBody"] == "Hi"


async def test_a_request_that_is_done_again_does_not_ask_again(
    room: Call, receiver: Receiver
) -> None:
    answering(receiver, {"body": "Tea!"})
    await ask_account(room, f"{receiver.url}/account")
    await ask_service(room, f"{receiver.url}/service")
    remembering = replace(room, answers={})
    tries: list[int] = []

    async def clash() -> Any:
        posted = await messages.create(remembering, "tea", MILK)
        tries.append(posted.index)
        if len(tries) < 3:
            raise Again("a clash")
        return posted

    posted = await until_done(clash)
    assert len(tries) == 3
    assert posted.body == "Tea!"
    assert len(receiver.received) == 2


async def _begun_with_bob(room: Call) -> Conversation:
    changes = ConversationChanges(friendly_name="Lunch")
    bob = NewParticipant(identity="bob")
    return await conversation_with_participants.create(room, changes, [bob])


async def _begun_by_ann(room: Call) -> Conversation:
    changes = ConversationChanges(friendly_name="Lunch")
    return await creators.create(replace(room, source="SDK", client_identity="ann"), changes)


async def _begun_from_a_phone(room: Call) -> Message:
    return await inbound.receive(room, Incoming("+15550101", "+15550199", "Lunch?"))


@pytest.mark.parametrize(
    ("begun", "asked"),
    [
        (_begun_with_bob, ["onConversationAdd", "onParticipantAdd"]),
        (_begun_by_ann, ["onConversationAdd", "onParticipantAdd"]),
        (_begun_from_a_phone, ["onConversationAdd", "onParticipantAdd", "onMessageAdd"]),
    ],
)
async def test_a_conversation_that_is_begun_again_is_the_one_that_was_asked_about(
    room: Call,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    begun: Callable[[Call], Awaitable[Any]],
    asked: list[str],
) -> None:
    wanted = AutoCreationChanges(enabled=1, type="default")
    await addresses.create(room, "sms", "+15550199", AddressChanges(), wanted)
    await ask_account(room, receiver.url)
    remembering = replace(room, answers={})
    tries: list[str] = []
    join = participants.join

    async def clash(call: Call, within: Transaction, sid: str, people: Any) -> Any:
        tries.append(sid)
        if len(tries) < 3:
            raise Again("a clash")
        return await join(call, within, sid, people)

    monkeypatch.setattr(participants, "join", clash)
    made = await until_done(begun, remembering)
    sid = getattr(made, "conversation_sid", made.sid)
    assert tries == [sid] * 3
    told = [received.parameters for received in receiver.received]
    assert [each["EventType"] for each in told] == asked
    assert {each["ConversationSid"] for each in told[1:]} == {sid}


async def test_an_account_that_goes_meanwhile_is_not_found(room: Call, receiver: Receiver) -> None:
    await ask_service(room, receiver.url)
    gone = replace(room, scope=replace(room.scope, account=rows.sid("AC", 99)))
    with pytest.raises(errors.NotFound):
        await REQUESTS["message.remove"](gone)
    assert receiver.received == []


async def test_a_hundred_requests_are_asked_about_at_the_same_time(
    room: Call, receiver: Receiver
) -> None:
    # No answer comes before all have been asked: were they to take turns, none would.
    receiver.may_answer = lambda: len(receiver.received) >= 100
    await ask_account(room, receiver.url)
    posting = (messages.create(room, "tea", MessageChanges(body=f"{n}")) for n in range(100))
    posted = await asyncio.gather(*posting)
    assert sorted(message.index for message in posted) == list(range(1, 101))


async def test_others_write_while_somebody_is_asked(room: Call, receiver: Receiver) -> None:
    receiver.may_answer = lambda: False
    await ask_account(room, receiver.url)
    waiting = asyncio.create_task(messages.create(room, "tea", MILK))
    await receiver.until(1)
    plain = replace(room, webhooks=False)
    for number in range(20):
        await messages.create(plain, "tea", MessageChanges(body=f"{number}"))
    assert not waiting.done()
    receiver.may_answer = lambda: True
    assert (await waiting).index == 21


async def test_a_request_that_goes_away_leaves_nothing_behind(
    room: Call, receiver: Receiver
) -> None:
    receiver.may_answer = lambda: False
    await ask_account(room, receiver.url)
    before = stored(room.resources)
    waiting = asyncio.create_task(messages.create(room, "tea", MILK))
    await receiver.until(1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    receiver.may_answer = lambda: True
    assert stored(room.resources) == before


# --- what is kept of it -----------------------------------------------------------------------


class Kept:
    """A ledger that a test reads."""

    def __init__(self) -> None:
        self.entries: list[tuple[Delivery, Attempt]] = []

    def keep(self, delivery: Delivery, made: Attempt) -> None:
        self.entries.append((delivery, made))

    async def close(self) -> None:
        self.entries.clear()


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def keeping(call: Call, kept: Kept) -> AsyncIterator[Call]:
    """A call that asks, and whose questions are kept."""
    ledger: Any = kept
    gate = WebhookGate(Targets(["127.0.0.0/8"]), ledger=ledger)
    yield guarded(await room_of(call), gate)
    await gate.close()


async def test_what_was_let_through_is_kept(keeping: Call, kept: Kept, receiver: Receiver) -> None:
    await ask_account(keeping, f"{receiver.url}/hook", method="GET")
    posted = await messages.create(keeping, "tea", MILK)
    ((delivery, made),) = kept.entries
    assert (delivery.state, delivery.attempts, delivery.lane) == ("delivered", 1, "")
    assert (delivery.account, delivery.webhook) == (keeping.scope.account,) * 2
    assert delivery.service_sid == keeping.service_sid
    assert delivery.conversation_sid == posted.conversation_sid
    assert (delivery.event_type, delivery.method) == ("onMessageAdd", "GET")
    assert delivery.url == f"{receiver.url}/hook"
    assert dict(json.loads(delivery.parameters))["Body"] == "Milk?"
    (received,) = receiver.received
    assert delivery.sid == delivery.event_sid == received.headers["webhook-id"]
    assert sids.is_sid(delivery.sid, sids.DELIVERY)
    assert made.answer is not None
    assert made.signed == receiver.url + received.target


async def test_what_was_refused_or_failed_is_kept(
    keeping: Call, kept: Kept, receiver: Receiver
) -> None:
    await ask_account(keeping, receiver.url)
    answering(receiver, {}, 403)
    with pytest.raises(errors.RefusedByWebhook):
        await messages.create(keeping, "tea", MILK)
    answering(receiver, [])
    with pytest.raises(errors.BadWebhookAnswer):
        await messages.create(keeping, "tea", MILK)
    await ask_account(keeping, "http://10.0.0.1/")
    with pytest.raises(errors.WebhookUnreachable):
        await messages.create(keeping, "tea", MILK)
    with receiving() as gone:
        url = gone.url
    await ask_account(keeping, url)
    await messages.create(keeping, "tea", MILK)
    states = [delivery.state for delivery, _ in kept.entries]
    assert states == ["refused", "failed", "failed", "failed"]


@pytest.mark.parametrize("kind", REQUESTS)
async def test_each_is_kept_with_the_conversation_that_it_is_about(
    keeping: Call, kept: Kept, receiver: Receiver, kind: PreEventKind
) -> None:
    tea = await conversations.fetch(keeping, "tea")
    await ask_account(keeping, receiver.url)
    await REQUESTS[kind](keeping)
    ((delivery, _),) = kept.entries
    about = None if kind in {"conversation.add", "user.update"} else tea.sid
    assert delivery.conversation_sid == about
