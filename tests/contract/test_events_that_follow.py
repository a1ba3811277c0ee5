"""What else one request tells webhooks, and what it tells nobody."""

from typing import Any

import pytest

from contract.rooms import HEADER, Room, assert_told, conversation, heard, message, participant
from contract.test_post_events import PEOPLE, SAID, TEA, removed
from harness import Client
from partywire.delivery.webhooks.events import TABLE
from receivers import Receiver

EVERY = [event.name for event in TABLE]
NEW_PHONE, OURS = "+15550077", "+15550099"


@pytest.fixture
def room(client: Client, receiver: Receiver) -> Room:
    """A room whose account is asked about everything, and told everything."""
    room = Room(client, receiver)
    hook = {"PreWebhookUrl": f"{receiver.url}/pre", "PostWebhookUrl": f"{receiver.url}/post"}
    client.made("/Configuration/Webhooks", {**hook, "Filters": EVERY})
    return room


def names(room: Room, target: str = "/post") -> list[str]:
    """The events that came there so far, but for those of receipts, whoever asked for them."""
    told = [dict(each.pairs) for each in room.receiver.received if each.target == target]
    return [each["EventType"] for each in told if each["EventType"] != "onDeliveryUpdated"]


def settled(room: Room) -> list[str]:
    """The events that were told, once all that was to be told is: what follows comes after it."""
    room.does("POST", SAID, {"Body": "the last word"})
    room.does("POST", "/Users", {"Identity": "the last"})
    room.hears("onMessageAdded", Body="the last word")
    room.hears("onUserAdded", Identity="the last")
    told = names(room)
    told.remove("onMessageAdded")
    told.remove("onUserAdded")
    return told


def test_a_conversation_that_is_made_with_its_participants(room: Room) -> None:
    form = {
        "UniqueName": "lunch",
        "Participant": ['{"identity": "bob"}', '{"identity": "ann", "attributes": "[1]"}'],
    }
    room.does("POST", "/ConversationWithParticipants", form)
    made = room.client.seen("/Conversations/lunch")
    own = conversation(
        room, ConversationSid=made["sid"], UniqueName="lunch", Attributes="{}", State="initializing"
    )
    del own["FriendlyName"]
    told = room.hears("onConversationUpdated")
    assert_told(told, room, "onConversationUpdated", own | {"State": "active"})
    assert_told(room.hears("onConversationAdded"), room, "onConversationAdded", own)
    for identity, attributes in (("bob", "{}"), ("ann", "[1]")):
        joined = room.client.seen(f"/Conversations/lunch/Participants/{identity}")
        guest = participant(
            room,
            ConversationSid=made["sid"],
            ParticipantSid=joined["sid"],
            Identity=identity,
            Attributes=attributes,
        )
        told = room.hears("onParticipantAdded", Identity=identity)
        assert_told(told, room, "onParticipantAdded", guest)
        del guest["ParticipantSid"]
        told = room.hears("onParticipantAdd", Identity=identity)
        assert_told(told, room, "onParticipantAdd", guest)
    assert names(room, "/pre") == ["onConversationAdd", "onParticipantAdd", "onParticipantAdd"]
    room.hears("onUserAdded", Identity="bob")
    of_the_conversation = [name for name in names(room) if name != "onUserAdded"]
    assert of_the_conversation == [
        "onConversationAdded",
        "onParticipantAdded",
        "onParticipantAdded",
        "onConversationUpdated",
    ]


def test_of_a_deleted_user_each_participant_is_told(room: Room) -> None:
    room.client.made("/Conversations", {"UniqueName": "lunch"})
    there = room.client.made("/Conversations/lunch/Participants", {"Identity": "ann"})
    room.does("DELETE", "/Users/ann")
    lunch = {"ConversationSid": there["conversation_sid"], "ParticipantSid": there["sid"]}
    for own in (participant(room), participant(room, **lunch)):
        told = room.hears("onParticipantRemoved", ConversationSid=own["ConversationSid"])
        assert_told(told, room, "onParticipantRemoved", own)
        assert removed(told) > told["DateCreated"]
    assert settled(room) == ["onParticipantRemoved", "onParticipantRemoved"]
    assert names(room, "/pre") == ["onMessageAdd"]


def test_of_a_deleted_conversation_nothing_is_told_but_itself(room: Room) -> None:
    form = {"Target": "webhook", "Configuration.Filters": EVERY}
    url = f"{room.receiver.url}/own"
    room.client.made(f"{TEA}/Webhooks", {**form, "Configuration.Url": url})
    room.does("DELETE", TEA)
    room.hears("onConversationRemoved", 2)
    for received in room.receiver.received:
        if dict(received.pairs)["EventType"] == "onConversationRemoved":
            told = heard(room.receiver, received, room.credentials[1])
            assert_told(told, room, "onConversationRemoved", conversation(room))
    assert names(room) == names(room, "/own") == ["onConversationRemoved"]
    assert names(room, "/pre") == ["onConversationRemove"]


