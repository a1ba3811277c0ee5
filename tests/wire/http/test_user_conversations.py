"""A user's conversations: which are listed, how they are named, muted and left."""

import pytest

from harness import Client, assert_refused
from wire.http.chat import chat, close, conversation, join, mark, say, seen


def test_a_user_conversation_shows_the_conversation_and_the_pair(client: Client) -> None:
    sid = conversation(client, FriendlyName="Tea", UniqueName="tea", Attributes='{"a": 1}')
    participant = join(client, sid, "ada")
    shown, whole = seen(client, sid), client.seen(f"/Conversations/{sid}")
    same = ("friendly_name", "unique_name", "attributes", "date_created", "date_updated", "timers")
    assert {name: shown[name] for name in same} == {name: whole[name] for name in same}
    assert shown["conversation_sid"] == sid
    assert shown["participant_sid"] == participant["sid"]
    assert shown["user_sid"] == client.seen("/Users/ada")["sid"]
    assert shown["conversation_state"] == "active"
    assert shown["created_by"] == "system"
    assert shown["notification_level"] == "default"
    assert shown["last_read_message_index"] is None
    assert shown["unread_messages_count"] is None


def test_a_user_sees_the_conversations_they_are_in(client: Client) -> None:
    mine = [chat(client, "ada") for _ in range(3)]
    chat(client, "eve")
    conversation(client)
    listed = client.items("/Users/ada/Conversations", "conversations")
    assert [one["conversation_sid"] for one in listed] == mine
    assert listed == [seen(client, sid) for sid in mine]


def test_activity_does_not_change_the_order(client: Client) -> None:
    mine = [chat(client, "ada") for _ in range(3)]
    say(client, mine[0])
    mark(client, mine[1], LastReadMessageIndex=0)
    listed = client.items("/Users/ada/Conversations", "conversations")
    assert [one["conversation_sid"] for one in listed] == mine


def test_the_order_is_by_conversation_not_by_time_of_joining(client: Client) -> None:
    first, second = conversation(client), conversation(client)
    join(client, second, "ada")
    join(client, first, "ada")
    listed = client.items("/Users/ada/Conversations", "conversations")
    assert [one["conversation_sid"] for one in listed] == [first, second]


def test_inactive_and_closed_conversations_are_listed(client: Client) -> None:
    sleeping, shut = chat(client, State="inactive"), chat(client)
    close(client, shut)
    listed = client.items("/Users/ada/Conversations", "conversations")
    states = {one["conversation_sid"]: one["conversation_state"] for one in listed}
    assert states == {sleeping: "inactive", shut: "closed"}


def test_a_user_without_conversations_has_an_empty_list(client: Client) -> None:
    client.made("/Users", {"Identity": "ada"})
    assert client.items("/Users/ada/Conversations", "conversations") == []


@pytest.mark.parametrize("nobody", ["nobody", "US" + "0" * 32])
def test_nobody_has_no_list(client: Client, nobody: str) -> None:
    assert_refused(client.get(f"/Users/{nobody}/Conversations"), 404, 20404)


def test_a_path_takes_identity_or_sid_and_unique_name_or_sid(client: Client) -> None:
    sid = chat(client, "ada", UniqueName="tea")
    user_sid = seen(client, sid)["user_sid"]
    for user in ("ada", user_sid):
        for name in ("tea", sid):
            path = f"/Users/{user}/Conversations/{name}"
            assert client.seen(path)["conversation_sid"] == sid
            assert client.made(path, {"NotificationLevel": "muted"})["user_sid"] == user_sid
        listed = client.items(f"/Users/{user}/Conversations", "conversations")
        assert [one["conversation_sid"] for one in listed] == [sid]
    assert client.delete("/Users/ada/Conversations/tea").status_code == 204


def test_a_conversation_one_is_not_in_is_not_found(client: Client) -> None:
    sid = chat(client, "eve", UniqueName="tea")
    client.made("/Users", {"Identity": "ada"})
    for name in (sid, "tea", "CH" + "0" * 32, "coffee"):
        path = f"/Users/ada/Conversations/{name}"
        assert_refused(client.get(path), 404, 20404)
        assert_refused(client.post(path, {"NotificationLevel": "muted"}), 404, 20404)
        assert_refused(client.delete(path), 404, 20404)


