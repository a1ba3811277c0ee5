"""Readers of what all webhooks have: a URL, a method, the events that they want."""

import pytest

from partywire import errors
from partywire.wire.http import hooks

FLOW = "FW" + "aF" * 16


@pytest.mark.parametrize(
    "value",
    [
        "https://example.com",
        "http://localhost:3000/hook?a=b&c=%20#rc=2",
        "HTTPS://user:password@example.com:8443",
        "http://[::1]:80/",
        "http://müller.example/ü",
        "https://example.com/" + "x" * 492,
    ],
)
def test_an_absolute_url_is_kept_as_it_is(value: str) -> None:
    assert hooks.url(value) == value


def test_a_blank_url_clears_the_field() -> None:
    assert hooks.url("") is None


@pytest.mark.parametrize(
    "value",
    [
        "example.com",
        "//example.com",
        "/hook",
        "ftp://example.com",
        "httpss://example.com",
        "http:example.com",
        "http://",
        "http:///hook",
        "http://:80",
        "http://?a=b",
        "http://example.com:port",
        "http://example.com:65536",
        "http://example.com:0",
        "http://[::1",
        "http://exa mple.com",
        " http://example.com",
        "http://example.com\n",
        "http://example.com/\x7f",
        "javascript:alert(1)",
        "null",
    ],
)
def test_what_is_no_absolute_http_url_is_refused(value: str) -> None:
    with pytest.raises(errors.BadWebhookUrl):
        hooks.url(value)


def test_a_url_has_up_to_512_characters() -> None:
    assert hooks.url("http://a/" + "é" * 503)
    for too_long in ("http://a/" + "é" * 504, "x" * 513):
        with pytest.raises(errors.WebhookUrlTooLong):
            hooks.url(too_long)


@pytest.mark.parametrize("value", ["get", "GET", "Get"])
def test_a_method_is_taken_in_any_case(value: str) -> None:
    assert hooks.method(value) == "get"
    assert hooks.upper_method(value) == "GET"


@pytest.mark.parametrize("value", ["", "put", "get ", "null"])
def test_another_method_is_refused(value: str) -> None:
    for read in (hooks.method, hooks.upper_method):
        with pytest.raises(errors.BadWebhookMethod):
            read(value)


@pytest.mark.parametrize(
    "value",
    ["onMessageAdded", "onConversationDestroyed", "onMessageSend", "onX", "onX" + "x" * 61],
)
def test_the_name_of_an_event_is_kept_as_it_is(value: str) -> None:
    assert hooks.event(value) == value


@pytest.mark.parametrize(
    "value",
    [
        *("", "on", "onmessageAdded", "OnMessageAdded", "messageAdded", "onMessage Added"),
        *("onX\n", "onÄnderung", "onMessageAdded,onMessageUpdated", "onX" + "x" * 62, "[]"),
    ],
)
def test_what_is_no_name_of_an_event_is_refused(value: str) -> None:
    with pytest.raises(errors.BadWebhookFilter):
        hooks.event(value)


def test_a_flow_is_named_by_its_sid() -> None:
    assert hooks.flow_sid(FLOW) == FLOW
    assert hooks.flow_sid("") is None
    for other in (FLOW[:-1], "WF" + FLOW[2:], FLOW.lower(), "flow"):
        with pytest.raises(errors.BadFlowSid):
            hooks.flow_sid(other)


def test_a_stored_list_is_shown_in_its_order_and_none_is_none() -> None:
    assert hooks.listed('["onB", "onA"]') == ["onB", "onA"]
    assert hooks.listed("[]") == []
    assert hooks.listed(None) is None
