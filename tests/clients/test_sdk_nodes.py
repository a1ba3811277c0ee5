"""Two nodes on one PostgreSQL, with clients of the official chat SDK at either of them."""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from clients.sdk_runtime import Chatter, Driver, World
from engines import ON_POSTGRESQL
from harness import Client, Server, partywire_command, serve_account

pytestmark = ON_POSTGRESQL


class Nodes:
    """Two servers of one account.

    Attributes:
        worlds: the account as each of them shows it.
    """

    def __init__(self, driver: Driver, database: tuple[str, ...]) -> None:
        credentials = serve_account(database)
        key = _key(credentials[0], database)
        self._servers: list[Server] = []
        self._stack = contextlib.ExitStack()
        self.worlds: list[World] = []
        for _ in range(2):
            server = Server(["serve", "--port", "0", "--no-access-log", *database])
            self._servers.append(server)
            rest = self._stack.enter_context(Client(server.url, credentials))
            self.worlds.append(World(driver, rest, key))

    def kill(self) -> None:
        """Ends the first one, as its machine's end would."""
        self._servers[0].kill()

    def close(self) -> None:
        """Ends whatever is left."""
        self._stack.close()
        for server in self._servers:
            if server.process.poll() is None:
                server.stop()


def _key(account_sid: str, database: tuple[str, ...]) -> tuple[str, str]:
    made = subprocess.run(
        [*partywire_command(), "key", "create", account_sid, *database],
        check=True,
        capture_output=True,
        text=True,
    )
    values = dict(line.split("=", 1) for line in made.stdout.splitlines())
    return values["TWILIO_API_KEY"], values["TWILIO_API_SECRET"]


@pytest.fixture
def nodes(driver: Driver, own_database: tuple[str, ...]) -> Iterator[Nodes]:
    """Two nodes that nobody else has."""
    made = Nodes(driver, own_database)
    yield made
    made.close()


@pytest.fixture
def here(nodes: Nodes) -> World:
    """The account at the node that may be killed."""
    return nodes.worlds[0]


@pytest.fixture
def there(nodes: Nodes) -> World:
    """The account at the other one."""
    return nodes.worlds[1]


def watching(conversation: str, *chatters: Chatter) -> None:
    for chatter in chatters:
        chatter.watch(conversation=conversation)


def indexes(chatter: Chatter) -> list[int]:
    return [message["index"] for message in chatter.told("messageAdded")]


@contextlib.contextmanager
def posting(conversation: str, *worlds: World) -> Iterator[None]:
    """Messages are posted at these nodes in turn, as long as the block lasts."""
    over = threading.Event()

    def post() -> None:
        for number, world in enumerate(itertools.cycle(worlds)):
            if over.is_set():
                return
            # Who was killed does not say whether the message is there.
            with contextlib.suppress(httpx.TransportError):
                world.post(conversation, f"number {number}")

    thread = threading.Thread(target=post)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_messages_and_read_marks_reach_the_other_node(here: World, there: World) -> None:
    sid = here.conversation("alice", "bob")
    alice, bob = here.chatter("alice"), there.chatter("bob")
    watching(sid, alice, bob)
    alice.send(conversation=sid, body="Soup?")
    assert bob.heard("messageAdded", index=0)["body"] == "Soup?"
    bob.read(conversation=sid, index=0)
    alice.heard("participantUpdated", identity="bob", read=0)
    alice.edit(conversation=sid, index=0, body="Pizza?")
    bob.heard("messageUpdated", index=0, body="Pizza?")
    bob.send(conversation=sid, body="Both")
    there.post(sid, "from REST")
    alice.heard("messageAdded", index=2)
    alice.remove(conversation=sid, index=0)
    bob.heard("messageRemoved", index=0)
    for chatter in (alice, bob):
        assert indexes(chatter) == [0, 1, 2]


