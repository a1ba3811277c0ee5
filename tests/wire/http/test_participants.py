"""Participants: who joins, what they hold, and how they leave."""

import pytest

from harness import Client, assert_refused
from wire.http.bench import Bench
from wire.http.chat import chat, conversation, join, say

SID_LIKE = "US" + "0" * 32


def people(client: Client, sid: str) -> list[str]:
    """The identities in a conversation."""
    found = client.items(f"/Conversations/{sid}/Participants", "participants")
    return [one["identity"] for one in found]


def test_a_new_participant_has_the_documented_defaults(client: Client) -> None:
    sid = conversation(client)
    answer = client.post(f"/Conversations/{sid}/Participants", {"Identity": "ada"})
    assert answer.status_code == 201
    made = answer.json()
    assert made["identity"] == "ada"
    assert made["conversation_sid"] == sid
    assert made["attributes"] == "{}"
    assert made["messaging_binding"] is None
    assert made["last_read_message_index"] is None
    assert made["last_read_timestamp"] is None
    assert made["date_updated"] == made["date_created"]
    assert client.seen(f"/Conversations/{sid}/Participants/{made['sid']}") == made


def test_joining_honours_each_parameter(client: Client) -> None:
    sid = conversation(client)
    role = join(client, sid, "eve")["role_sid"]
    form = {
        "Identity": "ada",
        "Attributes": '{"a":  1}',
        "RoleSid": role,
        "DateCreated": "2015-12-16T22:18:37Z",
        "DateUpdated": "2015-12-17T22:18:37+01:00",
    }
    made = client.made(f"/Conversations/{sid}/Participants", form)
    assert made["attributes"] == '{"a":  1}'
    assert made["role_sid"] == role
    assert made["date_created"] == "2015-12-16T22:18:37Z"
    assert made["date_updated"] == "2015-12-17T21:18:37Z"


def test_joining_makes_the_user(client: Client) -> None:
    sid = conversation(client)
    person = join(client, sid, "ada")
    user = client.seen("/Users/ada")
    assert user["friendly_name"] is None
    assert user["attributes"] == "{}"
    assert user["role_sid"] != person["role_sid"]
    assert client.made("/Users", {"Identity": "eve"})["role_sid"] == user["role_sid"]


def test_joining_leaves_a_known_user_as_they_are(client: Client) -> None:
    user = client.made("/Users", {"Identity": "ada", "FriendlyName": "Ada"})
    join(client, conversation(client), "ada")
    assert client.items("/Users", "users") == [user]


def test_nobody_joins_twice(client: Client) -> None:
    sid = chat(client, "ada")
    answer = client.post(f"/Conversations/{sid}/Participants", {"Identity": "ada"})
    assert_refused(answer, 409, 50433)
    join(client, sid, "Ada")
    assert people(client, sid) == ["ada", "Ada"]


@pytest.mark.parametrize("form", [{}, {"Identity": ""}, {"Attributes": "{}"}])
def test_a_participant_needs_an_identity(client: Client, form: dict[str, str]) -> None:
    sid = conversation(client)
    assert_refused(client.post(f"/Conversations/{sid}/Participants", form), 400, 50204)


def test_an_identity_of_a_participant_is_bounded_like_any_other(client: Client) -> None:
    path = f"/Conversations/{conversation(client)}/Participants"
    assert client.made(path, {"Identity": "é" * 256})["identity"] == "é" * 256
    assert_refused(client.post(path, {"Identity": "é" * 257}), 400, 50207)
    assert_refused(client.post(path, {"Identity": SID_LIKE}), 400, 50206)


def test_a_role_must_be_a_conversation_role_of_the_same_service(client: Client) -> None:
    service = client.made("/Services", {"FriendlyName": "other"})["sid"]
    there = client.at(f"/v1/Services/{service}")
    foreign = join(there, conversation(there), "ada")["role_sid"]
    sid = chat(client, "ada")
    of_service = client.seen("/Users/ada")["role_sid"]
    for role in (foreign, of_service, "RL" + "0" * 32, "admin"):
        answer = client.post(f"/Conversations/{sid}/Participants/ada", {"RoleSid": role})
        assert_refused(answer, 400, 50109)
        form = {"Identity": "eve", "RoleSid": role}
        assert_refused(client.post(f"/Conversations/{sid}/Participants", form), 400, 50109)
    assert people(client, sid) == ["ada"]


def test_participant_attributes_have_at_most_4_kib(client: Client) -> None:
    most = '"' + "x" * (4 * 1024 - 2) + '"'
    path = f"/Conversations/{conversation(client)}/Participants"
    made = client.made(path, {"Identity": "ada", "Attributes": most})
    assert made["attributes"] == most
    for each, form in ((path, {"Identity": "eve"}), (f"{path}/ada", {})):
        assert_refused(client.post(each, {**form, "Attributes": most + " "}), 400, 50303)
        assert_refused(client.post(each, {**form, "Attributes": "nope"}), 400, 50304)


