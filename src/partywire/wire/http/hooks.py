"""What all webhooks have: a URL, a method, the events that they want; read, and shown."""

import re
from typing import Final
from urllib.parse import urlsplit

import msgspec

from partywire import errors, sids
from partywire.wire.http.fields import choice

# Source: code 50372 of the error dictionary.
_URL_CHARACTERS: Final = 512
_URL: Final = re.compile(r"https?://[^\s\x00-\x1f\x7f]+", re.IGNORECASE)
# Any event's name, documented or not: the samples of the API name some that are not.
_EVENT: Final = re.compile(r"on[A-Z][A-Za-z]{0,61}")

method = choice("get", "post", error=errors.BadWebhookMethod)


def upper_method(value: str) -> str:
    """One of get, post, in any case; shown in capitals."""
    word: str = method(value)
    return word.upper()


def url(value: str) -> str | None:
    """An absolute http or https URL of at most 512 characters; a blank one clears the field."""
    if not value:
        return None
    if len(value) > _URL_CHARACTERS:
        raise errors.WebhookUrlTooLong
    if _URL.fullmatch(value) is None:
        raise errors.BadWebhookUrl
    try:
        parts = urlsplit(value)
        reachable = parts.hostname and parts.port != 0
    except ValueError:  # a port that is none, or half an address of IPv6
        reachable = False
    if not reachable:
        raise errors.BadWebhookUrl
    return value


def event(value: str) -> str:
    """The name of an event, such as onMessageAdded."""
    if _EVENT.fullmatch(value) is None:
        raise errors.BadWebhookFilter
    return value


def flow_sid(value: str) -> str | None:
    """A SID: FW and 32 hexadecimal digits; a blank one clears the field."""
    if value and not sids.is_sid(value, sids.FLOW):
        raise errors.BadFlowSid
    return value or None


def listed(stored: str | None) -> list[str] | None:
    """A list as an answer shows it, from the JSON text that is stored; None if there is none."""
    return None if stored is None else msgspec.json.decode(stored, type=list[str])
