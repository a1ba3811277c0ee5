"""Messages between the official chat SDK and everyone else, as they happen."""

import pytest

from clients.sdk_runtime import Refused, World


def test_what_rest_posts_is_shown_at_once(world: World) -> None:
    sid = world.conversation("alice")
    alice = world.chatter("alice")
    alice.watch(conversation=sid)
    posted = world.post(sid, "Soup?")
    shown = alice.heard("messageAdded")
    assert (shown["conversation"], shown["sid"], shown["body"]) == (sid, posted["sid"], "Soup?")
    changed = alice.heard("conversationUpdated", lambda saw: "lastMessage" in saw["reasons"])
    assert changed["last"]["index"] == 0


def test_what_one_sends_both_see_and_rest_has(world: World) -> None:
    sid = world.conversation("alice", "bob")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    for chatter in (alice, bob):
        chatter.watch(conversation=sid)
    index = alice.send(conversation=sid, body="¡Olé! 名前 ☕", attributes={"mood": "good"})
    assert index == 0
    ours, theirs = alice.heard("messageAdded"), bob.heard("messageAdded")
    assert ours == theirs
    assert (theirs["author"], theirs["body"]) == ("alice", "¡Olé! 名前 ☕")
    assert theirs["attributes"] == {"mood": "good"}
    [kept] = world.messages(sid)
    assert (kept["sid"], kept["author"], kept["body"]) == (theirs["sid"], "alice", theirs["body"])
    assert kept["participant_sid"] == theirs["participant"]


def test_many_messages_both_ways_come_once_and_in_order(world: World) -> None:
    sid = world.conversation("alice", "bob")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    for chatter in (alice, bob):
        chatter.watch(conversation=sid)
    for number in range(10):
        alice.send(conversation=sid, body=f"a{number}")
        world.post(sid, f"r{number}")
        bob.send(conversation=sid, body=f"b{number}")
    wanted = [(one["index"], one["body"]) for one in world.messages(sid)]
    assert len(wanted) == 30
    for chatter in (alice, bob):
        chatter.heard("messageAdded", index=29)
        assert [(one["index"], one["body"]) for one in chatter.told("messageAdded")] == wanted


def test_an_edit_is_seen_by_the_other_and_over_rest(world: World) -> None:
    sid = world.conversation("alice", "bob")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    for chatter in (alice, bob):
        chatter.watch(conversation=sid)
    alice.send(conversation=sid, body="Soop?")
    bob.heard("messageAdded")
    alice.edit(conversation=sid, index=0, body="Soup?")
    seen = bob.heard("messageUpdated", lambda saw: "body" in saw["reasons"])
    assert (seen["body"], seen["author"]) == ("Soup?", "alice")
    assert [one["body"] for one in world.messages(sid)] == ["Soup?"]


def test_attributes_of_a_message_change(world: World) -> None:
    sid = world.conversation("alice", "bob")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    for chatter in (alice, bob):
        chatter.watch(conversation=sid)
    alice.send(conversation=sid, body="Soup?")
    bob.heard("messageAdded")
    alice.mark(conversation=sid, index=0, attributes={"starred": True})
    seen = bob.heard("messageUpdated", lambda saw: "attributes" in saw["reasons"])
    assert seen["attributes"] == {"starred": True}


def test_a_message_edited_over_rest_changes_in_the_sdk(world: World) -> None:
    sid = world.conversation("alice")
    posted = world.post(sid, "Soop?")
    alice = world.chatter("alice")
    alice.watch(conversation=sid)
    world.rest.made(f"/Conversations/{sid}/Messages/{posted['sid']}", {"Body": "Soup?"})
    assert alice.heard("messageUpdated")["body"] == "Soup?"


def test_a_removed_message_goes_everywhere(world: World) -> None:
    sid = world.conversation("alice", "bob")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    for chatter in (alice, bob):
        chatter.watch(conversation=sid)
    alice.send(conversation=sid, body="oops")
    alice.send(conversation=sid, body="Soup?")
    bob.heard("messageAdded", index=1)
    alice.remove(conversation=sid, index=0)
    assert bob.heard("messageRemoved")["index"] == 0
    assert alice.heard("messageRemoved")["index"] == 0
    assert [one["index"] for one in world.messages(sid)] == [1]
    for chatter in (alice, bob):
        seen = chatter.history(conversation=sid, size=10)["messages"]
        assert [one["index"] for one in seen] == [1]


def test_a_message_that_is_too_long_is_refused(world: World) -> None:
    sid = world.conversation("alice")
    alice = world.chatter("alice")
    with pytest.raises(Refused) as refused:
        alice.send(conversation=sid, body="x" * 50_000)
    assert refused.value.shown["status"] == 400
    assert list(world.messages(sid)) == []
