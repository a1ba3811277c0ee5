"""Conversations that come, change and go, in clients of the official chat SDK."""

from clients.sdk_runtime import World


def test_a_conversation_made_in_the_sdk_is_there_for_rest(world: World) -> None:
    alice = world.chatter("alice")
    fields = {"friendlyName": "Lunch", "uniqueName": "lunch", "attributes": {"room": 1}}
    made = alice.create(fields=fields)
    kept = world.rest.seen("/Conversations/lunch")
    assert (kept["sid"], kept["friendly_name"]) == (made["sid"], "Lunch")
    assert (made["createdBy"], made["attributes"]) == ("alice", {"room": 1})


def test_who_makes_a_conversation_may_join_it_and_add_others(world: World) -> None:
    alice, bob = world.chatter("alice"), world.chatter("bob")
    sid = alice.create(fields={"friendlyName": "Lunch"})["sid"]
    alice.join(conversation=sid)
    assert alice.heard("conversationJoined", sid=sid)["status"] == "joined"
    alice.watch(conversation=sid)
    added = alice.add(conversation=sid, identity="bob")
    assert added["identity"] == "bob"
    assert bob.heard("conversationJoined")["friendlyName"] == "Lunch"
    alice.heard("participantJoined", identity="bob")
    bob.send(conversation=sid, body="Soup?")
    assert alice.heard("messageAdded")["author"] == "bob"


def test_who_is_added_over_rest_sees_the_conversation_at_once(world: World) -> None:
    alice = world.chatter("alice")
    alice.list()
    sid = world.conversation("bob", FriendlyName="Lunch")
    world.post(sid, "Soup?")
    world.join(sid, "alice")
    seen = alice.heard("conversationJoined")
    assert (seen["sid"], seen["friendlyName"]) == (sid, "Lunch")
    assert seen["last"]["index"] == 0
    assert len(alice.history(conversation=sid, size=5)["messages"]) == 1


def test_who_leaves_sees_it_no_more(world: World) -> None:
    sid = world.conversation("alice", "bob")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    for chatter in (alice, bob):
        chatter.watch(conversation=sid)
    alice.leave(conversation=sid)
    assert alice.heard("conversationLeft")["sid"] == sid
    assert bob.heard("participantLeft")["identity"] == "alice"
    assert alice.list() == []
    left = world.rest.items(f"/Conversations/{sid}/Participants", "participants")
    assert [one["identity"] for one in left] == ["bob"]


def test_who_is_removed_over_rest_sees_it_no_more(world: World) -> None:
    sid = world.conversation("alice", "bob")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    alice.watch(conversation=sid)
    bob.watch(conversation=sid)
    [member] = [
        one["sid"]
        for one in world.rest.items(f"/Conversations/{sid}/Participants", "participants")
        if one["identity"] == "alice"
    ]
    world.rest.delete(f"/Conversations/{sid}/Participants/{member}")
    alice.heard("conversationRemoved", sid=sid)
    bob.heard("participantLeft", identity="alice")
    alice.now()
    world.join(sid, "alice")
    alice.heard("conversationJoined", sid=sid)
    bob.heard("participantJoined", identity="alice")


def test_what_the_maker_deletes_is_gone_for_all(world: World) -> None:
    alice, bob = world.chatter("alice"), world.chatter("bob")
    sid = alice.create(fields={"friendlyName": "Lunch"})["sid"]
    alice.join(conversation=sid)
    alice.add(conversation=sid, identity="bob")
    bob.heard("conversationJoined", sid=sid)
    alice.delete(conversation=sid)
    for chatter in (alice, bob):
        chatter.heard("conversationRemoved", sid=sid)
        assert chatter.list() == []
    assert world.rest.get(f"/Conversations/{sid}").status_code == 404


def test_what_rest_deletes_is_gone(world: World) -> None:
    sid, other = world.conversation("alice"), world.conversation("alice")
    alice = world.chatter("alice")
    assert len(alice.list()) == 2
    world.rest.delete(f"/Conversations/{sid}")
    alice.heard("conversationRemoved", sid=sid)
    assert [one["sid"] for one in alice.list()] == [other]


def test_changes_in_the_sdk_are_seen_by_the_other_and_over_rest(world: World) -> None:
    alice, bob = world.chatter("alice"), world.chatter("bob")
    sid = alice.create(fields={})["sid"]
    alice.join(conversation=sid)
    alice.add(conversation=sid, identity="bob")
    bob.heard("conversationJoined", sid=sid)
    alice.rename(conversation=sid, name="Dinner")
    bob.heard("conversationUpdated", friendlyName="Dinner")
    alice.uniqueName(conversation=sid, name="dinner")
    bob.heard("conversationUpdated", uniqueName="dinner")
    alice.attributes(conversation=sid, attributes={"at": [20, 15]})
    bob.heard("conversationUpdated", attributes={"at": [20, 15]})
    kept = world.rest.seen("/Conversations/dinner")
    assert (kept["friendly_name"], kept["sid"]) == ("Dinner", sid)
    # The SDK sends nothing where its own copy is as wished already.
    alice.heard("conversationUpdated", uniqueName="dinner")
    alice.uniqueName(conversation=sid, name=None)
    assert world.rest.get("/Conversations/dinner").status_code == 404


def test_changes_over_rest_are_seen(world: World) -> None:
    sid = world.conversation("alice")
    alice = world.chatter("alice")
    alice.watch(conversation=sid)
    world.rest.made(f"/Conversations/{sid}", {"FriendlyName": "Dinner", "State": "closed"})
    alice.heard("conversationUpdated", friendlyName="Dinner")
    alice.heard("conversationUpdated", state="closed")
