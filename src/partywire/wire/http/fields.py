"""Readers of single form values: text in, typed value out, or the field's own error.

A value that is ``OMITTED`` counts as not sent at all. The first line of a reader's docstring says
what it takes: the reference shows it.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from partywire import durations, sids
from partywire.errors import ApiError, BadRequest

Read = Callable[[str], Any]

OMITTED: Final = object()

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_GREATEST_INTEGER: Final = 2**63 - 1
_TIMER: Final = "An ISO 8601 duration of weeks to seconds; PT0S, or blank, switches it off."
_INTEGER: Final = re.compile(r"\d{1,19}", re.ASCII)


def _says(read: Read, line: str) -> Read:
    read.__doc__ = line
    return read


class Each:
    """Reads every value of a repeated parameter; a single blank one is an empty list.

    Args:
        read: reads one of them.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self.__doc__ = f"Repeated, each: {read.__doc__}"

    def all(self, values: list[str]) -> list[Any]:
        """The values."""
        return [] if values == [""] else [self._read(value) for value in values]


def text(value: str) -> str:
    """A text, kept as it is."""
    return value


def kept_if_blank(value: str) -> object:
    """A text; a blank one counts as not sent.

    A blank ``FriendlyName`` does not clear the name: seen on the wire (decisions/0009).
    """
    return value or OMITTED


def cleared_if_blank(value: str) -> str | None:
    """A text; a blank one clears the field."""
    return value or None


def removable(value: str) -> object:
    """A text; the word null takes the value away, a blank one counts as not sent."""
    return None if value.lower() == "null" else value or OMITTED


def attributes(value: str) -> str:
    """JSON text as it was sent; a blank one means none, which is ``{}``."""
    return value or "{}"


def choice(*values: str, error: type[ApiError], blank: type[ApiError] | None = None) -> Read:
    """One of a few words, in any case: the samples of the API mix cases."""

    def read(value: str) -> str:
        word = value.lower()
        if word in values:
            return word
        raise (blank or error) if not value else error

    return _says(read, f"One of {', '.join(values)}, in any case.")


def sid(prefix: str, error: type[ApiError]) -> Read:
    """A SID of this kind; a blank one counts as not sent."""

    def read(value: str) -> object:
        if value and not sids.is_sid(value, prefix):
            raise error
        return value or OMITTED

    return _says(
        read, f"A SID: {prefix} and 32 hexadecimal digits; a blank one counts as not sent."
    )


def instant(error: type[ApiError], what: str | None = None) -> Read:
    """An ISO 8601 date and time, as milliseconds; without a zone it is UTC.

    Fractions and offsets are taken, as the Go library sends them. A blank one counts as not sent.
    """

    def read(value: str) -> object:
        if not value:
            return OMITTED
        try:
            moment = datetime.fromisoformat(value.strip())
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            return (moment.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)
        except (ValueError, OverflowError):
            raise error(f"{what} is not an ISO 8601 date and time" if what else None) from None

    return _says(read, "An ISO 8601 date and time; without a zone it is UTC.")


def last_instant(error: type[ApiError], what: str) -> Read:
    """Like ``instant``, to the end of its second: the wire writes dates in whole seconds."""
    read = instant(error, what)

    def read_last(value: str) -> object:
        moment = read(value)
        return moment if moment is OMITTED else moment // 1000 * 1000 + 999

    return _says(read_last, "An ISO 8601 date and time, to the end of its second.")


def index(error: type[ApiError]) -> Read:
    """A message index; blank, or the word ``null``, is null."""

    def read(value: str) -> int | None:
        if value.lower() in {"", "null"}:
            return None
        if _INTEGER.fullmatch(value) is None or int(value) > _GREATEST_INTEGER:
            raise error
        return int(value)

    return _says(read, "A whole number of 0 or more; blank, or the word null, is null.")


def timer(error: type[ApiError]) -> Read:
    """An ISO 8601 duration as milliseconds; ``PT0S``, or blank, switches the timer off."""

    def read(value: str) -> int | None:
        try:
            return durations.milliseconds(value) or None if value else None
        except ValueError:
            raise error from None

    return _says(read, _TIMER)


def timer_text(error: type[ApiError]) -> Read:
    """The same, kept as it was written."""
    read = timer(error)

    def read_text(value: str) -> str | None:
        return None if read(value) is None else value

    return _says(read_text, _TIMER)


def whole(what: str) -> Read:
    """A whole number of 0 or more."""

    def read(value: str) -> object:
        if not value:
            return OMITTED
        if _INTEGER.fullmatch(value) is None or int(value) > _GREATEST_INTEGER:
            raise BadRequest(f"{what} must be a whole number of 0 or more")
        return int(value)

    return _says(read, "A whole number of 0 or more; a blank one counts as not sent.")


def flag(what: str) -> Read:
    """A boolean, as 0 or 1."""

    def read(value: str) -> object:
        if not value:
            return OMITTED
        word = value.lower()
        if word not in {"true", "false"}:
            raise BadRequest(f"{what} must be true or false")
        return int(word == "true")

    return _says(read, "true or false, in any case; a blank one counts as not sent.")


def page_size(most: int) -> Read:
    """How many items a page holds; more than the most is taken as the most."""

    def read(value: str) -> int:
        if _INTEGER.fullmatch(value) is None or int(value) < 1:
            raise BadRequest("PageSize must be a whole number of 1 or more")
        return min(int(value), most)

    return _says(read, f"A whole number of 1 or more; more than {most} is taken as {most}.")


def page_number(value: str) -> int:
    """The page's number: for the client's own state, it decides nothing."""
    if _INTEGER.fullmatch(value) is None:
        raise BadRequest("Page must be a whole number of 0 or more")
    return int(value)
