"""Dates as the wire writes them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire.wire.http.times import date, optional_date

LEAST = -62_135_596_800_000  # 0001-01-01T00:00:00Z
GREATEST = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (999, "1970-01-01T00:00:00Z"),
        (1000, "1970-01-01T00:00:01Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (1_767_268_800_000, "2026-01-01T12:00:00Z"),
        (1_709_164_800_000, "2024-02-29T00:00:00Z"),
        (LEAST, "0001-01-01T00:00:00Z"),
        (GREATEST, "9999-12-31T23:59:59Z"),
    ],
)
def test_a_moment_is_shown_in_whole_seconds_of_utc(milliseconds: int, shown: str) -> None:
    assert date(milliseconds) == shown
    assert optional_date(milliseconds) == shown


def test_no_moment_is_null() -> None:
    assert optional_date(None) is None


@given(st.integers(LEAST, GREATEST))
def test_every_moment_can_be_read_back(milliseconds: int) -> None:
    shown = date(milliseconds)
    assert len(shown) == 20
    read = datetime.strptime(shown, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert (read - epoch).total_seconds() == milliseconds // 1000
