"""Ranges of bytes that a client asks for. Source: RFC 9110, section 14."""

import re
from typing import Final

from partywire import errors

_ONE: Final = re.compile(rb"bytes[ \t]*=[ \t]*(\d*)-(\d*)[ \t]*", re.IGNORECASE)
_MOST_DIGITS: Final = 18


def asked(header: bytes | None, size: int) -> tuple[int, int] | None:
    """Places of the first byte and behind the last one; None if all is to be sent.

    That is so where no range is asked for, where several are, and where the header makes no sense.

    Args:
        header: value of ``Range``.
        size: how many bytes there are.

    Raises:
        RangeNotSatisfiable: there is none of the bytes that are asked for.
    """
    match = None if header is None else _ONE.fullmatch(header.strip())
    if match is None:
        return None
    first, last = match[1], match[2]
    if max(len(first), len(last)) > _MOST_DIGITS or not (first or last):
        return None
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < int(first):
            return None
    if start >= size or start >= stop:
        raise errors.RangeNotSatisfiable(size)
    return start, stop
