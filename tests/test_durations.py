"""Durations: what ISO 8601 calls one, as far as its length is fixed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from partywire.durations import milliseconds, optional_milliseconds

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
count = st.none() | st.integers(0, 100)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT0S", 0),
        ("PT1S", SECOND),
        ("PT1M", MINUTE),
        ("PT10M", 10 * MINUTE),
        ("PT90M", 90 * MINUTE),
        ("PT1H30M", HOUR + 30 * MINUTE),
        ("P1D", DAY),
        ("P1DT1S", DAY + SECOND),
        ("P2W", 14 * DAY),
        ("P1W1DT1H1M1S", 8 * DAY + HOUR + MINUTE + SECOND),
        ("pt5m", 5 * MINUTE),
        ("PT007M", 7 * MINUTE),
        ("PT61.9S", 61 * SECOND),
        ("PT0.5S", SECOND),
        ("PT0.0S", 0),
        ("P36500D", 36_500 * DAY),
    ],
)
def test_a_duration_has_a_length(text: str, length: int) -> None:
    assert milliseconds(text) == length


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "1D",
        "T1M",
        "P1M",
        "P1Y",
        "P1H",
        "PT1D",
        "PT1W",
        "PT1S1M",
        "P0.5D",
        "PT1.5M",
        "PT.5S",
        "PT1.S",
        "-PT1M",
        "PT-1M",
        "+PT1M",
        " PT1M",
        "PT1M ",
        "PT1M\n",
        "PT1M PT1M",
        "PT\u0661M",
        "P36501D",
        "PT3153600001S",
        "PT" + "9" * 10 + "S",
        "60",
        "soon",
    ],
)
def test_what_is_no_duration_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        milliseconds(text)


@given(count, count, count, count, count)
def test_a_duration_is_as_long_as_its_parts(
    weeks: int | None, days: int | None, hours: int | None, minutes: int | None, seconds: int | None
) -> None:
    parts = [(weeks, "W", 7 * DAY), (days, "D", DAY)]
    times = [(hours, "H", HOUR), (minutes, "M", MINUTE), (seconds, "S", SECOND)]
    date = "".join(f"{number}{unit}" for number, unit, _ in parts if number is not None)
    time = "".join(f"{number}{unit}" for number, unit, _ in times if number is not None)
    text = f"P{date}{'T' if time else ''}{time}"
    if text == "P":
        with pytest.raises(ValueError, match="P"):
            milliseconds(text)
    else:
        assert milliseconds(text) == sum((number or 0) * unit for number, _, unit in parts + times)


@given(st.text("PTWDHMS0123456789.-", max_size=12) | st.text(max_size=12))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    try:
        assert milliseconds(text) >= 0
    except ValueError:
        return
    assert text[0] in "Pp"


def test_what_is_no_text_has_no_length() -> None:
    assert optional_milliseconds("PT1M") == MINUTE
    assert optional_milliseconds(None) is None
    assert optional_milliseconds(UNSET) is None
