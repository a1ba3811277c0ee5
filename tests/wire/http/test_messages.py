"""Messages: posted, ordered, edited and deleted."""

import pytest

from harness import Client, assert_refused
from wire.http.bench import Bench
from wire.http.chat import chat, conversation, join, say


def indexes(client: Client, sid: str, **query: str) -> list[int]:
    """The indexes of the listed messages."""
    found = client.items(f"/Conversations/{sid}/Messages", "messages", **query)
    return [one["index"] for one in found]


def test_a_new_message_has_the_documented_defaults(client: Client) -> None:
    sid = conversation(client)
    answer = client.post(f"/Conversations/{sid}/Messages", {"Body": "hello"})
    assert answer.status_code == 201
    made = answer.json()
    assert made["conversation_sid"] == sid
    assert made["index"] == 0
    assert made["author"] == "system"
    assert made["participant_sid"] is None
    assert made["body"] == "hello"
    assert made["attributes"] == "{}"
    for name in ("media", "delivery", "content_sid"):
        assert made[name] is None
    assert made["date_updated"] == made["date_created"]
    assert client.seen(f"/Conversations/{sid}/Messages/{made['sid']}") == made


def test_posting_honours_each_parameter(client: Client) -> None:
    sid = conversation(client)
    form = {
        "Author": "somebody else",
        "Body": "  ümläut\n🎉 ",
        "Attributes": '{ "a": 1}',
        "DateCreated": "2015-12-16T22:18:37Z",
        "DateUpdated": "2015-12-17T22:18:37Z",
        "Subject": "never shown",
    }
    made = client.made(f"/Conversations/{sid}/Messages", form)
    names = ("author", "body", "attributes", "date_created", "date_updated")
    assert [made[name] for name in names] == list(form.values())[:-1]
    assert made["participant_sid"] is None


def test_the_author_is_found_among_the_participants(client: Client) -> None:
    sid = conversation(client)
    person = join(client, sid, "ada")
    assert say(client, sid, Author="ada")["participant_sid"] == person["sid"]
    assert say(client, sid, Author="Ada")["participant_sid"] is None


def test_a_blank_author_is_the_default_one(client: Client) -> None:
    sid = conversation(client)
    assert say(client, sid, Author="")["author"] == "system"
    path = f"/Conversations/{sid}/Messages/{say(client, sid, Author='ada')['sid']}"
    assert client.made(path, {"Author": ""})["author"] == "system"


def test_a_changed_author_changes_the_participant(client: Client) -> None:
    sid = conversation(client)
    ada, eve = join(client, sid, "ada"), join(client, sid, "eve")
    path = f"/Conversations/{sid}/Messages/{say(client, sid, Author='ada')['sid']}"
    assert client.seen(path)["participant_sid"] == ada["sid"]
    assert client.made(path, {"Author": "eve"})["participant_sid"] == eve["sid"]
    updated = client.made(path, {"Author": "nobody"})
    assert (updated["author"], updated["participant_sid"]) == ("nobody", None)
    assert client.seen(path) == updated


@pytest.mark.parametrize("form", [{}, {"Body": ""}, {"Author": "ada", "Subject": "x"}])
def test_a_message_needs_a_body(client: Client, form: dict[str, str]) -> None:
    sid = chat(client)
    assert_refused(client.post(f"/Conversations/{sid}/Messages", form), 400, 50503)
    assert indexes(client, sid) == []


def test_a_body_has_at_most_32_kib_in_utf_8(client: Client) -> None:
    most = "é" * (16 * 1024)
    sid = conversation(client)
    message = say(client, sid, most)
    assert message["body"] == most
    path = f"/Conversations/{sid}/Messages"
    for each in (path, f"{path}/{message['sid']}"):
        assert_refused(client.post(each, {"Body": most + "x"}), 400, 50504)


def test_an_author_has_at_most_256_characters(client: Client) -> None:
    path = f"/Conversations/{conversation(client)}/Messages"
    said = client.made(path, {"Body": "x", "Author": "é" * 256})
    assert said["author"] == "é" * 256
    edited = client.made(f"{path}/{said['sid']}", {"Author": "ü" * 256})
    assert edited["author"] == "ü" * 256
    for each in (path, f"{path}/{said['sid']}"):
        answer = client.post(each, {"Body": "y", "Author": "é" * 257})
        assert_refused(answer, 400, 50310)
    assert client.items(path, "messages") == [edited]


def test_a_subject_has_at_most_256_characters(client: Client) -> None:
    path = f"/Conversations/{conversation(client)}/Messages"
    said = client.made(path, {"Body": "x", "Subject": "é" * 256})
    edited = client.made(f"{path}/{said['sid']}", {"Subject": "ü" * 256})
    for each in (path, f"{path}/{said['sid']}"):
        answer = client.post(each, {"Body": "y", "Subject": "é" * 257})
        assert_refused(answer, 400, 20001)
    assert client.items(path, "messages") == [edited]


def test_message_attributes_have_at_most_4_kib(client: Client) -> None:
    most = "[" + " " * (4 * 1024 - 2) + "]"
    sid = conversation(client)
    message = say(client, sid, Attributes=most)
    assert message["attributes"] == most
    path = f"/Conversations/{sid}/Messages"
    for each in (path, f"{path}/{message['sid']}"):
        for wrong, code in ((most + " ", 50303), ("nope", 50304)):
            answer = client.post(each, {"Body": "x", "Attributes": wrong})
            assert_refused(answer, 400, code)
    assert indexes(client, sid) == [0]


