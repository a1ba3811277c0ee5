"""Every pre-event over a real server, each field of it; the official validator accepts all."""

from typing import Any

import httpx
import pytest

from contract.rooms import (
    HEADER,
    Room,
    assert_told,
    conversation,
    message,
    moment,
    participant,
    user,
)
from harness import Client, assert_refused
from partywire.delivery.webhooks.events import TABLE
from receivers import Receiver, Reply

EVERY = [event.name for event in TABLE if event.phase == "pre"]
JSON = (("Content-Type", "application/json"),)
METHODS = ["GET", "POST"]


def listening(client: Client, receiver: Receiver, method: str = "POST") -> Room:
    """A room about which the account's webhook is asked."""
    room = Room(client, receiver)
    hook = {"PreWebhookUrl": f"{receiver.url}/hook", "Method": method, "Filters": EVERY}
    client.made("/Configuration/Webhooks", hook)
    return room


@pytest.fixture(params=METHODS)
def room(client: Client, receiver: Receiver, request: pytest.FixtureRequest) -> Room:
    return listening(client, receiver, request.param)


def test_on_conversation_add(room: Room) -> None:
    told = room.asks("POST", "/Conversations", {"FriendlyName": "Küche"})
    assert_told(
        told,
        room,
        "onConversationAdd",
        {
            "FriendlyName": "Küche",
            "Attributes": "{}",
            "ChatServiceSid": room.tea["chat_service_sid"],
            "MessagingServiceSid": room.tea["messaging_service_sid"],
            "State": "active",
        },
    )
    assert not [name for name in told if name.startswith("Date")]


def test_on_conversation_update(room: Room) -> None:
    told = room.asks("POST", "/Conversations/tea", {"State": "inactive", "FriendlyName": "Tee"})
    own = conversation(room, State="inactive", FriendlyName="Tee")
    assert_told(told, room, "onConversationUpdate", own)
    assert told["DateCreated"].startswith(moment(room.tea["date_created"]))
    changed = room.client.seen("/Conversations/tea")
    assert told["DateUpdated"].startswith(moment(changed["date_updated"]))


def test_on_conversation_remove(room: Room) -> None:
    told = room.asks("DELETE", "/Conversations/tea")
    assert_told(told, room, "onConversationRemove", conversation(room))
    assert told["DateUpdated"].startswith(moment(room.tea["date_updated"]))
    assert "DateRemoved" not in told


def test_on_message_add(room: Room) -> None:
    form = {"Author": "ann", "Body": "Grüße & ein Stück Kuchen 🎂", "Attributes": '["x"]'}
    told = room.asks("POST", "/Conversations/tea/Messages", form)
    own = message(room, Body=form["Body"], Attributes='["x"]')
    del own["MessageSid"], own["Index"]
    assert_told(told, room, "onMessageAdd", own)
    (posted,) = room.client.seen("/Conversations/tea/Messages")["messages"][1:]
    assert told["DateCreated"].startswith(moment(posted["date_created"]))
    assert "DateUpdated" not in told


def test_on_message_add_of_the_system(room: Room) -> None:
    told = room.asks("POST", "/Conversations/tea/Messages", {"Body": "x"})
    assert told["Author"] == "system"
    assert "ParticipantSid" not in told


def test_on_message_update(room: Room) -> None:
    path = f"/Conversations/tea/Messages/{room.message['sid']}"
    told = room.asks("POST", path, {"Body": "Milch!", "Author": "+15550001"})
    own = message(room, Body="Milch!", Author="+15550001", ParticipantSid=room.phone["sid"])
    assert_told(told, room, "onMessageUpdate", own)
    assert told["DateCreated"].startswith(moment(room.message["date_created"]))
    assert told["DateUpdated"].startswith(moment(room.client.seen(path)["date_updated"]))


def test_on_message_remove(room: Room) -> None:
    told = room.asks("DELETE", f"/Conversations/tea/Messages/{room.message['sid']}")
    assert_told(told, room, "onMessageRemove", message(room))
    assert told["DateUpdated"].startswith(moment(room.message["date_updated"]))


