"""Who is told of an event, and who is not."""

from typing import Any

import pytest
from msgspec.structs import replace

from partywire.delivery.webhooks.recipients import (
    Recipient,
    of_account,
    of_conversation,
    of_service,
)
from partywire.model.configuration_webhooks import AccountWebhooks, ServiceWebhooks
from storage import rows

URL = "https://example.com/hook"
OF_ACCOUNT = AccountWebhooks(rows.ACCOUNT, None, URL, '["onMessageAdded"]', "GET", "webhook")
OF_SERVICE = ServiceWebhooks(rows.SERVICE, None, URL, '["onMessageAdded"]', None)


def test_an_account_and_a_service_are_told_what_they_name() -> None:
    assert of_account(OF_ACCOUNT, "onMessageAdded") == Recipient(rows.ACCOUNT, "GET", URL)
    assert of_service(OF_SERVICE, "onMessageAdded") == Recipient(rows.SERVICE, "POST", URL)


@pytest.mark.parametrize(
    "changes",
    [
        {"filters": None},
        {"filters": "[]"},
        {"filters": '["onMessageAdd","onMessageUpdated"]'},
        {"post_webhook_url": None},
    ],
)
def test_what_is_not_named_is_not_told(changes: dict[str, Any]) -> None:
    assert of_account(replace(OF_ACCOUNT, **changes), "onMessageAdded") is None
    assert of_service(replace(OF_SERVICE, **changes), "onMessageAdded") is None


def test_nothing_that_was_set_nor_flex_is_called() -> None:
    assert of_account(None, "onMessageAdded") is None
    assert of_service(None, "onMessageAdded") is None
    assert of_account(replace(OF_ACCOUNT, target="flex"), "onMessageAdded") is None


def test_a_conversations_webhook_is_told_what_its_filters_name() -> None:
    webhook = rows.webhook(1, url=URL, filters='["onParticipantAdded"]')
    assert of_conversation(webhook, "onParticipantAdded", None) == Recipient(
        webhook.sid, "POST", URL
    )
    assert of_conversation(webhook, "onMessageAdded", rows.message()) is None
    assert of_conversation(replace(webhook, filters=None), "onParticipantAdded", None) is None


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ("I need HELP", True),
        ("helpful", True),
        ("STRASSE 5", True),
        ("nothing", False),
        ("", False),
        (None, False),
    ],
)
def test_a_trigger_is_told_of_messages_that_hold_a_keyword(body: str | None, is_told: bool) -> None:
    webhook = rows.webhook(
        1, target="trigger", url=URL, method="get", filters=None, triggers='["Help","straße"]'
    )
    found = of_conversation(webhook, "onMessageAdded", rows.message(body=body))
    assert found == (Recipient(webhook.sid, "GET", URL) if is_told else None)
    assert of_conversation(webhook, "onMessageUpdated", None) is None


def test_a_studio_flow_is_not_called() -> None:
    webhook = rows.webhook(1, target="studio", url=None, flow_sid="FW")
    assert of_conversation(webhook, "onMessageAdded", rows.message()) is None
