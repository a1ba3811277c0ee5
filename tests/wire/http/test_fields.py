"""Readers of single form values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire.errors import ApiError, BadRequest
from partywire.wire.http import fields
from partywire.wire.http.fields import OMITTED, Read


class Wrong(BadRequest):
    """Wrong"""


class Blank(BadRequest):
    """Blank"""


NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z
SID = "RL" + "0aF" * 10 + "00"


@pytest.mark.parametrize(
    ("read", "value", "wanted"),
    [
        (fields.text, "", ""),
        (fields.text, " a ", " a "),
        (fields.kept_if_blank, "", OMITTED),
        (fields.kept_if_blank, " ", " "),
        (fields.cleared_if_blank, "", None),
        (fields.cleared_if_blank, "null", "null"),
        (fields.attributes, "", "{}"),
        (fields.attributes, "not looked at", "not looked at"),
        (fields.sid("RL", Wrong), SID, SID),
        (fields.sid("RL", Wrong), "", OMITTED),
        (fields.choice("asc", "desc", error=Wrong), "DESC", "desc"),
        (fields.index(Wrong), "0", 0),
        (fields.index(Wrong), "007", 7),
        (fields.index(Wrong), str(2**63 - 1), 2**63 - 1),
        (fields.index(Wrong), "", None),
        (fields.index(Wrong), "Null", None),
        (fields.instant(Wrong), "2026-01-01T12:00:00Z", NOON),
        (fields.instant(Wrong), "2026-01-01T13:30:00.5+01:30", NOON + 500),
        (fields.instant(Wrong), " 2026-01-01 12:00:00 ", NOON),
        (fields.instant(Wrong), "", OMITTED),
        (fields.instant(Wrong), "1970-01-01T00:00:00Z", 0),
        (fields.instant(Wrong), "1969-12-31T23:59:59Z", -1000),
        (fields.last_instant(Wrong, "EndDate"), "2026-01-01T12:00:00Z", NOON + 999),
        (fields.last_instant(Wrong, "EndDate"), "2026-01-01T12:00:00.5Z", NOON + 999),
        (fields.last_instant(Wrong, "EndDate"), "1969-12-31T23:59:59Z", -1),
        (fields.last_instant(Wrong, "EndDate"), "", OMITTED),
        (fields.timer(Wrong), "", None),
        (fields.timer(Wrong), "PT0S", None),
        (fields.timer(Wrong), "P0D", None),
        (fields.timer(Wrong), "P1W2DT3H4M5S", 788_645_000),
        (fields.timer(Wrong), "PT90.5S", 90_000),
        (fields.page_size(50), "1", 1),
        (fields.page_size(50), "50", 50),
        (fields.page_size(50), "51", 50),
        (fields.page_number, "0", 0),
        (fields.page_number, "12", 12),
    ],
)
def test_what_is_well_formed_becomes_a_value(read: Read, value: str, wanted: Any) -> None:
    found = read(value)
    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(
    ("read", "value", "error"),
    [
        (fields.sid("RL", Wrong), SID[:-1], Wrong),
        (fields.sid("RL", Wrong), "US" + SID[2:], Wrong),
        (fields.sid("RL", Wrong), SID[:-1] + "g", Wrong),
        (fields.sid("RL", Wrong), SID[:-1] + "\u0661", Wrong),
        (fields.choice("asc", error=Wrong), "", Wrong),
        (fields.choice("asc", error=Wrong, blank=Blank), "", Blank),
        (fields.choice("asc", error=Wrong, blank=Blank), "up", Wrong),
        (fields.index(Wrong), "-1", Wrong),
        (fields.index(Wrong), str(2**63), Wrong),
        (fields.index(Wrong), "1 ", Wrong),
        (fields.instant(Wrong), "noon", Wrong),
        (fields.instant(Wrong), "2026-01-01T25:00:00Z", Wrong),
        (fields.instant(Wrong), "0001-01-01T00:00:00+01:00", Wrong),
        (fields.timer(Wrong), "PT", Wrong),
        (fields.timer(Wrong), "P1M", Wrong),
        (fields.timer(Wrong), "PT1M\n", Wrong),
        (fields.timer(Wrong), "P999999999D", Wrong),
        (fields.page_size(50), "0", BadRequest),
        (fields.page_size(50), "+1", BadRequest),
        (fields.page_number, "-1", BadRequest),
        (fields.page_number, "", BadRequest),
    ],
)
def test_what_is_malformed_is_the_fields_own_error(
    read: Read, value: str, error: type[ApiError]
) -> None:
    with pytest.raises(ApiError) as caught:
        read(value)
    assert type(caught.value) is error


def test_a_date_says_which_parameter_it_is_where_the_error_does_not() -> None:
    with pytest.raises(BadRequest, match=r"^StartDate is not an ISO 8601 date and time$"):
        fields.instant(BadRequest, "StartDate")("x")
    with pytest.raises(Wrong, match=r"^Wrong$"):
        fields.instant(Wrong)("x")


READERS: list[Read] = [
    fields.text,
    fields.kept_if_blank,
    fields.cleared_if_blank,
    fields.attributes,
    fields.choice("asc", "desc", error=Wrong),
    fields.sid("RL", Wrong),
    fields.instant(Wrong),
    fields.last_instant(Wrong, "EndDate"),
    fields.index(Wrong),
    fields.timer(Wrong),
    fields.page_size(100),
    fields.page_number,
]


@given(st.text() | st.from_regex(r"[-+P0-9TZ:.MDHS]{0,30}", fullmatch=True))
def test_no_text_breaks_a_reader(value: str) -> None:
    for read in READERS:
        try:
            read(value)
        except BadRequest:
            continue


@given(st.datetimes())
def test_each_moment_is_read_to_the_second_it_shows(moment: Any) -> None:
    read = fields.instant(Wrong)(moment.isoformat() + "Z")
    assert isinstance(read, int)
    whole = fields.instant(Wrong)(moment.replace(microsecond=0).isoformat() + "Z")
    assert whole <= read < whole + 1000
