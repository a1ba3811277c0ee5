"""A webhook of a conversation."""

from typing import get_args

from model.structs import assert_changes_of, assert_row_of
from partywire.model.webhooks import Target, Webhook, WebhookChanges


def test_a_webhook_is_a_row_of_its_table() -> None:
    assert_row_of(Webhook, "conversation_webhooks")


def test_what_may_change_is_of_a_webhook_and_its_target_is_not() -> None:
    assert_changes_of(WebhookChanges, Webhook)
    assert "target" not in WebhookChanges.__struct_fields__


def test_there_are_the_documented_targets() -> None:
    assert get_args(Target) == ("webhook", "trigger", "studio")
