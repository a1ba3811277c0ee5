"""What the official chat SDK shows when it starts: a chat list, unread counts, and history."""

import json

from clients.sdk_runtime import World
from harness import Client


def read(rest: Client, conversation: str, identity: str, index: int) -> None:
    """Moves a participant's read horizon over REST."""
    path = f"/Conversations/{conversation}/Participants"
    for one in rest.items(path, "participants"):
        if one["identity"] == identity:
            rest.made(f"{path}/{one['sid']}", {"LastReadMessageIndex": index})


def test_a_user_without_conversations_has_an_empty_list(world: World) -> None:
    world.conversation("bob")
    assert world.chatter("alice").list() == []


def test_the_list_shows_what_rest_has(world: World) -> None:
    sid = world.conversation(
        "alice", FriendlyName="Lunch ☕", UniqueName="lunch", Attributes='{"room": [1, null]}'
    )
    posted = world.post(sid, "Soup?")
    [shown] = world.chatter("alice").list()
    assert (shown["sid"], shown["friendlyName"]) == (sid, "Lunch ☕")
    assert shown["uniqueName"] == "lunch"
    assert shown["attributes"] == {"room": [1, None]}
    assert (shown["status"], shown["state"]) == ("joined", "active")
    assert shown["notificationLevel"] == "default"
    assert shown["last"]["index"] == posted["index"]
    assert shown["last"]["created"][:19] == posted["date_created"][:19]


def test_unread_counts_what_came_after_the_horizon(world: World) -> None:
    unread = world.conversation("alice")
    half = world.conversation("alice")
    for number in range(4):
        world.post(unread, f"{number}")
        world.post(half, f"{number}")
    read(world.rest, half, "alice", 1)
    shown = {one["sid"]: one["unread"] for one in world.chatter("alice").list()}
    assert shown == {unread: None, half: 2}


def test_more_conversations_than_a_page_come_each_once(world: World) -> None:
    made = [world.conversation("alice") for _ in range(120)]
    shown = [one["sid"] for one in world.chatter("alice").list()]
    assert sorted(shown) == sorted(made)


def test_250_messages_page_back_to_the_first(world: World) -> None:
    sid = world.conversation("alice")
    for number in range(250):
        world.post(sid, f"number {number}")
    seen = world.chatter("alice").history(conversation=sid, size=30)
    assert [one["index"] for one in seen["messages"]] == list(range(250))
    assert [one["body"] for one in seen["messages"]] == [f"number {n}" for n in range(250)]
    assert seen["pages"] == [30] * 8 + [10]


def test_deleted_messages_leave_gaps_that_paging_passes(world: World) -> None:
    sid = world.conversation("alice")
    posted = [world.post(sid, f"{number}") for number in range(12)]
    for number in (0, 3, 4, 11):
        world.rest.delete(f"/Conversations/{sid}/Messages/{posted[number]['sid']}")
    seen = world.chatter("alice").history(conversation=sid, size=3)
    assert [one["index"] for one in seen["messages"]] == [1, 2, 5, 6, 7, 8, 9, 10]


def test_a_message_shows_what_rest_has(world: World) -> None:
    sid = world.conversation("alice")
    member = world.rest.items(f"/Conversations/{sid}/Participants", "participants")[0]
    attributes = {"mood": "¡Olé! 名前 ☕", "n": [1, None, True]}
    form = {"Body": "🙂\r\nsecond line", "Author": "alice", "Attributes": json.dumps(attributes)}
    posted = world.rest.made(f"/Conversations/{sid}/Messages", form)
    [shown] = world.chatter("alice").history(conversation=sid, size=10)["messages"]
    assert shown["sid"] == posted["sid"]
    assert (shown["author"], shown["body"]) == ("alice", "🙂\r\nsecond line")
    assert shown["attributes"] == attributes
    assert shown["participant"] == posted["participant_sid"] == member["sid"]
    assert shown["created"][:19] == posted["date_created"][:19]


def test_participants_are_those_of_rest(world: World) -> None:
    sid = world.conversation("alice", "bob")
    shown = world.chatter("alice").participants(conversation=sid)
    wanted = world.rest.items(f"/Conversations/{sid}/Participants", "participants")
    assert sorted((one["sid"], one["identity"], one["role"]) for one in shown) == sorted(
        (one["sid"], one["identity"], one["role_sid"]) for one in wanted
    )
    assert {one["type"] for one in shown} == {"chat"}


def test_conversations_are_found_and_counted(world: World) -> None:
    sid = world.conversation("alice", "bob", UniqueName="lunch")
    world.post(sid, "Soup?")
    alice = world.chatter("alice")
    assert alice.named(name="lunch")["sid"] == sid
    assert alice.peek(conversation=sid)["sid"] == sid
    assert alice.counts(conversation=sid) == [1, 2]
