"""A delivery receipt."""

from typing import get_args

from model.structs import assert_row_of
from partywire.model.receipts import DeliveryStatus, Receipt


def test_a_receipt_is_a_row_of_its_table() -> None:
    assert_row_of(Receipt, "receipts")


def test_there_are_the_documented_statuses() -> None:
    documented = {"read", "failed", "delivered", "undelivered", "sent"}
    assert set(get_args(DeliveryStatus)) == documented
