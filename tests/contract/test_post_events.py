"""Every post-event over a real server, each field of it; the official validator accepts all."""

from typing import Any

import pytest

from contract.rooms import (
    Room,
    assert_told,
    conversation,
    heard,
    message,
    moment,
    participant,
    user,
)
from harness import Client
from partywire.delivery.webhooks.events import TABLE
from receivers import Receiver, Reply

EVERY = [event.name for event in TABLE if event.phase == "post"]
TEA = "/Conversations/tea"
PEOPLE, SAID = f"{TEA}/Participants", f"{TEA}/Messages"
PHONE = "/_partywire/Handsets/+15550001"


def listening(client: Client, receiver: Receiver, method: str = "POST") -> Room:
    """A room whose account is told everything, at a URL that has a query of its own."""
    room = Room(client, receiver)
    url = f"{receiver.url}/hook/%C3%BC?a=1&a=2&b=%26"
    hook = {"PostWebhookUrl": url, "Method": method, "Filters": EVERY}
    client.made("/Configuration/Webhooks", hook)
    return room


@pytest.fixture(params=["GET", "POST"])
def room(client: Client, receiver: Receiver, request: pytest.FixtureRequest) -> Room:
    return listening(client, receiver, request.param)


def removed(told: dict[str, str]) -> str:
    """When it was removed: by the server's clock, a moment ago."""
    date = told["DateRemoved"]
    assert len(date) == len("2021-08-12T23:54:50.674Z")
    return date


def test_on_conversation_added(room: Room) -> None:
    room.does("POST", "/Conversations", {"FriendlyName": "Küche", "UniqueName": "kitchen"})
    told = room.hears("onConversationAdded")
    made = room.client.seen("/Conversations/kitchen")
    own = conversation(
        room,
        ConversationSid=made["sid"],
        FriendlyName="Küche",
        UniqueName="kitchen",
        Attributes="{}",
    )
    assert_told(told, room, "onConversationAdded", own)
    assert told["DateCreated"].startswith(moment(made["date_created"]))
    assert told["DateUpdated"] == told["DateCreated"]


def test_on_conversation_updated(room: Room) -> None:
    room.does("POST", TEA, {"Attributes": "[1]"})
    told = room.hears("onConversationUpdated")
    assert_told(told, room, "onConversationUpdated", conversation(room, Attributes="[1]"))
    assert told["DateCreated"].startswith(moment(room.tea["date_created"]))
    assert told["DateUpdated"].startswith(moment(room.client.seen(TEA)["date_updated"]))


def test_on_conversation_removed(room: Room) -> None:
    room.does("DELETE", TEA)
    told = room.hears("onConversationRemoved")
    assert_told(told, room, "onConversationRemoved", conversation(room))
    assert removed(told) > told["DateUpdated"]


def state(room: Room, before: str, after: str, reason: str) -> dict[str, str]:
    return {
        "ConversationSid": room.tea["sid"],
        "ChatServiceSid": room.tea["chat_service_sid"],
        "MessagingServiceSid": room.tea["messaging_service_sid"],
        "StateFrom": before,
        "StateTo": after,
        "Reason": reason,
    }


def test_on_conversation_state_updated(room: Room) -> None:
    room.does("POST", TEA, {"State": "inactive"})
    told = room.hears("onConversationStateUpdated")
    changed = moment(room.client.seen(TEA)["date_updated"])
    assert told.pop("StateUpdated").startswith(changed)
    own = state(room, "active", "inactive", "API")
    assert_told(told, room, "onConversationStateUpdated", own)

    room.does("POST", SAID, {"Body": "Awake?"})
    told = room.hears("onConversationStateUpdated", 2)
    del told["StateUpdated"]
    own = state(room, "inactive", "active", "EVENT")
    assert_told(told, room, "onConversationStateUpdated", own)


