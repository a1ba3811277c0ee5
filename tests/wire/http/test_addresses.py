"""The configurations of addresses: what the API's samples show, and what is refused."""

from typing import Any
from urllib.parse import quote

import pytest

from harness import Client, Server, account, assert_refused
from wire.http.bench import Bench

PLACE = "/Configuration/Addresses"
PHONE = "+37256123457"
FLOW = "FW" + "a" * 32
GOOD = {"Type": "sms", "Address": PHONE}
HOOK = {
    "AutoCreation.Type": "webhook",
    "AutoCreation.WebhookUrl": "https://example.com",
    "AutoCreation.WebhookFilters": ["onParticipantAdded", "onMessageAdded"],
}
STUDIO = {"AutoCreation.Type": "studio", "AutoCreation.StudioFlowSid": FLOW}
SHOWN_HOOK = {
    "enabled": False,
    "type": "webhook",
    "webhook_url": "https://example.com",
    "webhook_method": "POST",
    "webhook_filters": ["onParticipantAdded", "onMessageAdded"],
}
NOTHING = {"enabled": False, "type": "default"}


def service(client: Client) -> str:
    """The SID of a new service."""
    sid: str = client.made("/Services", {"FriendlyName": "other"})["sid"]
    return sid


def test_a_configuration_shows_what_the_sample_shows(client: Client) -> None:
    there = service(client)
    form = {
        **GOOD,
        **HOOK,
        "FriendlyName": "My Test Configuration",
        "AutoCreation.Enabled": "true",
        "AutoCreation.ConversationServiceSid": there,
        "AutoCreation.WebhookMethod": "post",
        "AddressCountry": "CA",
    }
    answer = client.post(PLACE, form)
    assert answer.status_code == 201
    made = answer.json()
    assert client.credentials is not None
    assert made == {
        "account_sid": client.credentials[0],
        "sid": made["sid"],
        "address": PHONE,
        "type": "sms",
        "friendly_name": "My Test Configuration",
        "address_country": "CA",
        "auto_creation": {**SHOWN_HOOK, "enabled": True, "conversation_service_sid": there},
        "date_created": made["date_created"],
        "date_updated": made["date_created"],
        "url": f"{client.url}/v1{PLACE}/{made['sid']}",
    }
    assert client.http.get(made["url"]).json() == made


@pytest.mark.parametrize(("sent", "shown"), [("get", "GET"), ("Post", "POST")])
def test_a_webhook_method_is_taken_in_any_case(client: Client, sent: str, shown: str) -> None:
    made = client.made(PLACE, {**GOOD, **HOOK, "AutoCreation.WebhookMethod": sent})
    assert made["auto_creation"] == {**SHOWN_HOOK, "webhook_method": shown}
    other = {"AutoCreation.WebhookMethod": "POST" if shown == "GET" else "GET"}
    changed = client.made(f"{PLACE}/{made['sid']}", other)
    assert changed["auto_creation"]["webhook_method"] == other["AutoCreation.WebhookMethod"]


def test_a_configuration_has_the_defaults_of_the_email_sample(client: Client) -> None:
    made = client.made(PLACE, {"Address": "example@example.com", "Type": "email"})
    assert (made["friendly_name"], made["address_country"]) == (None, None)
    assert made["auto_creation"] == NOTHING
    enabled = {"AutoCreation.Enabled": "TRUE", "AutoCreation.Type": "Default"}
    made = client.made(PLACE, {"Address": "other@example.com", "Type": "email", **enabled})
    assert made["auto_creation"] == {"enabled": True, "type": "default"}


def test_a_studio_flow_shows_what_the_sample_shows(client: Client) -> None:
    made = client.made(PLACE, {**GOOD, **STUDIO, "AutoCreation.StudioRetryCount": "3"})
    wanted = {"type": "studio", "studio_flow_sid": FLOW, "studio_retry_count": 3}
    assert made["auto_creation"] == {"enabled": False, **wanted}


