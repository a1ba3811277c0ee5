"""What an engine says of its time."""

import pytest

from partywire.storage.timings import Timings


def test_reads_and_transactions_are_added_up_apart() -> None:
    timings = Timings()
    timings.read(0.5)
    timings.read(0.25)
    timings.transaction(2.0)
    assert (timings.reads, timings.transactions) == (2, 1)
    assert (timings.read_seconds, timings.transaction_seconds) == pytest.approx((0.75, 2.0))
