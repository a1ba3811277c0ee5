"""Rooms that webhooks listen in, and what they must hear, field by field."""

import time
from typing import Any

from twilio.request_validator import RequestValidator

from delivery.webhooks.signing import Form
from harness import Client
from receivers import PATIENCE, Received, Receiver

HEADER = {"X-Twilio-Webhook-Enabled": "true"}

_CREATED, _UPDATED, _REMOVED = "DateCreated", "DateUpdated", "DateRemoved"
# The dates that an event tells, by its name; of the others both, and what is gone says when.
_DATES: dict[str, set[str]] = {
    "onConversationAdd": set(),
    "onConversationStateUpdated": set(),
    "onMessageAdd": {_CREATED},
    "onMessageAdded": {_CREATED},
    "onParticipantAdd": {_CREATED},
}


def heard(receiver: Receiver, received: Received, token: str) -> dict[str, str]:
    """The event's parameters, each of which stands there once; its signature is the account's.

    What stands in the webhook's own query is no parameter: a name of one letter.
    """
    form = Form(received.pairs if received.method == "POST" else [])
    signed = received.headers["x-twilio-signature"]
    url = receiver.url + received.target
    assert RequestValidator(token).validate(url, form, signed), url
    assert not RequestValidator(token[::-1]).validate(url, form, signed)
    told = [(name, text) for name, text in received.pairs if len(name) > 1]
    assert len(dict(told)) == len(told)
    return dict(told)


class Room:
    """A conversation with Ann and a phone in it, and a message.

    Attributes:
        tea: the conversation, as the API shows it; so are the others.
        phone: a participant by address.
        message: the first one, by Ann.
    """

    def __init__(self, client: Client, receiver: Receiver) -> None:
        self.client, self.receiver = client, receiver
        self.tea = client.made(
            "/Conversations",
            {"UniqueName": "tea", "FriendlyName": "Tee & Gebäck", "Attributes": '{"a":1}'},
        )
        people, said = "/Conversations/tea/Participants", "/Conversations/tea/Messages"
        self.ann = client.made(people, {"Identity": "ann"})
        self.phone = client.made(
            people,
            {"MessagingBinding.Address": "+15550001", "MessagingBinding.ProxyAddress": "+15550002"},
        )
        self.user = client.seen("/Users/ann")
        self.message = client.made(said, {"Author": "ann", "Body": "Milch?"})

    @property
    def credentials(self) -> tuple[str, str]:
        """The account's SID and token."""
        assert self.client.credentials is not None
        return self.client.credentials

    def does(self, method: str, path: str, form: dict[str, Any] | None = None) -> None:
        """Sends a request that tells webhooks."""
        answer = self.client.http.request(method, f"/v1{path}", data=form, headers=HEADER)
        assert answer.is_success, answer.text

    def asks(self, method: str, path: str, form: dict[str, Any] | None = None) -> dict[str, str]:
        """Sends a request that tells webhooks; returns what one was asked meanwhile."""
        before = len(self.receiver.received)
        self.does(method, path, form)
        (received,) = self.receiver.received[before:]
        return heard(self.receiver, received, self.credentials[1])

    def hears(self, event: str, number: int = 1, **also: str) -> dict[str, str]:
        """Waits for so many events of this name; returns what the last of them told.

        Args:
            event: the name.
            number: how many there must be, and no more.
            also: parameters that they have besides.
        """
        wanted = {"EventType": event, **also}

        def named() -> list[Received]:
            there = list(self.receiver.received)
            return [each for each in there if wanted.items() <= dict(each.pairs).items()]

        deadline = time.monotonic() + PATIENCE
        while len(named()) < number:
            names = [dict(each.pairs)["EventType"] for each in self.receiver.received]
            assert time.monotonic() < deadline, names
            time.sleep(0.01)
        assert len(named()) == number
        return heard(self.receiver, named()[-1], self.credentials[1])


def moment(shown: str) -> str:
    """A date of an answer, as it begins in a webhook."""
    return shown.removesuffix("Z") + "."


def assert_told(told: dict[str, str], room: Room, event: str, own: dict[str, str]) -> None:
    """The webhook was told exactly this, besides what stands in every event, and its dates."""
    dates = {name: text for name, text in told.items() if name.startswith("Date")}
    gone = {_REMOVED} if event.endswith("Removed") else set()
    assert dates.keys() == _DATES.get(event, {_CREATED, _UPDATED} | gone), event
    for text in dates.values():
        assert len(text) == len("2021-08-12T23:54:50.674Z")
        assert (text[10], text[19], text[23]) == ("T", ".", "Z")
    assert {name: text for name, text in told.items() if name not in dates} == {
        "AccountSid": room.credentials[0],
        "EventType": event,
        "Source": "API",
        "RetryCount": "0",
        **own,
    }


def conversation(room: Room, **more: str) -> dict[str, str]:
    return {
        "ConversationSid": room.tea["sid"],
        "FriendlyName": "Tee & Gebäck",
        "UniqueName": "tea",
        "Attributes": '{"a":1}',
        "ChatServiceSid": room.tea["chat_service_sid"],
        "MessagingServiceSid": room.tea["messaging_service_sid"],
        "State": "active",
        **more,
    }


def message(room: Room, **more: str) -> dict[str, str]:
    return {
        "ConversationSid": room.tea["sid"],
        "MessageSid": room.message["sid"],
        "Index": "0",
        "Body": "Milch?",
        "Author": "ann",
        "ParticipantSid": room.ann["sid"],
        "Attributes": "{}",
        **more,
    }


def participant(room: Room, **more: str) -> dict[str, str]:
    return {
        "ConversationSid": room.tea["sid"],
        "ParticipantSid": room.ann["sid"],
        "Identity": "ann",
        "RoleSid": room.ann["role_sid"],
        "Attributes": "{}",
        "MessagingBinding.Type": "CHAT",
        **more,
    }


def user(room: Room, **more: str) -> dict[str, str]:
    return {
        "ChatServiceSid": room.user["chat_service_sid"],
        "UserSid": room.user["sid"],
        "Identity": "ann",
        "RoleSid": room.user["role_sid"],
        "Attributes": "{}",
        **more,
    }
