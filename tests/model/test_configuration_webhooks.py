"""The webhooks of an account and of a service."""

from typing import get_args

from model.structs import assert_changes_of, assert_row_of
from partywire.model.configuration_webhooks import (
    AccountTarget,
    AccountWebhooks,
    AccountWebhooksChanges,
    ServiceWebhooks,
    ServiceWebhooksChanges,
)


def test_an_account_s_webhooks_are_a_row_of_their_table() -> None:
    assert_row_of(AccountWebhooks, "account_webhooks")


def test_a_service_s_webhooks_are_a_row_of_their_table() -> None:
    assert_row_of(ServiceWebhooks, "service_webhooks")


def test_what_may_change_is_theirs() -> None:
    assert_changes_of(AccountWebhooksChanges, AccountWebhooks)
    assert_changes_of(ServiceWebhooksChanges, ServiceWebhooks)


def test_only_an_account_s_have_a_target() -> None:
    assert get_args(AccountTarget) == ("webhook", "flex")
    assert "target" not in ServiceWebhooksChanges.__struct_fields__
