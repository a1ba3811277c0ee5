"""What users of the chat SDK do is asked about and told to webhooks, each field of it, unasked."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import ChatGrant

from contract.rooms import Room, assert_told, conversation, message, participant, user
from harness import Client
from partywire.delivery.webhooks.events import TABLE
from receivers import Receiver
from wire.socket.talking import Twilsock, talking

EVERY = [event.name for event in TABLE]


@pytest.fixture(params=["GET", "POST"])
def room(client: Client, receiver: Receiver, request: pytest.FixtureRequest) -> Room:
    """A room whose account is asked about everything, and told everything."""
    room = Room(client, receiver)
    url = f"{receiver.url}/hook/%C3%BC?a=1&a=2&b=%26"
    hook = {"PreWebhookUrl": url, "PostWebhookUrl": url, "Method": request.param}
    client.made("/Configuration/Webhooks", {**hook, "Filters": EVERY})
    return room


class App:
    """One user's app."""

    def __init__(self, room: Room, socket: Twilsock, identity: str) -> None:
        self._room, self._socket, self._identity = room, socket, identity
        self._root = f"/Client/v2/Services/{room.tea['chat_service_sid']}"

    async def does(self, method: str, path: str, body: Any = None) -> Any:
        """Sends a command."""
        status, shown = await self._socket.request(method, self._root + path, body)
        assert status in {200, 204}, shown
        return shown

    def heard(self, event: str, own: dict[str, str], number: int = 1, **also: str) -> None:
        """The webhook hears of this event that this user caused, and exactly this."""
        told = self._room.hears(event, number, **also)
        told.pop("StateUpdated", None)
        who = {"Source": "SDK", "ClientIdentity": self._identity}
        assert_told(told, self._room, event, {**own, **who})


@contextlib.asynccontextmanager
async def connected(room: Room, identity: str) -> AsyncIterator[App]:
    """A user who has connected."""
    token = AccessToken(room.credentials[0], "SKany", "s" * 32, identity=identity)
    token.add_grant(ChatGrant(service_sid=room.tea["chat_service_sid"]))
    async with talking(room.client.url) as socket:
        assert (await socket.init(str(token.to_jwt())))["code"] == 200
        yield App(room, socket, identity)


def without(told: dict[str, str], *names: str) -> dict[str, str]:
    return {name: text for name, text in told.items() if name not in names}


async def test_who_connects_for_the_first_time_is_a_user_who_was_added(room: Room) -> None:
    async with connected(room, "zoë") as zoe:
        made = room.client.seen("/Users/zoë")
        zoe.heard("onUserAdded", user(room, UserSid=made["sid"], Identity="zoë"))


async def test_what_is_done_to_a_user(room: Room) -> None:
    async with connected(room, "ann") as ann:
        await ann.does("POST", f"/Users/{room.user['sid']}", {"friendly_name": "Änn"})
        for event in ("onUserUpdate", "onUserUpdated"):
            ann.heard(event, user(room, FriendlyName="Änn"))


async def test_what_is_done_to_messages(room: Room) -> None:
    said = f"/Conversations/{room.tea['sid']}/Messages"
    async with connected(room, "ann") as ann:
        wanted = {"body": "Grüße & ein Stück Kuchen 🎂 = +1", "attributes": '["x"]'}
        posted = await ann.does("POST", said, wanted)
        own = message(
            room,
            MessageSid=posted["sid"],
            Index="1",
            Body=wanted["body"],
            Attributes='["x"]',
        )
        ann.heard("onMessageAdd", without(own, "MessageSid", "Index"))
        services = {
            "ChatServiceSid": room.tea["chat_service_sid"],
            "MessagingServiceSid": room.tea["messaging_service_sid"],
        }
        ann.heard("onMessageAdded", own | services)
        await ann.does("POST", f"{said}/{posted['sid']}", {"body": "Kuchen?"})
        for event in ("onMessageUpdate", "onMessageUpdated"):
            ann.heard(event, own | {"Body": "Kuchen?"})
        await ann.does("DELETE", f"{said}/{posted['sid']}")
        for event in ("onMessageRemove", "onMessageRemoved"):
            ann.heard(event, own | {"Body": "Kuchen?"})