def test_on_message_added(room: Room) -> None:
    form = {"Author": "ann", "Body": "Grüße & ein Stück Kuchen 🎂 = +1", "Attributes": '["x"]'}
    room.does("POST", SAID, form)
    told = room.hears("onMessageAdded")
    (posted,) = room.client.seen(SAID)["messages"][1:]
    own = message(
        room,
        MessageSid=posted["sid"],
        Index="1",
        Body=form["Body"],
        Attributes='["x"]',
        ChatServiceSid=room.tea["chat_service_sid"],
        MessagingServiceSid=room.tea["messaging_service_sid"],
    )
    assert_told(told, room, "onMessageAdded", own)
    assert told["DateCreated"].startswith(moment(posted["date_created"]))


def test_on_message_added_from_a_phone(room: Room) -> None:
    # What comes by a channel is told although nobody asked for it.
    sent = {"To": "+15550002", "Body": "Coming!"}
    assert room.client.http.post(f"{PHONE}/Messages", data=sent).status_code == 201
    told = room.hears("onMessageAdded")
    assert told.pop("Source") == "SMS"
    own = message(
        room,
        MessageSid=room.client.seen(SAID)["messages"][-1]["sid"],
        Index="1",
        Body="Coming!",
        Author="+15550001",
        ParticipantSid=room.phone["sid"],
        ChatServiceSid=room.tea["chat_service_sid"],
        MessagingServiceSid=room.tea["messaging_service_sid"],
    )
    assert_told({**told, "Source": "API"}, room, "onMessageAdded", own)


def test_on_message_updated(room: Room) -> None:
    path = f"{SAID}/{room.message['sid']}"
    room.does("POST", path, {"Body": "Milch!"})
    told = room.hears("onMessageUpdated")
    assert_told(told, room, "onMessageUpdated", message(room, Body="Milch!"))
    assert told["DateCreated"].startswith(moment(room.message["date_created"]))
    assert told["DateUpdated"].startswith(moment(room.client.seen(path)["date_updated"]))


def test_on_message_removed(room: Room) -> None:
    room.does("DELETE", f"{SAID}/{room.message['sid']}")
    told = room.hears("onMessageRemoved")
    assert_told(told, room, "onMessageRemoved", message(room))
    assert removed(told) > told["DateCreated"]


def test_on_participant_added_and_on_user_added(room: Room) -> None:
    room.does("POST", PEOPLE, {"Identity": "bob", "Attributes": "[2]"})
    bob = room.client.seen(f"{PEOPLE}/bob")
    told = room.hears("onParticipantAdded")
    own = participant(room, ParticipantSid=bob["sid"], Identity="bob", Attributes="[2]")
    assert_told(told, room, "onParticipantAdded", own)
    assert told["DateCreated"].startswith(moment(bob["date_created"]))

    made = room.client.seen("/Users/bob")
    told = room.hears("onUserAdded")
    assert_told(told, room, "onUserAdded", user(room, UserSid=made["sid"], Identity="bob"))
    assert told["DateCreated"].startswith(moment(made["date_created"]))


def test_on_participant_added_by_an_address(room: Room) -> None:
    form = {
        "MessagingBinding.Address": "whatsapp:+15550003",
        "MessagingBinding.ProxyAddress": "whatsapp:+15550004",
    }
    room.does("POST", PEOPLE, form)
    told = room.hears("onParticipantAdded")
    (made,) = [
        each
        for each in room.client.seen(PEOPLE)["participants"]
        if each["sid"] not in {room.ann["sid"], room.phone["sid"]}
    ]
    own = {
        "ConversationSid": room.tea["sid"],
        "ParticipantSid": made["sid"],
        "Attributes": "{}",
        "MessagingBinding.Type": "WHATSAPP",
        **form,
    }
    assert_told(told, room, "onParticipantAdded", own)


def test_on_participant_updated(room: Room) -> None:
    room.does("POST", f"{PEOPLE}/ann", {"Attributes": "[1]"})
    told = room.hears("onParticipantUpdated")
    assert_told(told, room, "onParticipantUpdated", participant(room, Attributes="[1]"))

    room.does("POST", f"{PEOPLE}/ann", {"LastReadMessageIndex": "0"})
    told = room.hears("onParticipantUpdated", 2)
    own = participant(room, Attributes="[1]", LastReadMessageIndex="0")
    assert_told(told, room, "onParticipantUpdated", own)


