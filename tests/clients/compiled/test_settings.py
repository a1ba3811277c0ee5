"""What is set up once: services, roles, webhooks, configuration, credentials, addresses."""

import pytest

from clients.compiled.stage import GONE, Door, each, is_gone, is_new, shows
from clients.runs import refusal, why

DEFAULT_ROLES = ["channel admin", "channel user", "service admin", "service user"]


def test_a_service_is_kept_found_and_deleted(account: Door) -> None:
    saw = account.saw("keeping_services")
    made = saw["made"]
    shows(made, friendly_name="Café", url=f"{account.base}/v1/Services/{made['sid']}")
    assert {link.removeprefix(made["url"] + "/") for link in made["links"].values()} == {
        "Bindings",
        "Configuration",
        "ConversationWithParticipants",
        "Conversations",
        "ParticipantConversations",
        "Roles",
        "Users",
    }
    assert is_new(made)
    assert saw["fetched"] == made
    assert is_gone(saw)


def test_services_come_in_pages(account: Door) -> None:
    saw = account.saw("keeping_services")
    names = each("friendly_name", saw["listed"])
    assert {"Café", "Shop 0", "Shop 1", "Shop 2", "Shop 3"} < set(names)  # and the default one
    assert len(set(each("sid", saw["listed"]))) == len(names)
    left = [one for one in saw["listed"] if one["sid"] != saw["made"]["sid"]]
    assert saw["left"] == left
    assert account.pages("keeping_services", "/v1/Services") == (len(names) + 1) // 2 + 1


def test_a_new_service_has_its_four_roles(stage: Door) -> None:
    saw = stage.saw("keeping_roles")
    assert sorted(each("friendly_name", saw["defaults"])) == DEFAULT_ROLES
    assert sorted(each("type", saw["defaults"])) == ["conversation"] * 2 + ["service"] * 2
    assert all(each("permissions", saw["defaults"]))


def test_a_role_is_kept_changed_and_deleted(stage: Door) -> None:
    saw = stage.saw("keeping_roles")
    made = saw["made"]
    shows(made, friendly_name="Modérateur", type="conversation")
    shows(made, permissions=["sendMessage", "leaveConversation"])
    assert made["url"] == f"{stage.root(made['chat_service_sid'])}/Roles/{made['sid']}"
    assert is_new(made)
    assert saw["fetched"] == made
    shows(saw["updated"], permissions=["sendMessage", "editOwnMessage", "deleteOwnMessage"])
    assert saw["read_back"] == saw["updated"]
    assert why(saw["unheard_of"]) == refusal(400, 50104)
    assert is_gone(saw)


def test_roles_come_in_pages(stage: Door) -> None:
    saw = stage.saw("keeping_roles")
    assert sorted(each("sid", saw["listed"])) == sorted(
        [*each("sid", saw["defaults"]), saw["made"]["sid"]]
    )
    assert saw["left"] == saw["defaults"]
    assert stage.pages("keeping_roles", "/Roles") == 1 + 3 + 1


def test_scoped_webhooks_of_each_kind_are_kept(stage: Door) -> None:
    saw = stage.saw("keeping_webhooks")
    hook, trigger, studio = saw["webhook"], saw["trigger"], saw["studio"]
    assert each("target", [hook, trigger, studio]) == ["webhook", "trigger", "studio"]
    shows(hook["configuration"], url="https://example.com/hook?a=1&b=é", method="post")
    shows(hook["configuration"], filters=["onMessageAdded", "onParticipantAdded"])
    shows(trigger["configuration"], url="https://example.com/trigger", method="get")
    shows(trigger["configuration"], triggers=["help", "café"])
    assert studio["configuration"] == {"flow_sid": "FW" + "0" * 32}
    assert is_new(hook)
    assert saw["fetched"] == hook
    assert saw["no_url"]["status"] == 400


def test_a_scoped_webhook_is_changed_and_deleted(stage: Door) -> None:
    saw = stage.saw("keeping_webhooks")
    shows(saw["updated"]["configuration"], url="https://example.com/other", method="get")
    shows(saw["updated"]["configuration"], filters=["onMessageRemoved"])
    assert saw["read_back"] == saw["updated"]
    assert saw["listed"] == [saw["updated"], saw["trigger"], saw["studio"]]
    assert stage.pages("keeping_webhooks", "/Webhooks") == 3 + 1
    assert is_gone(saw)
    assert saw["left"] == saw["listed"][1:]


def test_the_accounts_configuration_is_kept_and_takes_effect(account: Door) -> None:
    saw = account.saw("configuring")
    sid = saw["service"]["sid"]
    shows(saw["first"], default_inactive_timer=None, default_closed_timer=None)
    assert saw["first"]["default_chat_service_sid"] != sid
    shows(saw["updated"], default_chat_service_sid=sid)
    shows(saw["updated"], default_messaging_service_sid="MG" + "0" * 32)
    shows(saw["updated"], default_inactive_timer="PT10M", default_closed_timer="P1D")
    assert saw["read_back"] == saw["updated"]
    shows(saw["next"], chat_service_sid=sid, sid=saw["at_the_service"])
    assert set(saw["next"]["timers"]) == {"date_inactive", "date_closed"}