def test_a_path_takes_sid_or_identity(client: Client) -> None:
    sid = conversation(client)
    person = join(client, sid, "ada")
    path = f"/Conversations/{sid}/Participants"
    for key in ("ada", person["sid"]):
        assert client.seen(f"{path}/{key}")["sid"] == person["sid"]
        assert client.made(f"{path}/{key}", {"Attributes": "[]"})["sid"] == person["sid"]
    assert client.delete(f"{path}/ada").status_code == 204
    assert_refused(client.get(f"{path}/{person['sid']}"), 404, 20404)


def test_a_participant_of_another_conversation_is_not_found(client: Client) -> None:
    elsewhere = conversation(client)
    person = join(client, elsewhere, "ada")
    sid = chat(client, "eve")
    for key in ("ada", person["sid"], "MB" + "0" * 32, "nobody"):
        path = f"/Conversations/{sid}/Participants/{key}"
        assert_refused(client.get(path), 404, 20404)
        assert_refused(client.post(path, {"Attributes": "{}"}), 404, 20404)
        assert_refused(client.post(path), 404, 20404)
        assert_refused(client.delete(path), 404, 20404)
    assert people(client, elsewhere) == ["ada"]


def test_an_update_honours_each_parameter(client: Client) -> None:
    sid = chat(client, "ada")
    role = join(client, sid, "eve")["role_sid"]
    form = {
        "Attributes": "[1]",
        "RoleSid": role,
        "DateCreated": "2015-12-16T22:18:37Z",
        "DateUpdated": "2015-12-17T22:18:37Z",
        "LastReadMessageIndex": "7",
        "LastReadTimestamp": "2015-12-18T22:18:37Z",
    }
    answer = client.post(f"/Conversations/{sid}/Participants/ada", form)
    assert answer.status_code == 200
    updated = answer.json()
    assert updated["attributes"] == "[1]"
    assert updated["role_sid"] == role
    assert updated["date_created"] == "2015-12-16T22:18:37Z"
    assert updated["date_updated"] == "2015-12-17T22:18:37Z"
    assert updated["last_read_message_index"] == 7
    assert updated["last_read_timestamp"] == "2015-12-18T22:18:37Z"


@pytest.mark.parametrize(("name", "code"), [("DateCreated", 50308), ("DateUpdated", 50309)])
def test_dates_must_be_dates(client: Client, name: str, code: int) -> None:
    sid = chat(client, "ada")
    path = f"/Conversations/{sid}/Participants"
    assert_refused(client.post(path, {"Identity": "eve", name: "now"}), 400, code)
    assert_refused(client.post(f"{path}/ada", {name: "now"}), 400, code)


async def test_a_change_updates_the_participant_not_the_conversation(bench: Bench) -> None:
    sid = (await bench.made("/Conversations"))["sid"]
    path = f"/Conversations/{sid}/Participants"
    made = await bench.made(path, {"Identity": "ada"})
    bench.clock.advance(60_000)
    assert await bench.made(f"{path}/ada") == made
    changed = await bench.made(f"{path}/ada", {"Attributes": "[]"})
    assert changed["date_created"] == "2026-01-01T12:00:00Z"
    assert changed["date_updated"] == "2026-01-01T12:01:00Z"
    whole = await bench.seen(f"/Conversations/{sid}")
    assert whole["date_updated"] == "2026-01-01T12:00:00Z"


def test_who_left_keeps_their_messages_and_their_user(client: Client) -> None:
    sid = chat(client, "ada")
    message = say(client, sid, Author="ada")
    assert message["participant_sid"]
    answer = client.delete(f"/Conversations/{sid}/Participants/ada")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.items(f"/Conversations/{sid}/Messages", "messages") == [message]
    assert client.seen("/Users/ada")["identity"] == "ada"
    assert_refused(client.delete(f"/Conversations/{sid}/Participants/ada"), 404, 20404)


def test_who_left_can_come_back_as_a_new_participant(client: Client) -> None:
    sid = conversation(client)
    old = join(client, sid, "ada")["sid"]
    client.delete(f"/Conversations/{sid}/Participants/ada")
    assert join(client, sid, "ada")["sid"] != old


def test_participants_are_listed_in_the_order_of_joining(client: Client) -> None:
    sid = conversation(client)
    for name in ("zoe", "ada", "Bob"):
        join(client, sid, name)
    assert people(client, sid) == ["zoe", "ada", "Bob"]
