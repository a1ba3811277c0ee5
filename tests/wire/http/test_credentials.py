"""Push credentials: what is shown of them, and what never is."""

from collections.abc import Iterator
from typing import Any

import pytest

from harness import Client, Server, account, assert_refused

SECRETS = {
    "Certificate": "-----BEGIN CERTIFICATE-----\nMII+/=\n-----END CERTIFICATE-----",
    "PrivateKey": "-----BEGIN RSA PRIVATE KEY-----\nMII+/=\n-----END RSA PRIVATE KEY-----",
    "ApiKey": "AIza-open-sesame",
    "Secret": "AAAA:open-sesame",
}


@pytest.fixture
def stranger(server: Server) -> Iterator[Client]:
    """Another account."""
    with Client(server.url, account()) as made:
        yield made


def made(client: Client, **form: str) -> Any:
    return client.made("/Credentials", {"Type": "fcm", **form})


def test_a_new_credential_has_the_documented_fields_and_defaults(client: Client) -> None:
    answer = client.post("/Credentials", {"Type": "fcm"})
    assert answer.status_code == 201
    shown = answer.json()
    assert client.credentials is not None
    assert shown == {
        "sid": shown["sid"],
        "account_sid": client.credentials[0],
        "friendly_name": None,
        "type": "fcm",
        "sandbox": "False",
        "date_created": shown["date_created"],
        "date_updated": shown["date_created"],
        "url": f"{client.url}/v1/Credentials/{shown['sid']}",
    }
    assert client.seen(f"/Credentials/{shown['sid']}") == shown


def test_creation_honours_each_parameter_and_shows_no_secret(client: Client) -> None:
    form = {"Type": "apn", "FriendlyName": "Phones", "Sandbox": "true", **SECRETS}
    answer = client.post("/Credentials", form)
    shown = answer.json()
    assert (shown["type"], shown["friendly_name"]) == ("apn", "Phones")
    assert shown["sandbox"] == "True"
    path = f"/Credentials/{shown['sid']}"
    texts = [answer.text, client.get(path).text, client.get("/Credentials").text]
    texts.append(client.post(path, SECRETS).text)
    for secret in SECRETS.values():
        assert not [text for text in texts if secret in text or secret[-12:] in text]


@pytest.mark.parametrize("sent", ["apn", "GcM", "FcM", "APN"])
def test_types_are_taken_in_any_case_and_shown_in_lower(client: Client, sent: str) -> None:
    assert made(client, Type=sent)["type"] == sent.lower()


@pytest.mark.parametrize(
    "form", [{}, {"Type": ""}, {"Type": "sms"}, {"Type": "apns"}, {"type": "fcm"}, SECRETS]
)
def test_a_credential_is_for_a_known_push_service(client: Client, form: dict[str, str]) -> None:
    assert_refused(client.post("/Credentials", form), 400, 20001)
    assert client.items("/Credentials", "credentials") == []


def test_a_friendly_name_has_at_most_64_characters(client: Client) -> None:
    shown = made(client, FriendlyName="ü" * 64)
    assert shown["friendly_name"] == "ü" * 64
    for path in ("/Credentials", f"/Credentials/{shown['sid']}"):
        answer = client.post(path, {"Type": "fcm", "FriendlyName": "ü" * 65})
        assert_refused(answer, 400, 50003)
        assert "64" in answer.json()["message"]


@pytest.mark.parametrize(
    ("sent", "shown"), [("TRUE", "True"), ("False", "False"), ("true", "True"), ("", "False")]
)
def test_sandbox_is_a_boolean_shown_as_a_word(client: Client, sent: str, shown: str) -> None:
    assert made(client, Sandbox=sent)["sandbox"] == shown


@pytest.mark.parametrize("wrong", ["yes", "1", "0", "null"])
def test_sandbox_must_be_a_boolean(client: Client, wrong: str) -> None:
    before = made(client, Sandbox="true")
    for path in ("/Credentials", f"/Credentials/{before['sid']}"):
        assert_refused(client.post(path, {"Type": "apn", "Sandbox": wrong}), 400, 20001)
    assert client.items("/Credentials", "credentials") == [before]


def test_an_update_changes_what_it_names(client: Client) -> None:
    before = made(client, FriendlyName="Phones", Secret="x")
    path = f"/Credentials/{before['sid']}"
    assert client.post(path, {"FriendlyName": "Tablets"}).status_code == 200
    assert client.made(path, {"Type": "Apn"})["type"] == "apn"
    assert client.made(path, {"Sandbox": "true"})["sandbox"] == "True"
    after = client.seen(path)
    changed = {"friendly_name": "Tablets", "type": "apn", "sandbox": "True"}
    assert after == {**before, **changed, "date_updated": after["date_updated"]}


def test_what_is_blank_or_unknown_changes_nothing(client: Client) -> None:
    before = made(client, FriendlyName="Phones", Sandbox="true", **SECRETS)
    path = f"/Credentials/{before['sid']}"
    blank = dict.fromkeys(["FriendlyName", "Sandbox", *SECRETS], "")
    for form in ({}, blank, {"Shoes": "red", "sandbox": "false"}):
        assert client.made(path, form) == before
    assert_refused(client.post(path, {"Type": "pigeon"}), 400, 20001)
    assert client.seen(path) == before


def test_credentials_are_listed_page_by_page_in_the_order_of_creation(client: Client) -> None:
    every = [made(client, FriendlyName=name) for name in "zab"]
    assert client.items("/Credentials", "credentials", PageSize=2) == every
    meta = client.seen("/Credentials", PageSize=1000)["meta"]
    assert (meta["key"], meta["page_size"]) == ("credentials", 100)
    assert client.seen("/Credentials")["meta"]["page_size"] == 50


def test_a_deleted_credential_is_gone(client: Client) -> None:
    path = f"/Credentials/{made(client)['sid']}"
    answer = client.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert_refused(client.get(path), 404, 20404)
    assert_refused(client.post(path, {"FriendlyName": "x"}), 404, 20404)
    assert_refused(client.delete(path), 404, 20404)
    assert client.items("/Credentials", "credentials") == []


@pytest.mark.parametrize("sid", ["CR" + "0" * 32, "Phones", "IS" + "0" * 32])
def test_a_credential_that_is_not_there_is_not_found(client: Client, sid: str) -> None:
    made(client, FriendlyName="Phones")
    for method in ("GET", "POST", "DELETE"):
        assert_refused(client.http.request(method, f"/v1/Credentials/{sid}"), 404, 20404)


def test_another_account_finds_no_credentials_but_its_own(client: Client, stranger: Client) -> None:
    shown = made(client)
    path = f"/Credentials/{shown['sid']}"
    for method in ("GET", "POST", "DELETE"):
        answer = stranger.http.request(method, f"/v1{path}", data={"FriendlyName": "mine"})
        assert_refused(answer, 404, 20404)
    assert stranger.items("/Credentials", "credentials") == []
    assert client.seen(path) == shown


def test_credentials_stand_at_the_account_door_only(client: Client) -> None:
    service = client.seen("/Services")["services"][0]["sid"]
    assert_refused(client.at(f"/v1/Services/{service}").get("/Credentials"), 404, 20404)