def test_on_participant_add(room: Room) -> None:
    form = {"Identity": "bob", "Attributes": '{"b": 2}'}
    told = room.asks("POST", "/Conversations/tea/Participants", form)
    own = participant(room, Identity="bob", Attributes='{"b": 2}')
    del own["ParticipantSid"]
    assert_told(told, room, "onParticipantAdd", own)
    assert "DateCreated" in told


def test_on_participant_add_by_an_address(room: Room) -> None:
    form = {
        "MessagingBinding.Address": "whatsapp:+15550003",
        "MessagingBinding.ProxyAddress": "whatsapp:+15550004",
    }
    told = room.asks("POST", "/Conversations/tea/Participants", form)
    assert_told(
        told,
        room,
        "onParticipantAdd",
        {
            "ConversationSid": room.tea["sid"],
            "Attributes": "{}",
            "MessagingBinding.Type": "WHATSAPP",
            **form,
        },
    )


def test_on_participant_update(room: Room) -> None:
    path = "/Conversations/tea/Participants/ann"
    told = room.asks("POST", path, {"Attributes": "[1]", "LastReadMessageIndex": "0"})
    assert_told(told, room, "onParticipantUpdate", participant(room, Attributes="[1]"))
    assert told["DateUpdated"].startswith(moment(room.client.seen(path)["date_updated"]))


def test_on_participant_remove(room: Room) -> None:
    told = room.asks("DELETE", f"/Conversations/tea/Participants/{room.phone['sid']}")
    assert_told(
        told,
        room,
        "onParticipantRemove",
        {
            "ConversationSid": room.tea["sid"],
            "ParticipantSid": room.phone["sid"],
            "Attributes": "{}",
            "MessagingBinding.Type": "SMS",
            "MessagingBinding.Address": "+15550001",
            "MessagingBinding.ProxyAddress": "+15550002",
        },
    )


def test_on_user_update(room: Room) -> None:
    told = room.asks("POST", "/Users/ann", {"FriendlyName": "Änn"})
    assert_told(
        told,
        room,
        "onUserUpdate",
        user(room, FriendlyName="Änn"),
    )
    assert told["DateCreated"].startswith(moment(room.user["date_created"]))


def test_every_pre_event_was_checked() -> None:
    names = {name.replace("_", "") for name in globals() if name.startswith("test_on_")}
    assert {f"test{event.lower()}" for event in EVERY} <= names


# --- what the answer does, as a client sees it ------------------------------------------------


@pytest.fixture
def asked(client: Client, receiver: Receiver) -> Client:
    """A client with a room called tea, whose requests ask the account's webhook."""
    listening(client, receiver)
    client.http.headers.update(HEADER)
    return client


REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "conversation add": ("POST", "/Conversations", {"FriendlyName": "x"}),
    "conversation update": ("POST", "/Conversations/tea", {"FriendlyName": "x"}),
    "conversation remove": ("DELETE", "/Conversations/tea", {}),
    "message add": ("POST", "/Conversations/tea/Messages", {"Body": "x"}),
    "message update": ("POST", "/Conversations/tea/Messages/{message}", {"Body": "x"}),
    "message remove": ("DELETE", "/Conversations/tea/Messages/{message}", {}),
    "participant add": ("POST", "/Conversations/tea/Participants", {"Identity": "bob"}),
    "participant update": ("POST", "/Conversations/tea/Participants/ann", {"Attributes": "[]"}),
    "participant remove": ("DELETE", "/Conversations/tea/Participants/ann", {}),
    "user update": ("POST", "/Users/ann", {"FriendlyName": "x"}),
    "all at once": ("POST", "/ConversationWithParticipants", {"FriendlyName": "x"}),
}
PRIVATE = "http://10.0.0.1/hook"


