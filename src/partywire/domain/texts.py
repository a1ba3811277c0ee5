"""Bounds on texts that clients store. Sizes: the limits page of the Conversations docs."""

import msgspec

from partywire import errors

# Numbers are left alone: what is too great for a float is JSON all the same.
_json = msgspec.json.Decoder(float_hook=str)


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
    data = text.encode()
    if len(data) > most:
        raise errors.AttributesTooLong(f"Attributes are longer than {most} bytes")
    try:
        _json.decode(data)
    except (msgspec.DecodeError, RecursionError):
        raise errors.AttributesNotJson from None
