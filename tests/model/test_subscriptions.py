"""A browser's subscription, as it sends it."""

import base64
import json
from typing import Any

import pytest

from partywire.model.subscriptions import decoded, subscription

POINT = bytes([4]) + bytes(range(64))
KEYS = {
    "p256dh": base64.urlsafe_b64encode(POINT).decode().rstrip("="),
    "auth": base64.urlsafe_b64encode(b"sixteen bytes ok").decode(),
}
SENT = {"endpoint": "https://push.example/x?y", "expirationTime": None, "keys": KEYS}


def changed(**more: Any) -> str:
    keys = {name: more.pop(name) for name in ("p256dh", "auth") if name in more}
    return json.dumps(SENT | more | {"keys": KEYS | keys})


def test_a_subscription_is_read() -> None:
    found = subscription(json.dumps(SENT))
    assert (found.point, found.secret) == (POINT, b"sixteen bytes ok")
    assert found.origin == "https://push.example"
    assert subscription(changed(endpoint="https://push.example:8443/x")).origin == (
        "https://push.example:8443"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not the JSON"),
        ("[]", "not the JSON"),
        ('{"endpoint": "https://push.example"}', "not the JSON"),
        (changed(endpoint="http://push.example/"), "not an https URL"),
        (changed(endpoint="https://"), "not an https URL"),
        (changed(endpoint="https://me@push.example/"), "not an https URL"),
        (changed(endpoint="https://[/"), "Invalid IPv6"),
        (changed(p256dh="AAAA"), "p256dh is not an uncompressed point"),
        (changed(p256dh="!"), "base64"),
        (changed(auth="AAAA"), "auth is not 16 bytes"),
        (changed(auth="ü" * 22), "ASCII"),
    ],
)
def test_what_is_no_subscription_is_told(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        subscription(text)


def test_base64_may_have_its_end_or_not() -> None:
    assert [decoded(text) for text in ("_-8", "_-8=", "")] == [b"\xff\xef", b"\xff\xef", b""]
