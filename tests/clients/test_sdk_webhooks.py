"""Webhooks are asked about and told what the official chat SDK does, though it never says so."""

import json
import time
from collections.abc import Iterator

import pytest

from clients.sdk_runtime import Refused, World
from contract.rooms import heard
from partywire.delivery.webhooks.events import TABLE
from receivers import PATIENCE, Received, Receiver, Reply, receiving

JSON = (("Content-Type", "application/json"),)
EVERY = [event.name for event in TABLE]


@pytest.fixture
def receiver(world: World) -> Iterator[Receiver]:
    """The account's webhook, which is asked about everything, and told everything."""
    with receiving() as made:
        hook = {"PreWebhookUrl": f"{made.url}/pre", "PostWebhookUrl": f"{made.url}/post"}
        world.rest.made("/Configuration/Webhooks", {**hook, "Filters": EVERY})
        yield made


def is_of(received: Received, event: str) -> bool:
    return received.parameters["EventType"] == event


def names(receiver: Receiver) -> set[str]:
    """The events that came so far."""
    return {received.parameters["EventType"] for received in list(receiver.received)}


def test_each_thing_that_is_done_is_asked_about_and_told(world: World, receiver: Receiver) -> None:
    alice = world.chatter("alice")
    sid = alice.create(fields={"friendlyName": "Lunch"})["sid"]
    alice.join(conversation=sid)
    alice.add(conversation=sid, identity="bob")
    alice.send(conversation=sid, body="Soop? 🍲", attributes={"mood": "good"})
    alice.read(conversation=sid, index=0)
    alice.edit(conversation=sid, index=0, body="Soup?")
    alice.remove(conversation=sid, index=0)
    alice.rename(conversation=sid, name="Dinner")
    alice.expel(conversation=sid, identity="bob")
    alice.renameMe(name="Alice")
    alice.leave(conversation=sid)
    other = alice.create(fields={"friendlyName": "Breakfast"})["sid"]
    alice.delete(conversation=other)
    # Reading on is told without a question; a state and a delivery change by something else.
    done = set(EVERY) - {"onParticipantUpdate", "onConversationStateUpdated", "onDeliveryUpdated"}
    deadline = time.monotonic() + PATIENCE
    while names(receiver) != done:
        assert time.monotonic() < deadline, names(receiver) ^ done
        time.sleep(0.01)
    assert world.rest.credentials is not None
    for received in receiver.received:
        told = heard(receiver, received, world.rest.credentials[1])
        assert (told["Source"], told["ClientIdentity"]) == ("SDK", "alice"), told


def test_what_a_webhook_makes_of_a_message_is_what_everybody_sees(
    world: World, receiver: Receiver
) -> None:
    sid = world.conversation("alice", "bob")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    for chatter in (alice, bob):
        chatter.watch(conversation=sid)
    said = {"body": "***", "attributes": {"moderated": True}}
    receiver.reply = lambda received: (
        Reply(200, json.dumps(said).encode(), JSON) if is_of(received, "onMessageAdd") else Reply()
    )
    alice.send(conversation=sid, body="a swear word", attributes={})
    for chatter in (alice, bob):
        shown = chatter.heard("messageAdded")
        assert (shown["author"], shown["body"]) == ("alice", "***")
        assert shown["attributes"] == {"moderated": True}


def test_what_a_webhook_refuses_the_sdk_throws(world: World, receiver: Receiver) -> None:
    sid = world.conversation("alice")
    alice = world.chatter("alice")
    receiver.reply = lambda received: Reply(403 if received.target == "/pre" else 200)
    for act in (
        lambda: alice.send(conversation=sid, body="spam"),
        lambda: alice.leave(conversation=sid),
        lambda: alice.renameMe(name="Admin"),
        lambda: alice.create(fields={}),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert (refused.value.shown["status"], refused.value.shown["code"]) == (400, 50056)
    assert list(world.messages(sid)) == []