async def test_a_message_wakes_a_conversation(room: Room) -> None:
    room.client.made("/Conversations/tea", {"State": "inactive"})
    async with connected(room, "ann") as ann:
        await ann.does("POST", f"/Conversations/{room.tea['sid']}/Messages", {"body": "Awake?"})
        state = {
            "ConversationSid": room.tea["sid"],
            "ChatServiceSid": room.tea["chat_service_sid"],
            "MessagingServiceSid": room.tea["messaging_service_sid"],
            "StateFrom": "inactive",
            "StateTo": "active",
            "Reason": "EVENT",
        }
        ann.heard("onConversationStateUpdated", state)
        ann.heard("onConversationUpdated", conversation(room))


async def test_what_is_done_to_a_conversation_and_who_is_in_it(room: Room) -> None:
    roles = room.client.seen(f"/Services/{room.tea['chat_service_sid']}/Configuration")
    async with connected(room, "ann") as ann:
        wanted = {"friendly_name": "Küche", "unique_name": "kitchen", "attributes": "[1]"}
        made = await ann.does("POST", "/Conversations", wanted)
        here = f"/Conversations/{made['sid']}"
        own = conversation(
            room,
            ConversationSid=made["sid"],
            FriendlyName="Küche",
            UniqueName="kitchen",
            Attributes="[1]",
        )
        ann.heard("onConversationAdd", without(own, "ConversationSid"))
        ann.heard("onConversationAdded", own)
        creator = room.client.seen(f"{here}/Participants/ann")
        owner = participant(
            room,
            ConversationSid=made["sid"],
            ParticipantSid=creator["sid"],
            RoleSid=roles["default_conversation_creator_role_sid"],
        )
        ann.heard("onParticipantAdd", without(owner, "ParticipantSid"))
        ann.heard("onParticipantAdded", owner)

        bob = await ann.does("POST", f"{here}/Participants", {"identity": "bob"})
        guest = participant(
            room, ConversationSid=made["sid"], ParticipantSid=bob["sid"], Identity="bob"
        )
        ann.heard("onParticipantAdd", without(guest, "ParticipantSid"), Identity="bob")
        ann.heard("onParticipantAdded", guest, Identity="bob")
        known = room.client.seen("/Users/bob")
        ann.heard("onUserAdded", user(room, UserSid=known["sid"], Identity="bob"))

        await ann.does("POST", f"{here}/Participants/{bob['sid']}", {"attributes": "[2]"})
        for event in ("onParticipantUpdate", "onParticipantUpdated"):
            ann.heard(event, guest | {"Attributes": "[2]"})

        # Reading on is nothing that a webhook could refuse.
        mine = f"/Users/{room.user['sid']}{here}"
        await ann.does("POST", mine, {"last_read_message_index": 0})
        ann.heard("onParticipantUpdated", owner | {"LastReadMessageIndex": "0"}, Identity="ann")

        await ann.does("DELETE", f"{here}/Participants/{bob['sid']}")
        for event in ("onParticipantRemove", "onParticipantRemoved"):
            ann.heard(event, guest | {"Attributes": "[2]"})

        await ann.does("POST", here, {"friendly_name": "Kitchen"})
        for event in ("onConversationUpdate", "onConversationUpdated"):
            ann.heard(event, own | {"FriendlyName": "Kitchen"})
        await ann.does("DELETE", here)
        for event in ("onConversationRemove", "onConversationRemoved"):
            ann.heard(event, own | {"FriendlyName": "Kitchen"})


async def test_who_leaves_is_a_participant_who_was_removed(room: Room) -> None:
    async with connected(room, "ann") as ann:
        there = f"/Conversations/{room.tea['sid']}/Participants/{room.ann['sid']}"
        await ann.does("DELETE", there)
        for event in ("onParticipantRemove", "onParticipantRemoved"):
            ann.heard(event, participant(room))


def test_every_event_was_checked_that_a_user_can_cause() -> None:
    checked, _, rest = Path(__file__).read_text().partition("def test_every_event")
    assert rest
    # What becomes of a message on its way to an address is a carrier's doing.
    assert [name for name in EVERY if f'"{name}"' not in checked] == ["onDeliveryUpdated"]
