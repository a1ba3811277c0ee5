"""Where the events of an account, and of a service, are told."""

from typing import Any

import pytest

from harness import Client, assert_refused

PLACE = "/Configuration/Webhooks"
EVERYTHING = {
    "PreWebhookUrl": "https://example.com/pre",
    "PostWebhookUrl": "https://example.com/post",
    "Filters": ["onMessageSend", "onConversationUpdated"],
    "Method": "get",
}
SHOWN = {
    "pre_webhook_url": "https://example.com/pre",
    "post_webhook_url": "https://example.com/post",
    "filters": ["onMessageSend", "onConversationUpdated"],
    "method": "GET",
}


def service(client: Client) -> Client:
    """The account's client at the door of a new service."""
    sid = client.made("/Services", {"FriendlyName": "other"})["sid"]
    return client.at(f"/v1/Services/{sid}")


@pytest.fixture(params=["account", "service"])
def there(client: Client, request: pytest.FixtureRequest) -> Client:
    """A client of a new account, at each of the doors."""
    return client if request.param == "account" else service(client)


def unset(client: Client) -> dict[str, Any]:
    """What a client sees at its door before anything was set."""
    nothing = {"pre_webhook_url": None, "post_webhook_url": None, "filters": None}
    credentials = client.credentials
    assert credentials is not None
    common = {**nothing, "account_sid": credentials[0], "url": f"{client.url}{client.door}{PLACE}"}
    if client.door == "/v1":
        return {**common, "filters": [], "method": "POST", "target": "webhook"}
    return {**common, "method": None, "chat_service_sid": client.door.rpartition("/")[2]}


def test_what_was_never_set_shows_the_defaults(there: Client) -> None:
    assert there.seen(PLACE) == unset(there)
    assert there.made(PLACE) == unset(there)
    assert there.made(PLACE, {"Unknown": "x"}) == unset(there)


def test_an_update_honours_each_parameter(there: Client) -> None:
    answer = there.post(PLACE, EVERYTHING)
    assert answer.status_code == 200
    assert answer.json() == {**unset(there), **SHOWN}
    assert there.seen(PLACE) == answer.json()


@pytest.mark.parametrize(
    ("name", "value", "field", "shown"),
    [
        ("PreWebhookUrl", "http://localhost/pre", "pre_webhook_url", "http://localhost/pre"),
        ("PostWebhookUrl", "http://localhost/post", "post_webhook_url", "http://localhost/post"),
        ("Filters", "onUserAdded", "filters", ["onUserAdded"]),
        ("Method", "POST", "method", "POST"),
        ("PreWebhookUrl", "", "pre_webhook_url", None),
        ("PostWebhookUrl", "", "post_webhook_url", None),
        ("Filters", "", "filters", []),
    ],
)
def test_an_update_replaces_only_what_it_gives(
    there: Client, name: str, value: str, field: str, shown: object
) -> None:
    before = there.made(PLACE, EVERYTHING)
    assert there.made(PLACE, {name: value}) == {**before, field: shown}
    assert there.seen(PLACE) == {**before, field: shown}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("PreWebhookUrl", "example.com", 50054),
        ("PostWebhookUrl", "ftp://example.com", 50054),
        ("PreWebhookUrl", "https://example.com/" + "x" * 493, 50372),
        ("PostWebhookUrl", "https://example.com/" + "x" * 493, 50372),
        ("Method", "PUT", 50055),
        ("Method", "", 50055),
        ("Filters", ["onMessageAdded", "everything"], 50365),
    ],
)
def test_a_bad_value_is_refused(
    there: Client, name: str, value: str | list[str], code: int
) -> None:
    before = there.made(PLACE, EVERYTHING)
    assert_refused(there.post(PLACE, {"Method": "post", name: value}), 400, code)
    assert there.seen(PLACE) == before


@pytest.mark.parametrize("target", ["webhook", "flex", "FLEX"])
def test_an_account_s_events_go_to_a_webhook_or_to_flex(client: Client, target: str) -> None:
    client.made(PLACE, {"Target": "flex" if target == "webhook" else "webhook"})
    assert client.made(PLACE, {"Target": target})["target"] == target.lower()


@pytest.mark.parametrize("target", ["", "studio", "null"])
def test_an_account_s_events_go_nowhere_else(client: Client, target: str) -> None:
    answer = client.post(PLACE, {"Target": target, "Method": "GET"})
    assert_refused(answer, 400, 50364)
    assert "webhook, flex" in answer.json()["message"]
    assert client.seen(PLACE) == unset(client)


def test_a_service_s_events_have_no_target(client: Client) -> None:
    there = service(client)
    assert there.made(PLACE, {"Target": "studio"}) == unset(there)


def test_an_account_and_its_services_have_each_their_own(client: Client) -> None:
    first, second = service(client), service(client)
    first.made(PLACE, EVERYTHING)
    assert client.seen(PLACE) == unset(client)
    assert second.seen(PLACE) == unset(second)
    client.made(PLACE, {"Filters": "onMessageAdded"})
    assert first.seen(PLACE) == {**unset(first), **SHOWN}


def test_the_default_service_has_its_own_too(client: Client) -> None:
    sid = client.seen("/Services")["services"][0]["sid"]
    there = client.at(f"/v1/Services/{sid}")
    client.made(PLACE, EVERYTHING)
    assert there.seen(PLACE) == unset(there)


def test_a_service_that_is_not_there_has_none(client: Client) -> None:
    there = service(client)
    there.made(PLACE, EVERYTHING)
    client.delete(there.door.removeprefix("/v1"))
    for gone in (there, client.at("/v1/Services/IS" + "0" * 32)):
        assert_refused(gone.get(PLACE), 404, 20404)
        assert_refused(gone.post(PLACE, EVERYTHING), 404, 20404)
