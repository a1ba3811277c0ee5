"""Roles: words that are allowed to whoever holds them."""

from typing import Any

import pytest

from harness import Client, assert_refused
from wire.http.bench import Bench
from wire.http.chat import conversation, join

FORM: dict[str, Any] = {
    "FriendlyName": "helper",
    "Type": "conversation",
    "Permission": ["sendMessage", "leaveConversation"],
}


def test_a_new_role_shows_what_it_was_given(client: Client) -> None:
    answer = client.post("/Roles", FORM)
    assert answer.status_code == 201
    made = answer.json()
    assert made["sid"].startswith("RL")
    assert made["chat_service_sid"] == client.seen("/Services")["services"][0]["sid"]
    assert (made["friendly_name"], made["type"]) == ("helper", "conversation")
    assert made["permissions"] == ["sendMessage", "leaveConversation"]
    assert made["url"] == f"{client.url}/v1/Roles/{made['sid']}"
    assert client.seen(f"/Roles/{made['sid']}") == made
    assert client.items("/Roles", "roles")[-1] == made


def test_a_service_has_four_roles_from_the_start(client: Client) -> None:
    roles = client.items("/Roles", "roles")
    assert [(role["friendly_name"], role["type"]) for role in roles] == [
        ("service admin", "service"),
        ("service user", "service"),
        ("channel admin", "conversation"),
        ("channel user", "conversation"),
    ]
    assert all(role["permissions"] for role in roles)


@pytest.mark.parametrize("kind", ["Service", "CONVERSATION"])
def test_a_type_may_be_written_in_any_case(client: Client, kind: str) -> None:
    form = {**FORM, "Type": kind, "Permission": "addParticipant"}
    made = client.made("/Roles", form)
    assert (made["type"], made["permissions"]) == (kind.lower(), ["addParticipant"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"FriendlyName": ""}, 50000),
        ({"FriendlyName": "é" * 257}, 50003),
        ({"Type": ""}, 50105),
        ({"Type": "deployment"}, 50105),
        ({"Permission": ""}, 20001),
        ({"Permission": ["sendMessage", ""]}, 50104),
        ({"Permission": "fly"}, 50104),
        ({"Permission": "SendMessage"}, 50104),
        ({"Permission": "createConversation"}, 50104),
        ({"Type": "service"}, 50104),
    ],
)
def test_a_role_is_not_made_of_anything(client: Client, change: dict[str, Any], code: int) -> None:
    assert_refused(client.post("/Roles", {**FORM, **change}), 400, code)
    assert len(client.items("/Roles", "roles")) == 4


@pytest.mark.parametrize(("name", "code"), [("FriendlyName", 50000), ("Type", 50105)])
def test_a_role_needs_each_parameter(client: Client, name: str, code: int) -> None:
    form = {key: value for key, value in FORM.items() if key != name}
    assert_refused(client.post("/Roles", form), 400, code)
    without = {"FriendlyName": "helper", "Type": "service"}
    assert_refused(client.post("/Roles", without), 400, 20001)


async def test_an_update_replaces_the_permissions(bench: Bench) -> None:
    made = await bench.made("/Roles", FORM)
    bench.clock.advance(60_000)
    changes = {"Permission": ["editOwnMessage", "editOwnMessage"], "FriendlyName": "x"}
    after = await bench.made(f"/Roles/{made['sid']}", changes)
    assert after["permissions"] == ["editOwnMessage"]
    assert (after["friendly_name"], after["type"]) == (made["friendly_name"], made["type"])
    assert after["date_updated"] == "2026-01-01T12:01:00Z"
    assert await bench.seen(f"/Roles/{made['sid']}") == after


def test_an_update_needs_permissions_of_the_type(client: Client) -> None:
    made = client.made("/Roles", FORM)
    path = f"/Roles/{made['sid']}"
    for form, code in (
        ({}, 20001),
        ({"Permission": ""}, 20001),
        ({"Permission": "joinConversation"}, 50104),
    ):
        assert_refused(client.post(path, form), 400, code)
    assert client.seen(path) == made


@pytest.mark.parametrize("nothing", ["RL" + "0" * 32, "helper", "channel%20user"])
def test_a_role_that_is_not_there_is_not_found(client: Client, nothing: str) -> None:
    path = f"/Roles/{nothing}"
    assert_refused(client.get(path), 404, 20404)
    assert_refused(client.post(path, FORM), 404, 20404)
    assert_refused(client.delete(path), 404, 20404)


def test_whoever_held_a_deleted_role_falls_back(client: Client) -> None:
    talk, service = conversation(client), {"Type": "service", "Permission": "addParticipant"}
    default = join(client, talk, "eve")["role_sid"]
    of_users = client.seen("/Users/eve")["role_sid"]
    held = client.made("/Roles", FORM)["sid"]
    by_user = client.made("/Roles", {**FORM, **service})["sid"]
    client.made("/Users", {"Identity": "ada", "RoleSid": by_user})
    path = f"/Conversations/{talk}/Participants"
    client.made(path, {"Identity": "ada", "RoleSid": held})
    for sid in (held, by_user):
        answer = client.delete(f"/Roles/{sid}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert_refused(client.delete(f"/Roles/{sid}"), 404, 20404)
    assert client.seen(f"{path}/ada")["role_sid"] == default
    assert client.seen("/Users/ada")["role_sid"] == of_users
    assert_refused(client.post(f"{path}/ada", {"RoleSid": held}), 400, 50109)


def test_a_default_role_cannot_be_deleted(client: Client) -> None:
    service = client.seen("/Services")["services"][0]["sid"]
    configured = client.seen(f"/Services/{service}/Configuration")
    defaults = {value for key, value in configured.items() if key.endswith("_role_sid")}
    assert len(defaults) == 3
    for sid in defaults:
        assert_refused(client.delete(f"/Roles/{sid}"), 409, 20409)
    assert len(client.items("/Roles", "roles")) == 4