def test_who_types_is_seen_at_the_other_node(here: World, there: World) -> None:
    sid = here.conversation("alice", "bob")
    alice, bob = here.chatter("alice"), there.chatter("bob")
    watching(sid, alice, bob)
    alice.typing(conversation=sid)
    assert bob.heard("typingStarted") == {"conversation": sid, "identity": "alice"}
    bob.typing(conversation=sid)
    assert alice.heard("typingStarted") == {"conversation": sid, "identity": "bob"}


def test_who_joins_and_leaves_is_seen_at_the_other_node(here: World, there: World) -> None:
    alice, bob = here.chatter("alice"), there.chatter("bob")
    sid = alice.create(fields={"friendlyName": "Lunch"})["sid"]
    watching(sid, alice)
    alice.add(conversation=sid, identity="bob")
    assert bob.heard("conversationJoined", sid=sid)["friendlyName"] == "Lunch"
    watching(sid, bob)
    alice.heard("participantJoined", identity="bob")
    bob.leave(conversation=sid)
    bob.heard("conversationLeft", sid=sid)
    alice.heard("participantLeft", identity="bob")
    for chatter in (alice, bob):
        chatter.now()
    there.join(sid, "bob")
    alice.heard("participantJoined", identity="bob")
    bob.heard("conversationJoined", sid=sid)
    bob.now()
    alice.delete(conversation=sid)
    bob.heard("conversationRemoved", sid=sid)
    assert bob.list() == []


def test_clients_of_a_node_that_is_killed_miss_nothing(
    nodes: Nodes, here: World, there: World
) -> None:
    sid = here.conversation("alice", "bob", "carol")
    alice, bob, carol = here.chatter("alice"), here.chatter("bob"), there.chatter("carol")
    left = here.conversation("alice", "carol")
    # Of what it was still to open the SDK does not say that it is gone.
    alice.heard("conversationJoined", sid=left)
    watching(sid, alice, bob, carol)
    with posting(sid, here, there):
        for chatter in (alice, bob, carol):
            chatter.heard("messageAdded", index=10)
        nodes.kill()
        born = there.conversation("alice", "carol", FriendlyName="Born")
        there.rest.delete(f"/Conversations/{left}")
        for chatter in (alice, bob):
            chatter.now().moved(port=there.port)
        for chatter in (alice, bob):
            chatter.heard("connectionStateChanged", lambda saw: saw == "connected")
    alice.heard("conversationJoined", sid=born)
    alice.heard("conversationRemoved", sid=left)
    bob.send(conversation=sid, body="the last one")
    kept = list(there.messages(sid))
    for chatter in (alice, bob, carol):
        chatter.heard("messageAdded", body="the last one")
        assert indexes(chatter) == [message["index"] for message in kept]
        assert [one["body"] for one in chatter.told("messageAdded")] == [m["body"] for m in kept]
        seen: Any = chatter.history(conversation=sid, size=100)["messages"]
        assert [message["sid"] for message in seen] == [message["sid"] for message in kept]


def test_who_was_at_a_node_that_is_killed_is_online_only_if_they_came_back(
    nodes: Nodes, here: World, there: World
) -> None:
    shown = {"ReachabilityEnabled": True}
    here.rest.at(f"/v1/Services/{here.service}").made("/Configuration", shown)
    for name in ("bob", "carol"):
        here.rest.made("/Users", {"Identity": name})
    alice = there.chatter("alice")
    for name in ("bob", "carol"):
        assert not alice.user(identity=name)["online"]
    bob, carol = here.chatter("bob"), here.chatter("carol")
    for name in ("bob", "carol"):
        alice.heard("userUpdated", identity=name, online=True)
    known = len(alice.now().told("userUpdated"))
    bob.away()
    carol.moved(port=there.port)
    nodes.kill()
    alice.heard("userUpdated", identity="bob", online=False)
    assert alice.user(identity="carol")["online"]
    bob.moved(port=there.port)
    bob.back()
    alice.heard("userUpdated", identity="bob", online=True)
    told = [(one["identity"], one["online"]) for one in alice.told("userUpdated")[known:]]
    assert [one for one in told if one[0] != "alice"] == [("bob", False), ("bob", True)]