def test_muting_lasts_until_it_is_undone(client: Client) -> None:
    sid = chat(client)
    assert mark(client, sid, NotificationLevel="muted")["notification_level"] == "muted"
    assert seen(client, sid)["notification_level"] == "muted"
    assert mark(client, sid, LastReadMessageIndex=0)["notification_level"] == "muted"
    assert mark(client, sid, NotificationLevel="default")["notification_level"] == "default"


def test_muting_belongs_to_one_user_in_one_conversation(client: Client) -> None:
    sid, other = chat(client), chat(client)
    join(client, sid, "eve")
    mark(client, sid, NotificationLevel="muted")
    assert seen(client, sid, "eve")["notification_level"] == "default"
    assert seen(client, other)["notification_level"] == "default"


def test_a_notification_level_may_be_written_in_any_case(client: Client) -> None:
    assert mark(client, chat(client), NotificationLevel="MuTed")["notification_level"] == "muted"


@pytest.mark.parametrize("wrong", ["loud", "", "null", "muted,default", " muted"])
def test_other_notification_levels_are_refused(client: Client, wrong: str) -> None:
    sid = chat(client)
    answer = client.post(f"/Users/ada/Conversations/{sid}", {"NotificationLevel": wrong})
    assert_refused(answer, 400, 50210)


def test_a_refused_update_changes_nothing(client: Client) -> None:
    sid = chat(client)
    before = seen(client, sid)
    form = {"NotificationLevel": "muted", "LastReadMessageIndex": "x"}
    assert_refused(client.post(f"/Users/ada/Conversations/{sid}", form), 400, 50421)
    assert seen(client, sid) == before


def test_an_update_without_parameters_changes_nothing(client: Client) -> None:
    sid = chat(client, messages=2)
    mark(client, sid, LastReadMessageIndex=0, NotificationLevel="muted")
    before = seen(client, sid)
    assert mark(client, sid) == before == seen(client, sid)


def test_leaving_ends_the_part_and_leaves_the_conversation(client: Client) -> None:
    sid = chat(client, "ada", messages=1)
    join(client, sid, "eve")
    path = f"/Users/ada/Conversations/{sid}"
    answer = client.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert_refused(client.get(path), 404, 20404)
    assert_refused(client.post(path, {"NotificationLevel": "muted"}), 404, 20404)
    assert_refused(client.delete(path), 404, 20404)
    assert client.items("/Users/ada/Conversations", "conversations") == []
    people = client.items(f"/Conversations/{sid}/Participants", "participants")
    assert [one["identity"] for one in people] == ["eve"]
    assert len(client.items(f"/Conversations/{sid}/Messages", "messages")) == 1
    assert client.seen("/Users/ada")["identity"] == "ada"


def test_removing_the_participant_is_leaving_too(client: Client) -> None:
    sid = chat(client, "ada")
    assert client.delete(f"/Conversations/{sid}/Participants/ada").status_code == 204
    assert_refused(client.get(f"/Users/ada/Conversations/{sid}"), 404, 20404)


def test_a_closed_conversation_can_be_muted_read_and_left(client: Client) -> None:
    sid = chat(client, messages=2)
    close(client, sid)
    assert mark(client, sid, NotificationLevel="muted")["notification_level"] == "muted"
    assert mark(client, sid, LastReadMessageIndex=0)["unread_messages_count"] == 1
    assert client.delete(f"/Users/ada/Conversations/{sid}").status_code == 204
    assert client.items("/Users/ada/Conversations", "conversations") == []


def test_who_comes_back_starts_anew(client: Client) -> None:
    sid = chat(client, messages=2)
    old = mark(client, sid, LastReadMessageIndex=0, NotificationLevel="muted")
    client.delete(f"/Users/ada/Conversations/{sid}")
    join(client, sid, "ada")
    new = seen(client, sid)
    assert new["participant_sid"] != old["participant_sid"]
    assert new["user_sid"] == old["user_sid"]
    assert new["notification_level"] == "default"
    assert new["last_read_message_index"] is None
    assert new["unread_messages_count"] is None


def test_a_deleted_conversation_leaves_the_list(client: Client) -> None:
    kept, gone = chat(client), chat(client)
    client.delete(f"/Conversations/{gone}")
    listed = client.items("/Users/ada/Conversations", "conversations")
    assert [one["conversation_sid"] for one in listed] == [kept]
    assert_refused(client.get(f"/Users/ada/Conversations/{gone}"), 404, 20404)