def configure(room: Room) -> None:
    """Lets conversations begin at our address, each with a webhook of its own."""
    form = {
        "Type": "sms",
        "Address": OURS,
        "AutoCreation.Enabled": "true",
        "AutoCreation.Type": "webhook",
        "AutoCreation.WebhookUrl": f"{room.receiver.url}/own",
        "AutoCreation.WebhookFilters": ["onConversationAdded", "onMessageAdded"],
    }
    room.client.made("/Configuration/Addresses", form)


def test_a_conversation_that_a_message_from_a_phone_begins(room: Room) -> None:
    configure(room)
    sent = {"To": OURS, "Body": "Is there a table?"}
    path = f"/_partywire/Handsets/{NEW_PHONE}/Messages"
    written = room.client.http.post(path, data=sent).json()
    begun = written["conversation_sid"]
    by_sms = {"Source": "SMS"}
    own = conversation(room, ConversationSid=begun, Attributes="{}", **by_sms)
    del own["FriendlyName"], own["UniqueName"]
    told = room.hears("onConversationAdded", 2)
    assert_told(told, room, "onConversationAdded", own)
    pair = {"MessagingBinding.Address": NEW_PHONE, "MessagingBinding.ProxyAddress": OURS}
    asked = {**own, **pair, "MessageBody": sent["Body"]}
    del asked["ConversationSid"]
    assert_told(room.hears("onConversationAdd"), room, "onConversationAdd", asked)

    guest = {
        "ConversationSid": begun,
        "Attributes": "{}",
        "MessagingBinding.Type": "SMS",
        **pair,
        **by_sms,
    }
    assert_told(room.hears("onParticipantAdd"), room, "onParticipantAdd", guest)
    joined = {"ParticipantSid": written["participant_sid"]}
    assert_told(room.hears("onParticipantAdded"), room, "onParticipantAdded", guest | joined)

    said = message(
        room,
        ConversationSid=begun,
        MessageSid=written["message_sid"],
        ParticipantSid=written["participant_sid"],
        Body=sent["Body"],
        Author=NEW_PHONE,
        ChatServiceSid=room.tea["chat_service_sid"],
        MessagingServiceSid=room.tea["messaging_service_sid"],
        **by_sms,
    )
    assert_told(room.hears("onMessageAdded", 2), room, "onMessageAdded", said)
    unborn = ("MessageSid", "ParticipantSid", "Index", "ChatServiceSid", "MessagingServiceSid")
    draft = {name: text for name, text in said.items() if name not in unborn}
    assert_told(room.hears("onMessageAdd"), room, "onMessageAdd", draft)
    assert names(room, "/own") == ["onConversationAdded", "onMessageAdded"]


SILENT: dict[str, tuple[str, str, dict[str, Any]]] = {
    "reading on": ("POST", "/Users/ann/Conversations/tea", {"LastReadMessageIndex": "0"}),
    "muting": ("POST", "/Users/ann/Conversations/tea", {"NotificationLevel": "muted"}),
    "leaving": ("DELETE", "/Users/ann/Conversations/tea", {}),
    "a role": (
        "POST",
        "/Roles",
        {"FriendlyName": "x", "Type": "conversation", "Permission": "sendMessage"},
    ),
    "a service": ("POST", "/Services", {"FriendlyName": "x"}),
    "a webhook": (
        "POST",
        f"{TEA}/Webhooks",
        {"Target": "studio", "Configuration.FlowSid": "FW" + "1" * 32},
    ),
    "nothing": ("POST", TEA, {}),
    "nothing of a message": ("POST", f"{SAID}/{{message}}", {}),
    "nothing of a participant": ("POST", f"{PEOPLE}/ann", {}),
    "nothing of a user": ("POST", "/Users/ann", {}),
}


@pytest.mark.parametrize("what", SILENT)
def test_what_heeds_no_header_or_changes_nothing_is_told_to_nobody(room: Room, what: str) -> None:
    method, path, form = SILENT[what]
    path = f"/v1{path.format(message=room.message['sid'])}"
    answer = room.client.http.request(method, path, data=form, headers=HEADER)
    assert answer.is_success, answer.text
    assert settled(room) == []
    assert names(room, "/pre") == ["onMessageAdd"]
