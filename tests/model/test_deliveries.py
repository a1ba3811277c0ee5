"""What is told to webhooks."""

from model.structs import assert_frozen, assert_row_of
from partywire.model.deliveries import (
    Delivery,
    DeliveryAttempt,
    GotResponse,
    Lane,
    RemovedConversation,
    SentRequest,
    Waiting,
)


def test_a_delivery_a_lane_and_an_attempt_are_rows_of_their_tables() -> None:
    assert_row_of(Delivery, "deliveries")
    assert_row_of(Lane, "delivery_lanes")
    assert_row_of(DeliveryAttempt, "delivery_attempts")
    assert_row_of(RemovedConversation, "removed_conversations")


def test_what_is_sent_and_shown_cannot_be_changed() -> None:
    for struct in (Waiting, SentRequest, GotResponse):
        assert_frozen(struct)


def test_what_waits_is_a_delivery_with_a_token() -> None:
    assert set(Waiting.__struct_fields__) - set(Delivery.__struct_fields__) == {"token"}
