"""A browser's subscription to Web Push, as ``PushSubscription.toJSON()`` writes it."""

import base64
import binascii
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

_POINT_BYTES = 65
_AUTH_BYTES = 16


class SubscriptionKeys(Struct, frozen=True):
    """What only the browser and whoever pushes to it know, in URL-safe base64.

    Attributes:
        p256dh: the browser's public key, an uncompressed point of P-256.
        auth: 16 bytes.
    """

    p256dh: str
    auth: str


class Subscription(Struct, frozen=True):
    """Where a browser is reached, and for whom to encrypt."""

    endpoint: str
    keys: SubscriptionKeys

    @property
    def point(self) -> bytes:
        """The browser's public key."""
        return decoded(self.keys.p256dh)

    @property
    def secret(self) -> bytes:
        """The shared secret."""
        return decoded(self.keys.auth)

    @property
    def origin(self) -> str:
        """Of the push service."""
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}"


def decoded(text: str) -> bytes:
    """The bytes that URL-safe base64 stands for, with or without its end.

    Raises:
        ValueError: it is no base64.
    """
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def subscription(text: str) -> Subscription:
    """The subscription that this JSON is.

    Raises:
        ValueError: it is none; the text says why.
    """
    try:
        found = msgspec.json.decode(text, type=Subscription)
    except msgspec.DecodeError as error:
        raise ValueError(f"not the JSON of a subscription: {error}") from error
    parts = urlsplit(found.endpoint)
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise ValueError("its endpoint is not an https URL")
    point = found.point
    if len(point) != _POINT_BYTES or point[0] != 4:
        raise ValueError("its p256dh is not an uncompressed point of P-256")
    if len(found.secret) != _AUTH_BYTES:
        raise ValueError("its auth is not 16 bytes")
    return found
