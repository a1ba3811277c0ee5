"""Ranges of bytes, against slices of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire.errors import RangeNotSatisfiable
from partywire.wire.http.ranges import asked

numbers = st.integers(0, 30)


def reference(first: int | None, last: int | None, text: bytes) -> bytes:
    """What RFC 9110 says is in the range; empty if it cannot be had."""
    if first is None:
        return text[-last:] if last else b""
    return text[first : None if last is None else last + 1]


@given(st.binary(max_size=20), st.none() | numbers, st.none() | numbers)
def test_a_range_is_the_slice_that_the_rfc_says(
    text: bytes, first: int | None, last: int | None
) -> None:
    header = b"bytes=%b-%b" % tuple(b"" if n is None else b"%d" % n for n in (first, last))
    backward = first is not None and last is not None and first > last
    if backward or (first is None and last is None):
        assert asked(header, len(text)) is None
        return
    wanted = reference(first, last, text)
    if not wanted:
        with pytest.raises(RangeNotSatisfiable):
            asked(header, len(text))
        return
    found = asked(header, len(text))
    assert found is not None
    assert text[found[0] : found[1]] == wanted
    assert 0 <= found[0] < found[1] <= len(text)


@pytest.mark.parametrize(
    "header",
    [
        *(None, b"", b"bytes", b"bytes=", b"bytes=-", b"bytes=a-b", b"lines=0-1"),
        *(b"bytes=0-1,3-4", b"bytes=5-2", b"bytes=0x1-2", b"bytes=-1-2"),
        b"bytes=" + b"9" * 400 + b"-",
    ],
)
def test_whatever_else_is_said_asks_for_everything(header: bytes | None) -> None:
    assert asked(header, 10) is None


@given(st.binary(max_size=30))
def test_no_header_is_too_odd(header: bytes) -> None:
    try:
        found = asked(b"bytes=" + header, 10)
    except RangeNotSatisfiable:
        return
    assert found is None or 0 <= found[0] < found[1] <= 10
