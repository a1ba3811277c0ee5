"""Configuration: the account's and a service's; what is changed counts from the next request."""

from typing import Any

import pytest

from domain.scenes import elsewhere
from harness import Client, Server, assert_refused
from partywire.domain.call import Call
from partywire.wire.http import configuration
from wire.http.bench import Bench
from wire.http.chat import conversation, join

MESSAGING = "MG" + "a" * 32


def default_of(client: Client) -> str:
    """SID of the account's default service."""
    sid: str = client.seen("/Configuration")["default_chat_service_sid"]
    return sid


def at_service(client: Client) -> Client:
    """The same account at its default service's own door."""
    return client.at(f"/v1/Services/{default_of(client)}")


def test_a_new_account_is_configured_plainly(client: Client) -> None:
    assert client.credentials is not None
    service = client.seen("/Services")["services"][0]["sid"]
    url = f"{client.url}/v1/Configuration"
    assert client.seen("/Configuration") == {
        "account_sid": client.credentials[0],
        "default_chat_service_sid": service,
        "default_messaging_service_sid": "MG" + "0" * 32,
        "default_inactive_timer": None,
        "default_closed_timer": None,
        "url": url,
        "links": {
            "service": f"{client.url}/v1/Services/{service}/Configuration",
            "webhooks": f"{url}/Webhooks",
        },
    }


def test_an_update_of_the_account_honours_each_parameter(client: Client) -> None:
    other = client.made("/Services", {"FriendlyName": "other"})["sid"]
    form = {
        "DefaultChatServiceSid": other,
        "DefaultMessagingServiceSid": MESSAGING,
        "DefaultInactiveTimer": "pt60s",
        "DefaultClosedTimer": "PT10M",
    }
    answer = client.post("/Configuration", form)
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["default_chat_service_sid"] == other
    assert shown["default_messaging_service_sid"] == MESSAGING
    assert (shown["default_inactive_timer"], shown["default_closed_timer"]) == ("pt60s", "PT10M")
    assert shown["links"]["service"] == f"{client.url}/v1/Services/{other}/Configuration"
    blank = dict.fromkeys(("DefaultChatServiceSid", "DefaultMessagingServiceSid"), "")
    for empty in ({}, blank):
        assert client.made("/Configuration", empty) == client.seen("/Configuration") == shown


@pytest.mark.parametrize("off", ["", "PT0S"])
def test_a_default_timer_is_switched_off(client: Client, off: str) -> None:
    on = {"DefaultInactiveTimer": "PT1M", "DefaultClosedTimer": "P1D"}
    client.made("/Configuration", on)
    shown = client.made("/Configuration", {"DefaultInactiveTimer": off})
    assert (shown["default_inactive_timer"], shown["default_closed_timer"]) == (None, "P1D")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DefaultChatServiceSid", "IS" + "0" * 32, 50050),
        ("DefaultChatServiceSid", "other", 50050),
        ("DefaultMessagingServiceSid", "IS" + "0" * 32, 50341),
        ("DefaultInactiveTimer", "soon", 50379),
        ("DefaultInactiveTimer", "PT59S", 50375),
        ("DefaultClosedTimer", "1D", 50380),
        ("DefaultClosedTimer", "PT9M59S", 50376),
    ],
)
def test_an_account_is_not_configured_with_anything(
    client: Client, name: str, value: str, code: int
) -> None:
    before = client.seen("/Configuration")
    assert_refused(client.post("/Configuration", {name: value}), 400, code)
    assert client.seen("/Configuration") == before


def test_the_next_request_is_in_the_new_default_service(server: Server, client: Client) -> None:
    old, new = default_of(client), client.made("/Services", {"FriendlyName": "other"})["sid"]
    client.made("/Users", {"Identity": "ada"})
    with Client(server.url, client.credentials) as second:
        for service, other in ((new, old), (old, new), (new, old)):
            # Both connections have just been let in, into the service before.
            assert second.made("/Conversations")["chat_service_sid"] == other
            client.made("/Configuration", {"DefaultChatServiceSid": service})
            for each in (second, client):
                assert each.made("/Conversations")["chat_service_sid"] == service
        assert_refused(second.get("/Users/ada"), 404, 20404)
        assert second.at(f"/v1/Services/{old}").seen("/Users/ada")["identity"] == "ada"


