"""A conversation that is made together with its participants."""

import json
from typing import Any

import pytest

from harness import Client, assert_refused
from wire.http.chat import conversation, join

PATH = "/ConversationWithParticipants"
PHONE = {"messaging_binding": {"address": "+15550001", "proxy_address": "+15550100"}}


def form(*people: object, **more: str) -> dict[str, Any]:
    """Each participant is a JSON text of its own."""
    return {**more, "Participant": [json.dumps(person) for person in people]}


def people(client: Client, sid: str) -> list[Any]:
    return client.items(f"/Conversations/{sid}/Participants", "participants")


def nothing_made(client: Client) -> None:
    assert client.items("/Conversations", "conversations") == []
    assert client.items("/Users", "users") == []


@pytest.mark.parametrize("empty", [{}, {"Participant": ""}])
def test_without_participants_it_is_there_at_once(client: Client, empty: dict[str, str]) -> None:
    answer = client.post(PATH, {"FriendlyName": "Tea", **empty})
    assert answer.status_code == 201
    made = answer.json()
    assert made["state"] == "active"
    whole = client.seen(f"/Conversations/{made['sid']}")
    assert whole["links"].pop("export")
    assert made == whole


def test_with_participants_it_is_on_its_way_and_then_there(client: Client) -> None:
    answer = client.post(PATH, form({"identity": "ada"}, PHONE, UniqueName="tea"))
    assert answer.status_code == 202
    made = answer.json()
    assert made["state"] == "initializing"
    whole = client.seen("/Conversations/tea")
    assert whole["links"].pop("export")
    assert {**made, "state": "active"} == whole
    ada, phone = people(client, made["sid"])
    assert (ada["identity"], ada["messaging_binding"]) == ("ada", None)
    assert (phone["identity"], phone["role_sid"]) == (None, None)
    assert phone["messaging_binding"] == {"type": "sms", **PHONE["messaging_binding"]}


def test_each_participant_takes_the_parameters_of_one(client: Client) -> None:
    role = join(client, conversation(client), "eve")["role_sid"]
    described = {
        "identity": "ada",
        "attributes": '{"a":  1}',
        "role_sid": role,
        "date_created": "2015-12-16T22:18:37Z",
        "date_updated": "2015-12-17T22:18:37Z",
        "messaging_binding": {"projected_address": "+15550100"},
        "unknown": ["whatever"],
    }
    (made,) = people(client, client.post(PATH, form(described)).json()["sid"])
    for name in ("identity", "attributes", "role_sid", "date_created", "date_updated"):
        assert made[name] == described[name], name
    assert made["messaging_binding"] == {"type": "sms", "projected_address": "+15550100"}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ('{"b": [1, "ü"]}', {"b": [1, "ü"]}),
        ({"b": [1, "ü"]}, {"b": [1, "ü"]}),
        ([], []),
        (None, {}),
        ("", {}),
    ],
)
def test_attributes_may_be_text_or_json(client: Client, given: object, shown: object) -> None:
    answer = client.post(PATH, form({"identity": "ada", "attributes": given}))
    (made,) = people(client, answer.json()["sid"])
    assert json.loads(made["attributes"]) == shown


def test_null_counts_as_not_sent(client: Client) -> None:
    nulls = dict.fromkeys(("attributes", "role_sid", "messaging_binding", "date_created"))
    answer = client.post(PATH, form({"identity": "ada", **nulls}))
    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ada", 20001),
        ("null", 20001),
        ('["ada"]', 20001),
        ('{"identity": "ada"', 20001),
        ("[" * 5000, 20001),
        ('{"identity": 1}', 20001),
        ('{"identity": ["ada"]}', 20001),
        ('{"identity": "a\\u0000"}', 20001),
        ('{"identity": "a\\ud800"}', 20001),
        ('{"messaging_binding": {"address": "\\ud800@a", "proxy_address": "a@b"}}', 20001),
        ('{"messaging_binding": "+15550001"}', 20001),
        ('{"messaging_binding": {"address": 15550001}}', 20001),
        ("{}", 50204),
        ('{"Identity": "ada"}', 50204),
        ('{"identity": ""}', 50204),
        ('{"identity": "US00000000000000000000000000000000"}', 50206),
        ('{"identity": "ada", "attributes": "{"}', 50304),
        ('{"identity": "ada", "role_sid": "admin"}', 50109),
        ('{"identity": "ada", "date_created": "now"}', 50308),
        ('{"messaging_binding": {"address": "fax", "proxy_address": "+15550100"}}', 50407),
        ('{"messaging_binding": {"proxy_address": "+15550100"}}', 50411),
        ('{"messaging_binding": {"address": "a@b"}}', 50412),
    ],
)
def test_whoever_is_not_described_well_keeps_everything_from_being_made(
    client: Client, text: str, code: int
) -> None:
    sent = {"Participant": ['{"identity": "zoe"}', text]}
    assert_refused(client.post(PATH, sent), 400, code)
    nothing_made(client)


def test_at_most_ten_come_along(client: Client) -> None:
    eleven = [{"identity": f"{number}"} for number in range(11)]
    assert_refused(client.post(PATH, form(*eleven)), 400, 50426)
    nothing_made(client)
    answer = client.post(PATH, form(*eleven[1:]))
    assert answer.status_code == 202
    assert len(people(client, answer.json()["sid"])) == 10


def test_nobody_comes_along_twice(client: Client) -> None:
    assert_refused(client.post(PATH, form({"identity": "a"}, {"identity": "a"})), 409, 50433)
    assert_refused(client.post(PATH, form(PHONE, PHONE)), 409, 50416)
    nothing_made(client)


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"State": "closed"}, 400, 50384),
        ({"State": "initializing"}, 400, 50378),
        ({"Timers.Inactive": "PT1S"}, 400, 50375),
        ({"UniqueName": "taken"}, 409, 50353),
        ({"Attributes": "{"}, 400, 50304),
    ],
)
def test_the_conversation_s_own_parameters_are_checked_as_ever(
    client: Client, more: dict[str, str], status: int, code: int
) -> None:
    conversation(client, UniqueName="taken")
    assert_refused(client.post(PATH, form({"identity": "ada"}, **more)), status, code)
    assert client.items("/Users", "users") == []


def test_a_taken_pair_names_the_conversation_that_has_it(client: Client) -> None:
    first = client.post(PATH, form(PHONE)).json()["sid"]
    answer = client.post(PATH, form({"identity": "ada"}, PHONE))
    assert_refused(answer, 409, 50416)
    assert answer.json()["message"].endswith(f"Conversation {first}")
    client.made(f"/Conversations/{first}", {"State": "closed"})
    answer = client.post(PATH, form({"identity": "ada"}, PHONE, State="Inactive"))
    assert client.seen(f"/Conversations/{answer.json()['sid']}")["state"] == "inactive"