@pytest.mark.parametrize("door", ["account", "service"])
@pytest.mark.parametrize("name", REQUESTS)
def test_what_a_webhook_does_not_let_through_is_an_error_of_the_wire(
    client: Client, receiver: Receiver, name: str, door: str
) -> None:
    room = listening(client, receiver)
    method, path, form = REQUESTS[name]
    root = "/v1" if door == "account" else f"/v1/Services/{room.tea['chat_service_sid']}"
    path = root + path.format(message=room.message["sid"])

    def sent() -> httpx.Response:
        return client.http.request(method, path, data=form or None, headers=HEADER)

    receiver.reply = lambda _: Reply(403)
    assert_refused(sent(), 400, 50056)
    receiver.reply = lambda _: Reply(200, b"[]", JSON)
    assert_refused(sent(), 400, 50057)
    client.made("/Configuration/Webhooks", {"PreWebhookUrl": PRIVATE})
    assert_refused(sent(), 400, 50077)
    assert len(receiver.received) == 2
    client.made("/Configuration/Webhooks", {"PreWebhookUrl": ""})
    assert sent().is_success


def test_what_is_changed_is_what_the_client_sees(asked: Client, receiver: Receiver) -> None:
    receiver.reply = lambda _: Reply(200, b'{"body": "***", "attributes": {"x": 1}}', JSON)
    posted = asked.made("/Conversations/tea/Messages", {"Body": "a swear word"})
    assert (posted["body"], posted["attributes"]) == ("***", '{"x": 1}')


def test_a_bad_answer_is_an_error_of_the_wire(asked: Client, receiver: Receiver) -> None:
    receiver.reply = lambda _: Reply(200, b'{"body": 7}', JSON)
    assert_refused(asked.post("/Conversations/tea/Messages", {"Body": "x"}), 400, 50057)
    receiver.reply = lambda _: Reply(200, b'{"body": ""}', JSON)
    assert_refused(asked.post("/Conversations/tea/Messages", {"Body": "x"}), 400, 50503)
    receiver.reply = lambda _: Reply(200, b'{"attributes": "{"}', JSON)
    assert_refused(asked.post("/Conversations/tea/Messages", {"Body": "x"}), 400, 50304)


def test_a_target_that_must_not_be_reached_is_an_error_of_the_wire(asked: Client) -> None:
    asked.made("/Configuration/Webhooks", {"PreWebhookUrl": PRIVATE})
    answer = asked.post("/Conversations/tea/Messages", {"Body": "x"})
    assert_refused(answer, 400, 50077)
    assert "10.0" not in answer.text


def test_a_request_without_the_header_asks_nobody(asked: Client, receiver: Receiver) -> None:
    del asked.http.headers["X-Twilio-Webhook-Enabled"]
    asked.made("/Conversations/tea/Messages", {"Body": "x"})
    asked.made("/Users/ann/Conversations/tea", {"LastReadMessageIndex": "0"})
    assert receiver.received == []


def test_a_service_has_its_own_webhook(asked: Client, receiver: Receiver) -> None:
    service = asked.made("/Services", {"FriendlyName": "Other"})["sid"]
    other = asked.at(f"/v1/Services/{service}")
    hook = {"PreWebhookUrl": f"{receiver.url}/own", "Filters": ["onConversationAdd"]}
    other.made("/Configuration/Webhooks", hook)
    other.made("/Conversations")
    targets = [received.target for received in receiver.received]
    assert targets == ["/hook", "/own"]
    asked.made("/Conversations")
    assert [received.target for received in receiver.received[2:]] == ["/hook"]


def test_a_conversation_with_participants_asks_about_each(
    asked: Client, receiver: Receiver
) -> None:
    form = {"Participant": ['{"identity": "bob"}', '{"identity": "eve"}']}
    answer = asked.post("/ConversationWithParticipants", form)
    assert answer.status_code == 202
    made = answer.json()
    told = [received.parameters for received in receiver.received]
    assert [each["EventType"] for each in told] == [
        "onConversationAdd",
        "onParticipantAdd",
        "onParticipantAdd",
    ]
    assert [each["Identity"] for each in told[1:]] == ["bob", "eve"]
    assert {each["ConversationSid"] for each in told[1:]} == {made["sid"]}
