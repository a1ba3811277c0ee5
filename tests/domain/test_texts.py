"""Bounds on texts that clients store."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from partywire import errors
from partywire.domain.texts import check_attributes, check_length

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"))
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@pytest.mark.parametrize("text", [None, UNSET, "", "12345"])
def test_a_text_within_the_bound_passes(text: object) -> None:
    check_length(text, 5, errors.FriendlyNameTooLong)


def test_a_text_beyond_the_bound_is_refused() -> None:
    with pytest.raises(errors.UniqueNameTooLong):
        check_length("123456", 5, errors.UniqueNameTooLong)


def test_length_is_counted_in_characters() -> None:
    check_length("😀" * 5, 5, errors.FriendlyNameTooLong)


@settings(deadline=None)
@given(values, st.booleans())
def test_whatever_is_json_passes_as_attributes(value: object, escaped: bool) -> None:
    check_attributes(json.dumps(value, ensure_ascii=escaped), 1 << 30)


# What libraries write although not every reader can hold it: JavaScript and Python both cut
# an emoji in half without complaint, and escape what is left.
@pytest.mark.parametrize("text", ["1e999", "[-1e999]", "9" * 400, r'"\ud83d"', r'{"a": "\ude00"}'])
def test_json_that_is_hard_to_hold_is_json_all_the_same(text: str) -> None:
    check_attributes(text, 1000)


@pytest.mark.parametrize("text", [None, UNSET])
def test_attributes_that_are_not_given_pass(text: object) -> None:
    check_attributes(text, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        "{} {}",
        "{'a': 1}",
        "NaN",
        "Infinity",
        "[1,]",
        "{a: 1}",
        "01",
        "1.",
        ".5",
        "1e+",
        "+1",
        '"\t"',
        "\ufeff{}",
        "tru",
    ],
)
def test_what_is_not_json_is_refused_as_attributes(text: str) -> None:
    with pytest.raises(errors.AttributesNotJson):
        check_attributes(text, 1000)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_endless_nesting_is_refused_like_any_other_nonsense(opening: str) -> None:
    with pytest.raises(errors.AttributesNotJson):
        check_attributes(opening * 2000, 16 * 1024)


def test_attributes_are_measured_in_bytes() -> None:
    check_attributes('"ééé"', 8)
    with pytest.raises(errors.AttributesTooLong, match="longer than 8 bytes"):
        check_attributes('"éééé"', 8)


def test_attributes_that_are_too_long_are_not_even_read() -> None:
    with pytest.raises(errors.AttributesTooLong):
        check_attributes("{" * 100, 10)
