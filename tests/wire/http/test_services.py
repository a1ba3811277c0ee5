"""Services: worlds of their own inside an account."""

import pytest

from harness import Client, assert_refused
from wire.http.chat import chat, conversation, say


def test_a_new_service_shows_what_it_was_given(client: Client) -> None:
    answer = client.post("/Services", {"FriendlyName": "Tea House"})
    assert answer.status_code == 201
    made = answer.json()
    assert made["friendly_name"] == "Tea House"
    assert made["date_updated"] == made["date_created"]
    assert client.seen(f"/Services/{made['sid']}") == made
    assert client.items("/Services", "services")[-1] == made


def test_an_account_has_a_default_service_behind_the_short_paths(client: Client) -> None:
    services = client.items("/Services", "services")
    assert len(services) == 1
    sid = services[0]["sid"]
    made = client.made("/Conversations", {"FriendlyName": "Tea"})
    assert made["chat_service_sid"] == sid
    assert client.at(f"/v1/Services/{sid}").seen(f"/Conversations/{made['sid']}")


@pytest.mark.parametrize("form", [{}, {"FriendlyName": ""}, {"UniqueName": "x"}])
def test_a_service_needs_a_friendly_name(client: Client, form: dict[str, str]) -> None:
    assert_refused(client.post("/Services", form), 400, 50000)


def test_friendly_names_of_services_have_at_most_256_characters(client: Client) -> None:
    assert client.made("/Services", {"FriendlyName": "é" * 256})["friendly_name"] == "é" * 256
    assert_refused(client.post("/Services", {"FriendlyName": "é" * 257}), 400, 50003)
    assert len(client.items("/Services", "services")) == 2


def test_services_know_nothing_of_each_other(client: Client) -> None:
    service = client.made("/Services", {"FriendlyName": "other"})["sid"]
    there = client.at(f"/v1/Services/{service}")
    chat(there, "ada", UniqueName="tea")
    assert client.items("/Users", "users") == []
    assert client.items("/Conversations", "conversations") == []
    assert_refused(client.get("/Conversations/tea"), 404, 20404)
    assert_refused(client.get("/Users/ada/Conversations"), 404, 20404)
    assert len(there.items("/Users/ada/Conversations", "conversations")) == 1


def test_services_are_listed_in_the_order_of_creation(client: Client) -> None:
    made = [client.made("/Services", {"FriendlyName": name})["sid"] for name in "zab"]
    assert [one["sid"] for one in client.items("/Services", "services")][1:] == made


def test_a_deleted_service_takes_everything_in_it_along(client: Client) -> None:
    service = client.made("/Services", {"FriendlyName": "other"})["sid"]
    there = client.at(f"/v1/Services/{service}")
    sid = chat(there, "ada", messages=1)
    kept = conversation(client)
    answer = client.delete(f"/Services/{service}")
    assert (answer.status_code, answer.content) == (204, b"")
    for path in (f"/Conversations/{sid}", "/Users/ada", "/Users", "/Conversations"):
        assert_refused(there.get(path), 404, 20404)
        assert_refused(there.post(path, {"Identity": "x"}), 404, 20404)
    assert_refused(client.get(f"/Services/{service}"), 404, 20404)
    assert_refused(client.delete(f"/Services/{service}"), 404, 20404)
    assert client.seen(f"/Conversations/{kept}")["sid"] == kept


def test_the_default_service_cannot_be_deleted(client: Client) -> None:
    sid = chat(client)
    default = client.items("/Services", "services")[0]["sid"]
    assert_refused(client.delete(f"/Services/{default}"), 409, 20409)
    assert say(client, sid)["index"] == 0


def test_a_service_cannot_be_updated(client: Client) -> None:
    default = client.items("/Services", "services")[0]["sid"]
    answer = client.post(f"/Services/{default}", {"FriendlyName": "x"})
    assert_refused(answer, 405, 20004)


@pytest.mark.parametrize("nothing", ["IS" + "0" * 32, "default", "Tea House"])
def test_a_service_that_is_not_there_is_not_found(client: Client, nothing: str) -> None:
    assert_refused(client.get(f"/Services/{nothing}"), 404, 20404)
    assert_refused(client.delete(f"/Services/{nothing}"), 404, 20404)
