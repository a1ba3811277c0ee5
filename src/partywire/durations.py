"""ISO 8601 durations of weeks to seconds; years and months, whose length varies, are none."""

import re
from typing import Final

_LONGEST: Final = 100 * 365 * 86_400_000  # milliseconds
_DURATION: Final = re.compile(
    r"P(?=.)(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(\.\d+)?S)?)?",
    re.ASCII | re.IGNORECASE,
)
_MILLISECONDS: Final = (604_800_000, 86_400_000, 3_600_000, 60_000, 1000)


def milliseconds(text: str) -> int:
    """How long the duration is, to the whole second; what is less than one counts as one.

    Raises:
        ValueError: it is none, or longer than 100 years.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    *parts, fraction = match.groups()
    numbers = (int(part or 0) for part in parts)
    length = sum(number * unit for number, unit in zip(numbers, _MILLISECONDS, strict=True))
    if not length and fraction and fraction.strip(".0"):
        return _MILLISECONDS[-1]
    if length > _LONGEST:
        raise ValueError(text)
    return length


def optional_milliseconds(text: object) -> int | None:
    """The same; None for what is no text, because it was not given or is switched off."""
    return milliseconds(text) if isinstance(text, str) else None