async def test_a_new_default_service_is_answered_once_nobody_remembers_the_old_one(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = 0

    async def wait() -> None:
        nonlocal waits
        waits += 1

    monkeypatch.setattr(configuration, "until_forgotten", wait)
    there = (await elsewhere(call)).service_sid
    await configuration.update_account(call, {"default_inactive_timer": "PT1M"})
    assert waits == 0
    await configuration.update_account(call, {"default_service_sid": there})
    assert waits == 1
    # Switched back by somebody who was let in before: others may have met the new one since.
    await configuration.update_account(call, {"default_service_sid": call.service_sid})
    assert waits == 2


def test_the_new_default_service_cannot_be_deleted_and_the_old_one_can(client: Client) -> None:
    old, new = default_of(client), client.made("/Services", {"FriendlyName": "other"})["sid"]
    client.made("/Configuration", {"DefaultChatServiceSid": new})
    assert_refused(client.delete(f"/Services/{new}"), 409, 20409)
    assert client.delete(f"/Services/{old}").status_code == 204
    assert_refused(client.post("/Configuration", {"DefaultChatServiceSid": old}), 400, 50050)
    assert client.seen("/Conversations")["conversations"] == []


async def test_default_timers_count_for_new_conversations(bench: Bench) -> None:
    old = await bench.made("/Conversations")
    form = {
        "DefaultInactiveTimer": "PT1M",
        "DefaultClosedTimer": "PT10M",
        "DefaultMessagingServiceSid": MESSAGING,
    }
    await bench.made("/Configuration", form)
    new = await bench.made("/Conversations")
    assert new["timers"] == {
        "date_inactive": "2026-01-01T12:01:00Z",
        "date_closed": "2026-01-01T12:10:00Z",
    }
    assert new["messaging_service_sid"] == MESSAGING
    own = await bench.made("/Conversations", {"Timers.Inactive": "PT5M", "Timers.Closed": "PT0S"})
    assert own["timers"] == {"date_inactive": "2026-01-01T12:05:00Z"}
    assert await bench.seen(f"/Conversations/{old['sid']}") == old


def test_a_new_service_is_configured_with_its_roles(client: Client) -> None:
    roles = {role["friendly_name"]: role["sid"] for role in client.items("/Roles", "roles")}
    service = default_of(client)
    url = f"{client.url}/v1/Services/{service}/Configuration"
    assert at_service(client).seen("/Configuration") == {
        "chat_service_sid": service,
        "default_conversation_creator_role_sid": roles["channel admin"],
        "default_conversation_role_sid": roles["channel user"],
        "default_chat_service_role_sid": roles["service user"],
        "reachability_enabled": False,
        "url": url,
        "links": {"notifications": f"{url}/Notifications", "webhooks": f"{url}/Webhooks"},
    }


def test_default_roles_count_for_newcomers(client: Client) -> None:
    talk, there = conversation(client), at_service(client)
    old = join(client, talk, "ada")
    made = {
        kind: client.made(
            "/Roles", {"FriendlyName": "new", "Type": kind, "Permission": "editOwnMessage"}
        )["sid"]
        for kind in ("conversation", "service")
    }
    form: dict[str, Any] = {
        "DefaultConversationCreatorRoleSid": made["conversation"],
        "DefaultConversationRoleSid": made["conversation"],
        "DefaultChatServiceRoleSid": made["service"],
        "ReachabilityEnabled": "TRUE",
    }
    shown = there.made("/Configuration", form)
    assert shown["default_conversation_creator_role_sid"] == made["conversation"]
    assert shown["reachability_enabled"] is True
    assert there.made("/Configuration") == there.seen("/Configuration") == shown
    assert join(client, talk, "ben")["role_sid"] == made["conversation"]
    assert client.seen("/Users/ben")["role_sid"] == made["service"]
    assert client.seen(f"/Conversations/{talk}/Participants/ada") == old
    swapped = {
        "DefaultConversationCreatorRoleSid": (made["service"], 50106),
        "DefaultConversationRoleSid": (made["service"], 50109),
        "DefaultChatServiceRoleSid": (made["conversation"], 50100),
        "ReachabilityEnabled": ("yes", 20001),
    }
    for name, (value, code) in swapped.items():
        assert_refused(there.post("/Configuration", {name: value}), 400, code)
        if code != 20001:
            assert_refused(there.post("/Configuration", {name: "admin"}), 400, code)
    assert there.seen("/Configuration") == shown


def test_a_missing_service_has_no_configuration(client: Client) -> None:
    path = f"/Services/IS{'0' * 32}/Configuration"
    assert_refused(client.get(path), 404, 20404)
    assert_refused(client.post(path, {"ReachabilityEnabled": "true"}), 404, 20404)
