"""What push services say about trying again, and how it is told."""

import pytest

from partywire.delivery.outgoing import Answer
from partywire.delivery.push.verdicts import retry_after, said

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("Thu, 01 Jan 2026 12:01:00 GMT", 60),
        ("Thu, 01 Jan 2026 12:01:00 -0000", 60),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("²", None),
        ("Mon, 99999999999999999999 Jan 2026 00:00:00 GMT", None),
    ],
)
def test_a_wish_to_be_left_alone_is_read(given: str, seconds: float | None) -> None:
    assert retry_after(Answer(503, (("retry-after", given),), b""), NOON) == seconds


def test_without_a_wish_there_is_none() -> None:
    assert retry_after(Answer(503, (), b""), NOON) is None


def test_what_a_service_says_is_one_line_and_not_long() -> None:
    assert said("Apple", Answer(400, (), b""), "a\nb\x1b[0m") == "Apple answered 400 a b [0m"
    assert said("Apple", Answer(400, (), b""), "") == "Apple answered 400"
    assert len(said("Apple", Answer(400, (), b""), "x" * 999)) < 250
