"""Networks that break and servers that start again, under clients of the official chat SDK."""

from collections.abc import Iterator

import pytest

from clients.sdk_runtime import Chatter, Driver, World
from harness import Client, Server, account


def indexes(chatter: Chatter) -> list[int]:
    """The messages that a client was told of, in that order."""
    return [one["index"] for one in chatter.told("messageAdded")]


def test_messages_of_the_meantime_come_once(world: World) -> None:
    sid = world.conversation("alice", "bob")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    alice.watch(conversation=sid)
    bob.send(conversation=sid, body="0")
    alice.heard("messageAdded", index=0)
    alice.lost("away")
    for number in range(1, 4):
        bob.send(conversation=sid, body=f"{number}")
    bob.edit(conversation=sid, index=0, body="zero")
    bob.remove(conversation=sid, index=2)
    alice.back()
    alice.heard("messageAdded", index=3)
    alice.heard("messageUpdated", index=0, body="zero")
    bob.send(conversation=sid, body="4")
    alice.heard("messageAdded", index=4)
    assert sorted(indexes(alice)) == [0, 1, 3, 4]
    seen = alice.history(conversation=sid, size=10)["messages"]
    assert [(one["index"], one["body"]) for one in seen] == [
        (one["index"], one["body"]) for one in world.messages(sid)
    ]


def test_what_one_sends_while_the_network_is_away_goes_out_later(world: World) -> None:
    sid = world.conversation("alice")
    alice = world.chatter("alice")
    alice.watch(conversation=sid)
    alice.lost("drop")
    assert alice.send(conversation=sid, body="Soup?") == 0
    alice.heard("messageAdded", index=0)
    assert [one["body"] for one in world.messages(sid)] == ["Soup?"]


def test_a_conversation_born_and_one_left_meanwhile(world: World) -> None:
    left, gone = world.conversation("alice", "bob"), world.conversation("alice")
    stays = world.conversation("alice")
    alice = world.chatter("alice")
    assert len(alice.list()) == 3
    alice.lost("away")
    born = world.conversation("alice", FriendlyName="Born")
    world.post(born, "Hello")
    members = world.rest.items(f"/Conversations/{left}/Participants", "participants")
    [member] = [one["sid"] for one in members if one["identity"] == "alice"]
    world.rest.delete(f"/Conversations/{left}/Participants/{member}")
    world.rest.delete(f"/Conversations/{gone}")
    alice.back()
    alice.heard("conversationJoined", sid=born)
    alice.heard("conversationRemoved", sid=left)
    alice.heard("conversationRemoved", sid=gone)
    assert sorted(one["sid"] for one in alice.list()) == sorted([stays, born])
    assert len(alice.history(conversation=born, size=5)["messages"]) == 1


@pytest.fixture
def database(own_database: tuple[str, ...]) -> tuple[str, ...]:
    """What servers that come one after the other share."""
    return own_database


@pytest.fixture
def first(database: tuple[str, ...]) -> Iterator[Server]:
    """A server that the test ends."""
    server = Server(["dev", "--port", "0", *database])
    yield server
    if server.process.poll() is None:
        server.stop()


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_server_that_starts_again_misses_nothing(
    driver: Driver, first: Server, database: tuple[str, ...], end: str
) -> None:
    credentials = account()
    with Client(first.url, credentials) as rest:
        world = World(driver, rest)
        sid = world.conversation("alice", "bob")
        alice, bob = world.chatter("alice"), world.chatter("bob")
        for chatter in (alice, bob):
            chatter.watch(conversation=sid)
        alice.send(conversation=sid, body="before")
        bob.heard("messageAdded", index=0)
    first.stop() if end == "stop" else first.kill()
    second = Server(["dev", "--port", "0", *database])
    try:
        with Client(second.url, credentials) as rest:
            again = World(driver, rest)
            again.post(sid, "meanwhile")
            for chatter in (alice, bob):
                chatter.moved(port=again.port)
            for chatter in (alice, bob):
                chatter.heard("messageAdded", index=1)
            bob.send(conversation=sid, body="after")
            for chatter in (alice, bob):
                chatter.heard("messageAdded", index=2)
                assert indexes(chatter) == [0, 1, 2]
                assert chatter.told("conversationRemoved") == []
    finally:
        second.stop()