def test_on_participant_removed(room: Room) -> None:
    room.does("DELETE", f"{PEOPLE}/ann")
    told = room.hears("onParticipantRemoved")
    assert_told(told, room, "onParticipantRemoved", participant(room))
    assert removed(told) > told["DateCreated"]


def test_on_user_added(room: Room) -> None:
    room.does("POST", "/Users", {"Identity": "zoë", "FriendlyName": "Zoë", "Attributes": "[3]"})
    told = room.hears("onUserAdded")
    made = room.client.seen("/Users/zoë")
    own = user(room, UserSid=made["sid"], Identity="zoë", FriendlyName="Zoë", Attributes="[3]")
    assert_told(told, room, "onUserAdded", own)


def test_on_user_updated(room: Room) -> None:
    room.does("POST", "/Users/ann", {"FriendlyName": "Änn"})
    told = room.hears("onUserUpdated")
    assert_told(told, room, "onUserUpdated", user(room, FriendlyName="Änn"))
    assert told["DateUpdated"].startswith(moment(room.client.seen("/Users/ann")["date_updated"]))

    service = f"/Services/{room.tea['chat_service_sid']}/Configuration"
    room.client.made(service, {"ReachabilityEnabled": "true"})
    room.does("POST", "/Users/ann", {"FriendlyName": "Anna"})
    told = room.hears("onUserUpdated", 2)
    own = user(room, FriendlyName="Anna", isOnline="false", isNotifiable="false")
    assert_told(told, room, "onUserUpdated", own)


def test_on_delivery_updated(room: Room) -> None:
    room.client.http.post(PHONE, data={"Status": "failed", "ErrorCode": "30003"})
    room.client.made(SAID, {"Author": "ann", "Body": "Where are you?"})
    posted = room.client.seen(SAID)["messages"][-1]
    told = room.hears("onDeliveryUpdated", 2, MessageSid=posted["sid"])
    (receipt,) = room.client.seen(f"{SAID}/{posted['sid']}/Receipts")["delivery_receipts"]
    own = {
        "ConversationSid": room.tea["sid"],
        "ChatServiceSid": room.tea["chat_service_sid"],
        "MessageSid": posted["sid"],
        "DeliveryReceiptSid": receipt["sid"],
        "ChannelMessageSid": receipt["channel_message_sid"],
        "ParticipantSid": room.phone["sid"],
        "Status": "failed",
        "ErrorCode": "30003",
    }
    assert told.pop("Source") == "SMS"
    assert_told({**told, "Source": "API"}, room, "onDeliveryUpdated", own)
    first = room.hears("onDeliveryUpdated", MessageSid=posted["sid"], Status="sent")
    assert first["ErrorCode"] == "0"


def test_every_post_event_was_checked() -> None:
    words = " ".join(name.replace("_", "") for name in globals() if name.startswith("test_on_"))
    assert [event for event in EVERY if event.lower() not in words] == []


# --- who is told ------------------------------------------------------------------------------


def test_a_request_without_the_header_is_told_to_nobody(client: Client, receiver: Receiver) -> None:
    room = listening(client, receiver)
    client.made(SAID, {"Body": "quiet"})
    client.made("/Users/ann/Conversations/tea", {"LastReadMessageIndex": "0"})
    client.delete("/Users/ann/Conversations/tea")
    room.does("POST", SAID, {"Body": "loud"})
    told = room.hears("onMessageAdded")
    assert told["Body"] == "loud"
    names = {dict(received.pairs)["EventType"] for received in receiver.received}
    # What became of a message on its way to a phone is nothing that a request could ask for.
    assert names - {"onDeliveryUpdated"} == {"onMessageAdded"}


