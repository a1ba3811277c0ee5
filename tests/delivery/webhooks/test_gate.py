"""The pre-event webhooks of account and service: asked over HTTP, and obeyed."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from delivery.webhooks.asking import (
    EVERY,
    JSON,
    MILK,
    answering,
    ask_account,
    ask_service,
    is_signed,
)
from domain.attached import uploaded
from domain.gatekeepers import REQUESTS
from domain.scenes import refused
from partywire import errors
from partywire.delivery.webhooks.events import BY_KIND
from partywire.delivery.webhooks.gate import WebhookGate
from partywire.domain import (
    configuration_webhooks,
    conversations,
    messages,
    participants,
)
from partywire.domain.call import Call
from partywire.model.configuration_webhooks import (
    AccountWebhooksChanges,
    ServiceWebhooksChanges,
)
from partywire.model.conversations import ConversationChanges, Opening
from partywire.model.events import PreEventKind
from partywire.model.messages import MessageChanges
from receivers import Received, Receiver, Reply
from storage import rows


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