def test_a_services_configuration_is_kept_and_takes_effect(service: Door) -> None:
    saw = service.saw("configuring")
    creator, member, user = each("sid", saw["roles"])
    shows(saw["first"], reachability_enabled=False)
    shows(saw["updated"], default_conversation_creator_role_sid=creator)
    shows(saw["updated"], default_conversation_role_sid=member)
    shows(saw["updated"], default_chat_service_role_sid=user, reachability_enabled=True)
    assert saw["read_back"] == saw["updated"]
    assert (saw["participants_role"], saw["users_role"]) == (member, user)


def test_webhooks_are_configured(stage: Door) -> None:
    saw = stage.saw("configuring_webhooks")
    shows(saw["first"], pre_webhook_url=None, post_webhook_url=None)
    shows(saw["updated"], filters=["onMessageAdd", "onMessageAdded"], method="GET")
    shows(saw["updated"], pre_webhook_url="https://example.com/pre?x=é")
    shows(saw["updated"], post_webhook_url="https://example.com/post")
    assert saw["read_back"] == saw["updated"]
    assert saw["updated"]["url"].endswith("/Configuration/Webhooks")


def test_the_accounts_webhooks_have_a_target(account: Door) -> None:
    saw = account.saw("configuring_webhooks")
    assert each("target", [saw["first"], saw["updated"]]) == ["webhook", "webhook"]


def test_notifications_are_configured(service: Door) -> None:
    saw = service.saw("configuring_notifications")
    blocks = ("new_message", "added_to_conversation", "removed_from_conversation")
    assert [saw["first"][block]["enabled"] for block in blocks] == [False] * 3
    shows(saw["first"], log_enabled=False)
    shows(
        saw["updated"],
        log_enabled=True,
        new_message={
            "enabled": True,
            "template": "${PARTICIPANT} écrit",
            "sound": "ding",
            "badge_count_enabled": True,
            "with_media": {"enabled": True, "template": "${MEDIA_COUNT} files"},
        },
        added_to_conversation={"enabled": True, "template": "in", "sound": "dong"},
        removed_from_conversation={"enabled": True, "template": "out", "sound": "thud"},
    )
    assert saw["read_back"] == saw["updated"]


def test_bindings_are_listed_and_none_is_found(service: Door) -> None:
    saw = service.saw("looking_for_bindings")
    assert saw["listed"] == saw["filtered"] == []
    assert why(saw["fetch"]) == why(saw["delete"]) == GONE
    [filtered] = [one for one in service.asked("looking_for_bindings") if "BindingType" in str(one)]
    assert [value for name, value in filtered.query if name == "BindingType"] == ["apn", "fcm"]
    assert [value for name, value in filtered.query if name == "Identity"] == ["ann", "bob"]


def test_a_credential_is_kept_without_its_secrets(account: Door) -> None:
    saw = account.saw("keeping_credentials")
    shows(saw["apn"], type="apn", friendly_name="Äpfel", sandbox="True")
    shows(saw["gcm"], type="gcm", friendly_name=None)
    shows(saw["fcm"], type="fcm", friendly_name=None)
    assert is_new(saw["apn"])
    assert saw["apn"]["url"] == f"{account.base}/v1/Credentials/{saw['apn']['sid']}"
    assert saw["fetched"] == saw["apn"]


def test_a_credential_is_changed_listed_and_deleted(account: Door) -> None:
    saw = account.saw("keeping_credentials")
    shows(saw["updated"], friendly_name="Apples", sandbox="False", type="apn")
    assert saw["read_back"] == saw["updated"]
    assert saw["listed"] == [saw["updated"], saw["gcm"], saw["fcm"]]
    assert account.pages("keeping_credentials", "/Credentials") == 3 + 1
    assert is_gone(saw)
    assert saw["left"] == saw["listed"][1:]


@pytest.mark.parametrize("how", ["by_sid", "by_address"])
def test_an_address_configuration_is_kept_as_it_was_made(account: Door, how: str) -> None:
    saw = account.saw("keeping_addresses")
    made = saw["made"]
    shows(made, type="sms", address="+15550300001", friendly_name="Büro", address_country="US")
    shows(
        made["auto_creation"],
        enabled=True,
        type="webhook",
        conversation_service_sid=saw["service"]["sid"],
        webhook_url="https://example.com/new",
        webhook_filters=["onMessageAdded", "onConversationUpdated"],
    )
    assert made["auto_creation"]["webhook_method"].lower() == "post"
    assert is_new(made)
    assert saw[how] == made


def test_an_address_configuration_is_changed_listed_and_deleted(account: Door) -> None:
    saw = account.saw("keeping_addresses")
    shows(saw["updated"], friendly_name="Office", address="+15550300001")
    shows(saw["updated"]["auto_creation"], enabled=False, webhook_url="https://example.com/new")
    assert saw["updated"]["auto_creation"]["webhook_method"].lower() == "get"
    assert saw["read_back"] == saw["updated"]
    shows(saw["studio"], type="whatsapp", address="whatsapp:+15550300002")
    shows(saw["studio"]["auto_creation"], type="studio", studio_retry_count=3)
    assert saw["listed"] == [saw["updated"], saw["studio"]]
    assert saw["filtered"] == saw["left"] == [saw["studio"]]
    assert account.pages("keeping_addresses", "/Addresses") == 2 + 1 + 1
    assert is_gone(saw)
