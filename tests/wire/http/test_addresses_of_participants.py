"""Participants by address: phone numbers and the like in a conversation."""

from typing import Any

import pytest

from harness import Client, Server, account, assert_refused
from wire.http.chat import chat, close, conversation, join, say

ADDRESS, PROXY = "MessagingBinding.Address", "MessagingBinding.ProxyAddress"
PROJECTED = "MessagingBinding.ProjectedAddress"
PHONE, OTHER = "+15550001", "+15550002"
OURS = "+15550100"
PAIR = {ADDRESS: PHONE, PROXY: OURS}


def people(sid: str) -> str:
    """The path of a conversation's participants."""
    return f"/Conversations/{sid}/Participants"


def named(message: str, sid: str) -> bool:
    """The text ends as clients look for it."""
    return message.endswith(f" already exists in Conversation {sid}")


def test_who_comes_by_an_address_shows_a_binding_and_neither_identity_nor_role(
    client: Client,
) -> None:
    answer = client.post(people(conversation(client)), PAIR)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["identity"], made["role_sid"]) == (None, None)
    assert made["messaging_binding"] == {"type": "sms", "address": PHONE, "proxy_address": OURS}
    path = f"{people(made['conversation_sid'])}/{made['sid']}"
    assert client.seen(path) == made
    assert client.items(people(made["conversation_sid"]), "participants") == [made]
    assert client.items("/Users", "users") == []


@pytest.mark.parametrize(
    ("address", "proxy", "kind"),
    [
        ("+15550001", "+15550100", "sms"),
        ("whatsapp:+15550001", "whatsapp:+15550100", "whatsapp"),
        ("messenger:1", "messenger:2", "messenger"),
        ("rcs:+15550001", "rcs:agent", "rcs"),
        ("ada@example.com", "tea@example.com", "email"),
    ],
)
def test_an_address_says_its_channel(client: Client, address: str, proxy: str, kind: str) -> None:
    made = client.made(people(conversation(client)), {ADDRESS: address, PROXY: proxy})
    assert made["messaging_binding"] == {
        "type": kind,
        "address": address,
        "proxy_address": proxy,
    }


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({ADDRESS: "nobody", PROXY: OURS}, 50407),
        ({ADDRESS: "whatsapp:+" + "1" * 256, PROXY: "whatsapp:+1"}, 50407),
        ({ADDRESS: PHONE, PROXY: "nobody"}, 50408),
        ({ADDRESS: PHONE, PROXY: PHONE}, 50409),
        ({PROXY: OURS}, 50411),
        ({ADDRESS: "", PROXY: OURS}, 50411),
        ({ADDRESS: PHONE, PROXY: ""}, 50412),
        ({ADDRESS: "whatsapp:+1"}, 50412),
        ({ADDRESS: PHONE, PROXY: "whatsapp:+1"}, 50414),
        ({ADDRESS: PHONE, PROXY: OURS, "Identity": "ada"}, 50211),
        ({ADDRESS: PHONE, PROXY: OURS, PROJECTED: OURS}, 50420),
        ({"Identity": "ada", PROJECTED: "nobody"}, 50408),
        ({**PAIR, "Attributes": "{"}, 50304),
        ({**PAIR, "RoleSid": "admin"}, 50109),
    ],
)
def test_a_binding_that_cannot_be_is_refused(
    client: Client, form: dict[str, str], code: int
) -> None:
    sid = conversation(client)
    assert_refused(client.post(people(sid), form), 400, code)
    assert client.items(people(sid), "participants") == []


def test_a_pair_is_in_one_open_conversation_whose_sid_is_told(client: Client) -> None:
    first, second = conversation(client), conversation(client)
    service = client.made("/Services", {"FriendlyName": "other"})["sid"]
    there = client.at(f"/v1/Services/{service}")
    client.made(people(first), PAIR)
    for asking, sid in ((client, first), (client, second), (there, conversation(there))):
        answer = asking.post(people(sid), PAIR)
        assert_refused(answer, 409, 50416)
        assert named(answer.json()["message"], first)
    client.made(people(second), {**PAIR, PROXY: "+15550101"})


def test_another_account_has_pairs_of_its_own(server: Server, client: Client) -> None:
    client.made(people(conversation(client)), PAIR)
    with Client(server.url, account()) as other:
        other.made(people(conversation(other)), PAIR)


@pytest.mark.parametrize("end", ["close", "remove", "delete", "service"])
def test_a_pair_is_free_once_it_is_over(client: Client, end: str) -> None:
    service = client.made("/Services", {"FriendlyName": "other"})["sid"]
    there = client.at(f"/v1/Services/{service}")
    first, second = conversation(there), conversation(client)
    who = there.made(people(first), PAIR)["sid"]
    if end == "close":
        close(there, first)
    else:
        path = {
            "remove": f"{people(first)}/{who}",
            "delete": f"/Conversations/{first}",
            "service": "",
        }
        assert there.delete(path[end]).status_code == 204
    assert client.post(people(second), PAIR).status_code == 201


