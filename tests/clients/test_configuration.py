"""Configuration, in the words of the official libraries."""

from typing import Any

import pytest

from clients.runs import Tour, is_date, refusal, why


@pytest.fixture
def account(tour: Tour) -> Any:
    return tour.saw("configuring_the_account", "account")


@pytest.fixture
def service(tour: Tour) -> Any:
    return tour.saw("configuring_a_service", "account")


def test_an_account_starts_with_its_default_service_and_no_timers(account: Any) -> None:
    before = account["before"]
    assert before["default_chat_service_sid"] not in {None, account["shop"]}
    assert before["default_messaging_service_sid"].startswith("MG")
    assert before["default_inactive_timer"] is None
    assert before["default_closed_timer"] is None


def test_new_conversations_take_the_accounts_defaults(account: Any) -> None:
    updated, made = account["updated"], account["conversation"]
    assert updated["default_chat_service_sid"] == account["shop"]
    assert (updated["default_inactive_timer"], updated["default_closed_timer"]) == ("PT1M", "PT10M")
    assert account["read_back"] == updated
    assert made["chat_service_sid"] == account["shop"]
    assert set(made["timers"]) == {"date_inactive", "date_closed"}


def test_the_accounts_webhooks_are_kept(account: Any) -> None:
    before, updated = account["webhooks"], account["webhooks_updated"]
    assert (before["target"], before["pre_webhook_url"]) == ("webhook", None)
    assert updated["method"] == "GET"
    assert updated["filters"] == ["onMessageAdded", "onMessageAdd"]
    assert updated["pre_webhook_url"] == "https://example.com/pre"
    assert updated["post_webhook_url"] == "https://example.com/post"
    assert account["webhooks_read_back"] == updated


def test_newcomers_of_a_service_take_its_defaults(service: Any) -> None:
    before, updated, user = service["before"], service["updated"], service["user"]
    assert before["reachability_enabled"] is False
    assert updated["reachability_enabled"] is True
    assert updated["default_chat_service_role_sid"] == service["role"] == user["role_sid"]
    assert service["read_back"] == updated
    assert (user["is_online"], user["is_notifiable"]) == (False, False)


def test_a_services_webhooks_are_unset_until_they_are_set(service: Any) -> None:
    before, updated = service["webhooks"], service["webhooks_updated"]
    for name in ("pre_webhook_url", "post_webhook_url", "filters", "method"):
        assert before[name] is None
    assert (updated["method"], updated["filters"]) == ("POST", ["onMessageAdded"])
    assert service["webhooks_read_back"] == updated


def test_a_services_notifications_are_off_until_they_are_switched_on(service: Any) -> None:
    before, updated = service["notifications"], service["notifications_updated"]
    assert before["added_to_conversation"] == {"enabled": False}
    assert before["log_enabled"] is False
    assert updated["log_enabled"] is True
    assert updated["new_message"]["enabled"] is True
    assert updated["new_message"]["template"] == "${PARTICIPANT}: ${MESSAGE}"
    assert updated["new_message"]["badge_count_enabled"] is True
    assert service["notifications_read_back"] == updated


def test_without_a_device_there_are_no_bindings(service: Any) -> None:
    assert service["bindings"] == []
    assert why(service["binding"]) == why(service["unbound"]) == refusal(404, 20404)


def test_an_address_is_configured_by_sid_or_by_itself(tour: Tour) -> None:
    saw = tour.saw("keeping_addresses", "account")
    made = saw["made"]
    assert (made["type"], made["address"]) == ("sms", "+15550100")
    assert made["auto_creation"]["webhook_method"] == "POST"
    assert made["auto_creation"]["webhook_filters"] == ["onMessageAdded"]
    assert is_date(made["date_created"])
    assert saw["by_sid"] == saw["by_address"] == made
    assert saw["updated"]["friendly_name"] == "Shop"
    assert saw["updated"]["auto_creation"]["enabled"] is False
    assert saw["read_back"] == saw["updated"]
    assert (saw["listed"], saw["all"]) == (["whatsapp:+15550100"], 2)
    assert saw["answer"] is True
    assert why(saw["fetch"]) == refusal(404, 20404)


def test_a_credential_is_kept_without_its_secrets(tour: Tour) -> None:
    saw = tour.saw("keeping_credentials", "account")
    made = saw["made"]
    assert (made["type"], made["friendly_name"], made["sandbox"]) == ("apn", "phones", "True")
    assert not {"certificate", "private_key", "secret", "api_key"} & set(made)
    assert saw["fetched"] == made
    assert saw["updated"]["friendly_name"] == "iPhones"
    assert saw["read_back"] == saw["updated"]
    assert saw["listed"] == ["apn", "fcm"]
    assert saw["answer"] is True
    assert why(saw["fetch"]) == refusal(404, 20404)
