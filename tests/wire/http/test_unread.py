"""The unread count: existing messages above the read horizon, exactly."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import Client
from wire.http.chat import chat, close, join, mark, say, seen


def unread(client: Client, sid: str, identity: str = "ada") -> int | None:
    """The count, which list and fetch must agree on."""
    fetched = seen(client, sid, identity)
    listed = client.items(f"/Users/{identity}/Conversations", "conversations")
    assert fetched in listed
    count: int | None = fetched["unread_messages_count"]
    return count


def test_the_count_is_null_until_something_was_read(client: Client) -> None:
    sid = chat(client)
    assert unread(client, sid) is None
    say(client, sid)
    assert unread(client, sid) is None


def test_the_count_is_zero_when_the_last_message_was_read(client: Client) -> None:
    sid = chat(client, messages=3)
    assert mark(client, sid, LastReadMessageIndex=2)["unread_messages_count"] == 0
    assert unread(client, sid) == 0


@pytest.mark.parametrize(("horizon", "count"), [(0, 2), (1, 1), (2, 0)])
def test_the_answer_to_an_update_has_the_new_count(
    client: Client, horizon: int, count: int
) -> None:
    sid = chat(client, messages=3)
    answer = mark(client, sid, LastReadMessageIndex=horizon)
    assert answer["unread_messages_count"] == count
    assert answer == seen(client, sid)


def test_new_messages_are_unread(client: Client) -> None:
    sid = chat(client, messages=1)
    mark(client, sid, LastReadMessageIndex=0)
    say(client, sid)
    say(client, sid)
    assert unread(client, sid) == 2


def test_own_messages_count_like_any_other(client: Client) -> None:
    sid = chat(client, messages=1)
    mark(client, sid, LastReadMessageIndex=0)
    say(client, sid, Author="ada")
    assert unread(client, sid) == 1


def test_each_user_has_a_count_of_their_own(client: Client) -> None:
    sid = chat(client, messages=3)
    join(client, sid, "eve")
    mark(client, sid, LastReadMessageIndex=0)
    mark(client, sid, "eve", LastReadMessageIndex=1)
    assert (unread(client, sid), unread(client, sid, "eve")) == (2, 1)


def test_the_horizon_may_move_back(client: Client) -> None:
    sid = chat(client, messages=5)
    mark(client, sid, LastReadMessageIndex=4)
    assert mark(client, sid, LastReadMessageIndex=1)["unread_messages_count"] == 3


def test_deleted_messages_do_not_count(client: Client) -> None:
    sid = chat(client)
    messages = [say(client, sid)["sid"] for _ in range(10)]
    mark(client, sid, LastReadMessageIndex=3)
    for index in (1, 3, 5, 9):  # two below the horizon or at it, two above
        client.delete(f"/Conversations/{sid}/Messages/{messages[index]}")
    assert unread(client, sid) == 4
    assert mark(client, sid, LastReadMessageIndex=0)["unread_messages_count"] == 5
    assert mark(client, sid, LastReadMessageIndex=8)["unread_messages_count"] == 0


def test_the_count_is_zero_when_everything_was_deleted(client: Client) -> None:
    sid = chat(client)
    messages = [say(client, sid)["sid"] for _ in range(3)]
    mark(client, sid, LastReadMessageIndex=0)
    for message in messages:
        client.delete(f"/Conversations/{sid}/Messages/{message}")
    assert unread(client, sid) == 0
    say(client, sid)
    assert unread(client, sid) == 1


def test_a_horizon_beyond_the_end_waits_for_messages_to_pass_it(client: Client) -> None:
    sid = chat(client, messages=3)
    answer = mark(client, sid, LastReadMessageIndex=5)
    assert (answer["last_read_message_index"], answer["unread_messages_count"]) == (5, 0)
    for _ in range(4):  # indexes 3 to 6
        say(client, sid)
    assert unread(client, sid) == 1


def test_deletions_below_a_horizon_beyond_the_end_do_not_matter(client: Client) -> None:
    sid = chat(client)
    messages = [say(client, sid)["sid"] for _ in range(3)]
    mark(client, sid, LastReadMessageIndex=4)
    client.delete(f"/Conversations/{sid}/Messages/{messages[2]}")
    assert unread(client, sid) == 0
    for _ in range(3):  # indexes 3 to 5
        say(client, sid)
    assert unread(client, sid) == 1


def test_an_empty_conversation_can_be_read(client: Client) -> None:
    assert mark(client, chat(client), LastReadMessageIndex=0)["unread_messages_count"] == 0


def test_muting_does_not_touch_the_count(client: Client) -> None:
    sid = chat(client, messages=3)
    assert mark(client, sid, NotificationLevel="muted")["unread_messages_count"] is None
    mark(client, sid, LastReadMessageIndex=0)
    assert mark(client, sid, NotificationLevel="default")["unread_messages_count"] == 2
    assert mark(client, sid, NotificationLevel="muted")["unread_messages_count"] == 2
    say(client, sid)
    assert unread(client, sid) == 3


def test_closing_keeps_the_count(client: Client) -> None:
    sid = chat(client, messages=3)
    mark(client, sid, LastReadMessageIndex=0)
    close(client, sid)
    assert unread(client, sid) == 2


def test_the_count_is_exact_up_to_1000_and_never_more(client: Client) -> None:
    sid = chat(client)
    join(client, sid, "eve")
    with ThreadPoolExecutor(8) as pool:  # they share commits
        posted = list(pool.map(lambda _: say(client, sid), range(1003)))
    by_index = {message["index"]: message["sid"] for message in posted}
    assert sorted(by_index) == list(range(1003))
    for horizon, count in ((0, 1000), (1, 1000), (2, 1000), (3, 999)):
        assert mark(client, sid, LastReadMessageIndex=horizon)["unread_messages_count"] == count
    mark(client, sid, LastReadMessageIndex=0)
    mark(client, sid, "eve", LastReadMessageIndex=2)
    counts = []
    for index in (1, 500, 1002, 777):
        client.delete(f"/Conversations/{sid}/Messages/{by_index[index]}")
        counts.append((unread(client, sid), unread(client, sid, "eve")))
    assert counts == [(1000, 1000), (1000, 999), (999, 998), (998, 997)]