@pytest.mark.parametrize("name", ["ContentSid", "ContentVariables"])
def test_content_is_said_to_be_missing(client: Client, name: str) -> None:
    sid = conversation(client)
    form = {"Body": "x", name: "HX" + "0" * 32}
    answer = client.post(f"/Conversations/{sid}/Messages", form)
    assert_refused(answer, 501, 20501)
    assert name in answer.json()["message"]
    assert indexes(client, sid) == []


@pytest.mark.parametrize(("name", "code"), [("DateCreated", 50308), ("DateUpdated", 50309)])
def test_dates_must_be_dates(client: Client, name: str, code: int) -> None:
    sid = conversation(client)
    path = f"/Conversations/{sid}/Messages"
    assert_refused(client.post(path, {"Body": "x", name: "now"}), 400, code)
    assert_refused(client.post(f"{path}/{say(client, sid)['sid']}", {name: "now"}), 400, code)


def test_messages_come_in_the_order_of_their_indexes(client: Client) -> None:
    sid = chat(client, messages=3)
    assert indexes(client, sid) == [0, 1, 2]
    assert indexes(client, sid, Order="asc") == [0, 1, 2]
    assert indexes(client, sid, Order="desc") == [2, 1, 0]
    assert indexes(client, sid, Order="DeSc") == [2, 1, 0]


@pytest.mark.parametrize("wrong", ["up", "ascending", "desc,asc"])
def test_another_order_is_refused(client: Client, wrong: str) -> None:
    answer = client.get(f"/Conversations/{conversation(client)}/Messages", Order=wrong)
    assert_refused(answer, 400, 20001)


def test_indexes_follow_receipt_not_dates(client: Client) -> None:
    sid = conversation(client)
    say(client, sid)
    assert say(client, sid, DateCreated="2015-01-01T00:00:00Z")["index"] == 1


def test_indexes_of_conversations_are_independent(client: Client) -> None:
    first, second = conversation(client), conversation(client)
    assert [say(client, sid)["index"] for sid in (first, second, first)] == [0, 0, 1]


def test_an_index_is_never_given_twice(client: Client) -> None:
    sid = conversation(client)
    messages = [say(client, sid)["sid"] for _ in range(3)]
    for message in messages[1:]:
        client.delete(f"/Conversations/{sid}/Messages/{message}")
    assert say(client, sid)["index"] == 3
    assert indexes(client, sid) == [0, 3]


def test_a_refused_message_takes_no_index(client: Client) -> None:
    sid = conversation(client)
    form = {"Body": "x", "Attributes": "nope"}
    assert_refused(client.post(f"/Conversations/{sid}/Messages", form), 400, 50304)
    assert say(client, sid)["index"] == 0


def test_an_edit_honours_each_parameter(client: Client) -> None:
    sid = conversation(client)
    made = say(client, sid)
    form = {
        "Author": "editor",
        "Body": "better",
        "Attributes": "[2]",
        "DateCreated": "2015-12-16T22:18:37Z",
        "DateUpdated": "2015-12-17T22:18:37Z",
        "Subject": "never shown",
    }
    answer = client.post(f"/Conversations/{sid}/Messages/{made['sid']}", form)
    assert answer.status_code == 200
    edited = answer.json()
    names = ("author", "body", "attributes", "date_created", "date_updated")
    assert [edited[name] for name in names] == list(form.values())[:-1]
    assert edited["index"] == made["index"]


async def test_an_edit_updates_the_date_and_an_empty_one_does_not(bench: Bench) -> None:
    sid = (await bench.made("/Conversations"))["sid"]
    made = await bench.made(f"/Conversations/{sid}/Messages", {"Body": "x"})
    path = f"/Conversations/{sid}/Messages/{made['sid']}"
    bench.clock.advance(60_000)
    assert await bench.made(path) == made
    edited = await bench.made(path, {"Body": "y"})
    assert edited["date_created"] == "2026-01-01T12:00:00Z"
    assert edited["date_updated"] == "2026-01-01T12:01:00Z"


def test_a_body_cannot_be_emptied(client: Client) -> None:
    sid = conversation(client)
    path = f"/Conversations/{sid}/Messages/{say(client, sid)['sid']}"
    assert_refused(client.post(path, {"Body": ""}), 400, 50503)
    assert client.seen(path)["body"] == "hello"


def test_a_deleted_message_is_gone(client: Client) -> None:
    sid = conversation(client)
    path = f"/Conversations/{sid}/Messages/{say(client, sid)['sid']}"
    answer = client.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert_refused(client.get(path), 404, 20404)
    assert_refused(client.post(path, {"Body": "x"}), 404, 20404)
    assert_refused(client.delete(path), 404, 20404)


def test_a_message_of_another_conversation_is_not_found(client: Client) -> None:
    first, second = conversation(client), conversation(client)
    message = say(client, first)["sid"]
    for key in (message, "IM" + "0" * 32, "0", "hello"):
        path = f"/Conversations/{second}/Messages/{key}"
        assert_refused(client.get(path), 404, 20404)
        assert_refused(client.post(path, {"Body": "x"}), 404, 20404)
        assert_refused(client.delete(path), 404, 20404)
    assert indexes(client, first) == [0]