@pytest.mark.parametrize(
    "kind", ["sms", "whAtsAPP", "messenger", "GBM", "email", "rcs", "apple", "Chat"]
)
def test_a_type_is_taken_in_any_case_and_any_address_with_it(client: Client, kind: str) -> None:
    address = "urn:mbid:AQAAYyUbut6E4B3T9FLv5EbG"
    made = client.made(PLACE, {"Type": kind, "Address": address})
    assert (made["type"], made["address"]) == (kind.lower(), address)


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"Address": PHONE}, "Type is missing"),
        ({"Type": "", "Address": PHONE}, "Type is missing"),
        ({"Type": "sms"}, "Address is missing"),
        ({"Type": "sms", "Address": ""}, "Address is missing"),
        ({"Type": "sms", "Address": "x" * 257}, "256"),
        ({"Type": "fax", "Address": PHONE}, "whatsapp"),
        ({**GOOD, "AddressCountry": "CAN"}, "AddressCountry"),
        ({**GOOD, "AddressCountry": "1A"}, "AddressCountry"),
    ],
)
def test_a_configuration_needs_a_type_and_an_address(
    client: Client, form: dict[str, str], word: str
) -> None:
    answer = client.post(PLACE, form)
    assert_refused(answer, 400, 20001)
    assert word in answer.json()["message"]
    assert client.items(PLACE, "address_configurations") == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"FriendlyName": "x" * 257}, 50003),
        ({"AutoCreation.Enabled": "yes"}, 20001),
        ({"AutoCreation.Type": "webhooks"}, 20001),
        ({"AutoCreation.ConversationServiceSid": "IS" + "0" * 32}, 50050),
        ({"AutoCreation.ConversationServiceSid": "service"}, 50050),
        ({**HOOK, "AutoCreation.WebhookUrl": ""}, 50369),
        ({**HOOK, "AutoCreation.WebhookUrl": "example.com"}, 50054),
        ({**HOOK, "AutoCreation.WebhookUrl": "https://example.com/" + "x" * 493}, 50372),
        ({**HOOK, "AutoCreation.WebhookMethod": "PUT"}, 50055),
        ({**HOOK, "AutoCreation.WebhookFilters": ""}, 50370),
        ({**HOOK, "AutoCreation.WebhookFilters": ["onMessageAdded", "all"]}, 50365),
        ({**STUDIO, "AutoCreation.StudioFlowSid": ""}, 50367),
        ({**STUDIO, "AutoCreation.StudioFlowSid": "FW1"}, 50367),
        ({**STUDIO, "AutoCreation.StudioRetryCount": "-1"}, 20001),
    ],
)
def test_a_bad_value_is_refused(client: Client, form: dict[str, Any], code: int) -> None:
    made = client.made(PLACE, GOOD)
    answer = client.post(PLACE, {"Type": "sms", "Address": "+15550100", **form})
    assert_refused(answer, 400, code)
    assert_refused(client.post(f"{PLACE}/{made['sid']}", form), 400, code)
    assert client.items(PLACE, "address_configurations") == [made]


def test_a_service_of_another_account_is_refused(client: Client, server: Server) -> None:
    with Client(server.url, account()) as stranger:
        foreign = {"AutoCreation.ConversationServiceSid": service(stranger)}
    answer = client.post(PLACE, {**GOOD, **foreign})
    assert_refused(answer, 400, 50050)
    assert "ConversationServiceSid" in answer.json()["message"]


def test_an_address_is_configured_once_in_each_account(client: Client, server: Server) -> None:
    made = client.made(PLACE, GOOD)
    assert_refused(client.post(PLACE, {**GOOD, "Type": "whatsapp"}), 409, 20409)
    with Client(server.url, account()) as stranger:
        theirs = stranger.made(PLACE, GOOD)
        assert_refused(stranger.get(f"{PLACE}/{made['sid']}"), 404, 20404)
        assert stranger.delete(f"{PLACE}/{PHONE}").status_code == 204
    assert theirs["address"] == made["address"]
    assert client.items(PLACE, "address_configurations") == [made]


