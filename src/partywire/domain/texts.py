"""Bounds on texts that clients store. Sizes: the limits page of the Conversations docs."""

import json

from partywire import errors


def _refuse(word: str) -> None:
    raise ValueError(word)


# Only the grammar is checked: numbers that nothing can hold are JSON all the same, and so is
# the escaped half of a pair of surrogates; NaN is not.
_json = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_refuse)


def check_length(text: object, most: int, error: type[errors.ApiError]) -> None:
    """Refuses a text of more than ``most`` characters; what is not given or null passes."""
    if isinstance(text, str) and len(text) > most:
        raise error


def check_attributes(text: object, most: int) -> None:
    """Refuses attributes that are not JSON, or are more than ``most`` bytes in UTF-8.

    Raises:
        AttributesTooLong, AttributesNotJson: so it is.
    """
    if not isinstance(text, str):
        return
    if len(text.encode()) > most:
        raise errors.AttributesTooLong(f"Attributes are longer than {most} bytes")
    try:
        _json.decode(text)
    except (ValueError, RecursionError):
        raise errors.AttributesNotJson from None