def scoped(client: Client, target: str, **configuration: Any) -> None:
    form = {f"Configuration.{name}": value for name, value in configuration.items()}
    client.made(f"{TEA}/Webhooks", {"Target": target, **form})


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_conversation_s_webhook_hears_what_its_filters_name(
    client: Client, receiver: Receiver, method: str
) -> None:
    room = Room(client, receiver)
    filters = ["onMessageAdded", "onConversationUpdated", "onConversationRemoved"]
    scoped(client, "webhook", Url=f"{receiver.url}/own?x=y", Method=method, Filters=filters)
    room.does("POST", SAID, {"Body": "one"})
    room.does("POST", PEOPLE, {"Identity": "bob"})
    room.does("POST", "/Conversations", {"UniqueName": "elsewhere"})
    room.does("POST", "/Conversations/elsewhere/Messages", {"Body": "unheard"})
    room.does("POST", TEA, {"FriendlyName": "Tee"})
    room.does("DELETE", TEA)
    assert room.hears("onConversationRemoved")["ConversationSid"] == room.tea["sid"]
    names = [dict(received.pairs)["EventType"] for received in receiver.received]
    assert names == filters
    for received in receiver.received:
        assert received.method == method.upper()
        told = heard(receiver, received, room.credentials[1])
        assert told["ConversationSid"] == room.tea["sid"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_trigger_hears_messages_with_its_keywords(
    client: Client, receiver: Receiver, method: str
) -> None:
    room = Room(client, receiver)
    scoped(client, "trigger", Url=receiver.url, Method=method, Triggers=["kuchen", "tea time"])
    for body in ("Milch?", "Ein KUCHEN!", "tea", "It is Tea Time"):
        room.does("POST", SAID, {"Body": body})
    room.does("POST", TEA, {"FriendlyName": "Kuchen"})
    room.hears("onMessageAdded", 2)
    told = [heard(receiver, each, room.credentials[1])["Body"] for each in receiver.received]
    assert told == ["Ein KUCHEN!", "It is Tea Time"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_webhook_that_wants_earlier_messages_is_told_them_first(
    client: Client, receiver: Receiver, method: str
) -> None:
    room = Room(client, receiver)
    earlier = [client.made(SAID, {"Author": "ann", "Body": f"Tee {n}"}) for n in range(1, 4)]
    scoped(
        client,
        "webhook",
        Url=receiver.url,
        Method=method,
        Filters=["onMessageAdded"],
        ReplayAfter=2,
    )
    room.does("POST", SAID, {"Body": "later"})
    room.hears("onMessageAdded", 3)
    told = [heard(receiver, each, room.credentials[1]) for each in receiver.received]
    assert [each["Body"] for each in told] == ["Tee 2", "Tee 3", "later"]
    for posted, each in zip(earlier[1:], told, strict=False):
        own = message(
            room,
            MessageSid=posted["sid"],
            Index=str(posted["index"]),
            Body=posted["body"],
            ChatServiceSid=room.tea["chat_service_sid"],
            MessagingServiceSid=room.tea["messaging_service_sid"],
        )
        assert_told(each, room, "onMessageAdded", own)
        assert each["DateCreated"].startswith(moment(posted["date_created"]))


def test_account_service_and_conversation_are_told_each(client: Client, receiver: Receiver) -> None:
    room = Room(client, receiver)
    names = {"Filters": ["onMessageAdded"]}
    hook = "/Configuration/Webhooks"
    service = f"/Services/{room.tea['chat_service_sid']}"
    client.made(hook, {"PostWebhookUrl": f"{receiver.url}/account", **names})
    client.made(service + hook, {"PostWebhookUrl": f"{receiver.url}/service", **names})
    scoped(client, "webhook", Url=f"{receiver.url}/own", **names)
    room.does("POST", SAID, {"Body": "to all"})
    room.hears("onMessageAdded", 3)
    assert sorted(each.target for each in receiver.received) == ["/account", "/own", "/service"]


def test_what_is_told_after_is_what_was_answered_before(client: Client, receiver: Receiver) -> None:
    room = Room(client, receiver)
    receiver.reply = lambda received: (
        Reply(200, b'{"body": "***"}') if "onMessageAdd&" in received.body.decode() else Reply()
    )
    hook = {"PreWebhookUrl": f"{receiver.url}/pre", "PostWebhookUrl": f"{receiver.url}/post"}
    client.made("/Configuration/Webhooks", {**hook, "Filters": ["onMessageAdd", "onMessageAdded"]})
    room.does("POST", SAID, {"Body": "a swear word"})
    assert room.hears("onMessageAdded")["Body"] == "***"
    assert [each.target for each in receiver.received] == ["/pre", "/post"]
