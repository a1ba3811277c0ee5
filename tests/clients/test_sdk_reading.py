"""Read marks, muting and typing, between clients of the official chat SDK."""

from clients.sdk_runtime import World


def test_what_one_read_the_other_sees(world: World) -> None:
    sid = world.conversation("alice", "bob")
    for number in range(3):
        world.post(sid, f"{number}")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    bob.watch(conversation=sid)
    assert alice.read(conversation=sid, index=1) == 1
    seen = bob.heard("participantUpdated", identity="alice", read=1)
    assert "lastReadMessageIndex" in seen["reasons"]
    ours = alice.heard("conversationUpdated", lambda saw: "lastReadMessageIndex" in saw["reasons"])
    assert (ours["sid"], ours["read"]) == (sid, 1)
    [kept] = [
        one
        for one in world.rest.items(f"/Conversations/{sid}/Participants", "participants")
        if one["identity"] == "alice"
    ]
    assert kept["last_read_message_index"] == 1


def test_reading_all_and_none(world: World) -> None:
    sid = world.conversation("alice", "bob")
    for number in range(3):
        world.post(sid, f"{number}")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    bob.watch(conversation=sid)
    assert alice.unread(conversation=sid) is None
    assert alice.readAll(conversation=sid) == 0
    bob.heard("participantUpdated", identity="alice", read=2)
    alice.unreadAll(conversation=sid)
    bob.heard("participantUpdated", identity="alice", read=None)
    assert world.chatter("alice").list()[0]["unread"] is None


def test_a_horizon_may_go_back(world: World) -> None:
    sid = world.conversation("alice", "bob")
    for number in range(3):
        world.post(sid, f"{number}")
    alice = world.chatter("alice")
    alice.watch(conversation=sid)
    assert alice.read(conversation=sid, index=2) == 0
    assert alice.read(conversation=sid, index=0) == 2
    alice.heard("conversationUpdated", read=0)


def test_what_rest_reads_for_a_user_the_sdk_shows(world: World) -> None:
    sid = world.conversation("alice", "bob")
    world.post(sid, "Soup?")
    alice = world.chatter("alice")
    alice.watch(conversation=sid)
    user = f"/Users/alice/Conversations/{sid}"
    world.rest.made(user, {"LastReadMessageIndex": 0, "NotificationLevel": "muted"})
    alice.heard("conversationUpdated", sid=sid, read=0)
    alice.heard("conversationUpdated", sid=sid, notificationLevel="muted")


def test_muting_is_kept_and_told_to_all_of_ones_clients(world: World) -> None:
    sid = world.conversation("alice")
    phone, desk = world.chatter("alice"), world.chatter("alice")
    desk.watch(conversation=sid)
    phone.level(conversation=sid, level="muted")
    seen = desk.heard("conversationUpdated", lambda saw: "notificationLevel" in saw["reasons"])
    assert seen["notificationLevel"] == "muted"
    assert world.rest.seen(f"/Users/alice/Conversations/{sid}")["notification_level"] == "muted"
    phone.level(conversation=sid, level="default")
    desk.heard("conversationUpdated", notificationLevel="default")


def test_typing_is_told_to_the_others_only(world: World) -> None:
    sid = world.conversation("alice", "bob")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    bob.watch(conversation=sid)
    alice.watch(conversation=sid)
    alice.typing(conversation=sid)
    assert bob.heard("typingStarted") == {"conversation": sid, "identity": "alice"}
    alice.send(conversation=sid, body="Soup?")
    assert bob.heard("typingEnded") == {"conversation": sid, "identity": "alice"}
    assert alice.told("typingStarted") == []