def test_an_update_moves_to_another_proxy(client: Client) -> None:
    first, second = conversation(client), conversation(client)
    path = f"{people(first)}/{client.made(people(first), PAIR)['sid']}"
    client.made(people(second), {**PAIR, PROXY: "+15550101"})
    answer = client.post(path, {PROXY: "+15550101"})
    assert_refused(answer, 409, 50416)
    assert named(answer.json()["message"], second)
    moved = client.made(path, {PROXY: "+15550102"})
    assert moved["messaging_binding"]["proxy_address"] == "+15550102"
    assert client.made(path, {PROXY: ""}) == client.seen(path)
    client.made(people(second), PAIR)


@pytest.mark.parametrize("null", ["null", "NULL"])
def test_the_word_null_takes_an_address_away(client: Client, null: str) -> None:
    sid = conversation(client)
    path = f"{people(sid)}/{client.made(people(sid), PAIR)['sid']}"
    alone = client.made(path, {PROXY: null})
    assert alone["messaging_binding"] == {"type": "sms", "address": PHONE}
    assert_refused(client.post(path, {PROXY: null}), 400, 50440)
    client.made(people(conversation(client)), PAIR)
    ada = client.made(people(sid), {"Identity": "ada", PROJECTED: OURS})
    assert ada["messaging_binding"] == {"type": "sms", "projected_address": OURS}
    plain = client.made(f"{people(sid)}/ada", {PROJECTED: null})
    assert plain["messaging_binding"] is None
    assert_refused(client.post(f"{people(sid)}/ada", {PROJECTED: null}), 400, 50442)


@pytest.mark.parametrize(
    ("form", "change", "code"),
    [
        ({"Identity": "ada"}, {PROXY: OURS}, 50441),
        (PAIR, {PROJECTED: OURS}, 50443),
        (PAIR, {"Identity": "ada"}, 50444),
        ({"Identity": "ada"}, {"Identity": "ben"}, 50444),
        (PAIR, {PROXY: PHONE}, 50409),
        (PAIR, {PROXY: "a@b"}, 50414),
    ],
)
def test_what_cannot_be_set_later_is_refused(
    client: Client, form: dict[str, str], change: dict[str, str], code: int
) -> None:
    sid = conversation(client)
    made = client.made(people(sid), form)
    path = f"{people(sid)}/{made['sid']}"
    assert_refused(client.post(path, {"Attributes": "[]", **change}), 400, code)
    assert client.seen(path) == made


def test_who_shows_as_a_number_only_becomes_a_user(client: Client) -> None:
    sid = conversation(client)
    made = client.made(people(sid), {PROJECTED: OURS})
    assert (made["identity"], made["role_sid"]) == (None, None)
    known = client.made(f"{people(sid)}/{made['sid']}", {"Identity": "ada"})
    assert known["identity"] == "ada"
    assert known["role_sid"] == join(client, sid, "eve")["role_sid"]
    assert client.seen(f"/Users/ada/Conversations/{sid}")["participant_sid"] == made["sid"]
    again = client.post(f"{people(sid)}/{made['sid']}", {"Identity": "eve"})
    assert_refused(again, 400, 50444)


def grouped(client: Client, *numbers: str) -> str:
    """A Group MMS of Ada and these numbers; returns its SID."""
    sid = conversation(client)
    client.made(people(sid), {"Identity": "ada", PROJECTED: OURS})
    for number in numbers:
        client.made(people(sid), {ADDRESS: number})
    return sid


def test_a_group_is_one_open_conversation_whose_sid_is_told(client: Client) -> None:
    first, second = grouped(client, PHONE, OTHER), grouped(client, OTHER)
    answer = client.post(people(second), {ADDRESS: PHONE})
    assert_refused(answer, 409, 50438)
    assert answer.json()["message"].endswith(f" already exists as Conversation {first}")
    client.delete("/Users/ada")
    assert client.post(people(second), {ADDRESS: PHONE}).status_code == 201


def test_only_its_people_write_to_a_group(client: Client) -> None:
    sid = grouped(client, PHONE)
    path = f"/Conversations/{sid}/Messages"
    for author in ("ada", PHONE, OURS):
        assert say(client, sid, Author=author)["participant_sid"]
    strangers: list[dict[str, Any]] = [{}, {"Author": "eve"}, {"Author": OTHER}]
    for stranger in strangers:
        assert_refused(client.post(path, {"Body": "hello", **stranger}), 400, 50513)
    assert [each["index"] for each in client.items(path, "messages")] == [0, 1, 2]


def test_a_number_is_in_a_group_once(client: Client) -> None:
    sid = grouped(client, PHONE)
    assert_refused(client.post(people(sid), {ADDRESS: PHONE}), 409, 50437)


def test_addresses_count_to_fifty(client: Client) -> None:
    sid = chat(client, "ada")
    for number in range(50):
        client.made(people(sid), {**PAIR, ADDRESS: f"+155512{number:02}"})
    assert_refused(client.post(people(sid), PAIR), 400, 50422)
    join(client, sid, "ben")


def test_a_closed_conversation_takes_no_addresses(client: Client) -> None:
    sid = conversation(client)
    path = f"{people(sid)}/{client.made(people(sid), PAIR)['sid']}"
    close(client, sid)
    assert_refused(client.post(people(sid), {**PAIR, ADDRESS: OTHER}), 400, 50377)
    assert_refused(client.post(path, {PROXY: "+15550101"}), 400, 50377)
    assert client.delete(path).status_code == 204
