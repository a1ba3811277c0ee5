"""Webhooks are told of each step of a message on its way, and of what comes in."""

from harness import Client
from receivers import Receiver, Reply

ANN, PROXY = "+15550001", "+15550100"
HANDSET = f"/Handsets/{ANN}"
FILTERS = ["onMessageAdded", "onDeliveryUpdated", "onParticipantAdded"]


def configure(client: Client, receiver: Receiver) -> None:
    """Somebody new begins a conversation, of which this receiver is told."""
    form = {
        "Type": "sms",
        "Address": PROXY,
        "AutoCreation.Enabled": "true",
        "AutoCreation.Type": "webhook",
        "AutoCreation.WebhookUrl": f"{receiver.url}/scoped",
        "AutoCreation.WebhookMethod": "POST",
        "AutoCreation.WebhookFilters": FILTERS,
    }
    client.made("/Configuration/Addresses", form)


def write(client: Client, body: str) -> str:
    """Writes on the handset; the conversation that it reaches."""
    sid: str = client.at("/_partywire").made(f"{HANDSET}/Messages", {"To": PROXY, "Body": body})[
        "conversation_sid"
    ]
    return sid


def test_the_webhook_of_a_conversation_that_begins_is_told_of_its_first_message_and_all_others(
    client: Client, receiver: Receiver
) -> None:
    configure(client, receiver)
    sid = write(client, "Is anybody there?")
    joined, first = (each.parameters for each in receiver.wait(2))
    assert (joined["EventType"], joined["MessagingBinding.Address"]) == ("onParticipantAdded", ANN)
    assert joined["MessagingBinding.ProxyAddress"] == PROXY
    assert (first["EventType"], first["Source"]) == ("onMessageAdded", "SMS")
    assert (first["ConversationSid"], first["Author"], first["Body"]) == (
        sid,
        ANN,
        "Is anybody there?",
    )
    assert (first["Index"], first["ParticipantSid"]) == ("0", joined["ParticipantSid"])

    client.made(f"/Conversations/{sid}/Messages", {"Author": "eve", "Body": "At your service"})
    steps = [each.parameters for each in receiver.wait(4)[2:]]
    assert [each["EventType"] for each in steps] == ["onDeliveryUpdated"] * 2
    assert [each["Status"] for each in steps] == ["sent", "delivered"]
    assert {each["Source"] for each in steps} == {"SMS"}
    (held,) = [
        each
        for each in client.at("/_partywire").items(f"{HANDSET}/Messages", "messages")
        if each["direction"] == "received"
    ]
    assert {each["ChannelMessageSid"] for each in steps} == {held["sid"]}
    assert {each["ParticipantSid"] for each in steps} == {first["ParticipantSid"]}

    path = f"{HANDSET}/Messages/{held['sid']}"
    client.at("/_partywire").made(path, {"Status": "read"})
    read = receiver.wait(5)[4].parameters
    assert (read["EventType"], read["Status"], read["ErrorCode"]) == (
        "onDeliveryUpdated",
        "read",
        "0",
    )


def test_a_service_s_webhook_is_asked_what_a_conversation_begins_with(
    client: Client, receiver: Receiver
) -> None:
    configure(client, receiver)
    client.made(
        "/Configuration/Webhooks",
        {
            "PreWebhookUrl": f"{receiver.url}/pre",
            "Filters": ["onConversationAdd", "onMessageAdd"],
        },
    )
    receiver.reply = lambda request: Reply(
        status=403 if b"spam" in request.body and request.target == "/pre" else 200
    )
    refused = client.at("/_partywire").post(f"{HANDSET}/Messages", {"To": PROXY, "Body": "spam"})
    assert (refused.status_code, refused.json()["code"]) == (400, 50056)
    assert client.items("/Conversations", "conversations") == []
    (asked,) = receiver.received
    assert (asked.parameters["EventType"], asked.parameters["Source"]) == (
        "onConversationAdd",
        "SMS",
    )
    assert asked.parameters["MessageBody"] == "spam"
    assert asked.parameters["MessagingBinding.Address"] == ANN

    sid = write(client, "ham")
    assert [each["sid"] for each in client.items("/Conversations", "conversations")] == [sid]
    kinds = [each.parameters["EventType"] for each in receiver.received if each.target == "/pre"]
    assert kinds[1:] == ["onConversationAdd", "onMessageAdd"]