def test_an_update_honours_each_parameter(client: Client) -> None:
    there = service(client)
    made = client.made(PLACE, {**GOOD, **HOOK, "AutoCreation.ConversationServiceSid": there})
    form = {
        "FriendlyName": "My Test Configuration Updated",
        "AutoCreation.Enabled": "true",
        "AutoCreation.Type": "studio",
        "AutoCreation.StudioFlowSid": FLOW,
        "AutoCreation.StudioRetryCount": "3",
    }
    answer = client.post(f"{PLACE}/{made['sid']}", form)
    assert answer.status_code == 200
    studio = {"studio_flow_sid": FLOW, "studio_retry_count": 3, "conversation_service_sid": there}
    changed = {
        **made,
        "friendly_name": "My Test Configuration Updated",
        "auto_creation": {"enabled": True, "type": "studio", **studio},
        "date_updated": answer.json()["date_updated"],
    }
    assert answer.json() == changed
    back = {
        **HOOK,
        "FriendlyName": "",
        "AutoCreation.Enabled": "False",
        "AutoCreation.ConversationServiceSid": "",
        "AutoCreation.WebhookMethod": "get",
    }
    shown = client.made(f"{PLACE}/{made['sid']}", back)
    assert shown["friendly_name"] is None
    assert shown["auto_creation"] == {**SHOWN_HOOK, "webhook_method": "GET"}
    moved = {"AutoCreation.ConversationServiceSid": there}
    shown = client.made(f"{PLACE}/{made['sid']}", moved)
    assert shown["auto_creation"]["conversation_service_sid"] == there
    assert client.seen(f"{PLACE}/{made['sid']}") == shown


def test_an_update_changes_neither_type_nor_address(client: Client) -> None:
    made = client.made(PLACE, GOOD)
    fixed = {"Type": "email", "Address": "a@b", "AddressCountry": "EE"}
    assert client.made(f"{PLACE}/{made['sid']}", fixed) == made


async def test_a_change_moves_the_date_and_an_empty_one_nothing(bench: Bench) -> None:
    made = await bench.made(PLACE, GOOD)
    bench.clock.advance(60_000)
    assert await bench.made(f"{PLACE}/{made['sid']}") == made
    changed = await bench.made(f"{PLACE}/{made['sid']}", {"AutoCreation.Enabled": "true"})
    assert changed["date_created"] == "2026-01-01T12:00:00Z"
    assert changed["date_updated"] == "2026-01-01T12:01:00Z"


@pytest.mark.parametrize("address", [PHONE, "whatsapp:+1 555", "a@b.example", "urn:ü/ö?%"])
def test_a_path_takes_sid_or_address(client: Client, address: str) -> None:
    made = client.made(PLACE, {"Type": "sms", "Address": address})
    place = f"{PLACE}/{quote(address, safe='+:@')}"
    assert client.seen(place) == made
    assert client.made(place, {"FriendlyName": "ours"})["sid"] == made["sid"]
    assert client.delete(place).status_code == 204
    assert_refused(client.get(f"{PLACE}/{made['sid']}"), 404, 20404)
    assert_refused(client.delete(place), 404, 20404)


@pytest.mark.parametrize("key", ["IG" + "0" * 32, "+15550199", "CH" + "0" * 32])
def test_a_configuration_that_is_not_there_is_not_found(client: Client, key: str) -> None:
    client.made(PLACE, GOOD)
    assert_refused(client.get(f"{PLACE}/{key}"), 404, 20404)
    assert_refused(client.post(f"{PLACE}/{key}", {"FriendlyName": "x"}), 404, 20404)
    assert_refused(client.delete(f"{PLACE}/{key}"), 404, 20404)


def test_configurations_are_listed_in_pages_and_by_type(client: Client) -> None:
    made = [
        client.made(PLACE, {"Type": kind, "Address": f"address {number}"})
        for number, kind in enumerate(["sms", "email", "sms", "whatsapp", "sms"])
    ]
    key = "address_configurations"
    assert client.items(PLACE, key, PageSize=2) == made
    assert client.items(PLACE, key, Type="") == made
    assert client.items(PLACE, key, Type="SMS", PageSize=2) == [made[0], made[2], made[4]]
    assert client.items(PLACE, key, Type="rcs") == []
    page = client.seen(PLACE, Type="sms", PageSize=999)
    assert (page["meta"]["page_size"], page["meta"]["key"]) == (50, key)
    assert page["meta"]["url"].endswith(f"/v1{PLACE}?Type=sms&PageSize=50&Page=0")


def test_a_list_of_an_unknown_type_is_refused(client: Client) -> None:
    answer = client.get(PLACE, Type="fax")
    assert_refused(answer, 400, 20001)
    assert "Type must be one of sms" in answer.json()["message"]


def test_addresses_stand_at_the_account_s_door_only(client: Client) -> None:
    there = client.at(f"/v1/Services/{service(client)}")
    assert_refused(there.get(PLACE), 404, 20404)
    assert_refused(there.post(PLACE, GOOD), 404, 20404)
