import pytest

from partywire.cli.exec import no_proxy
from partywire.cli.exec.targets import Target


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        ("*", "example.org"),
        ("example.org", "example.org"),
        ("example.org", "a.example.org"),
        (".Example.org", "a.example.org"),
        ("*.example.org", "a.example.org"),
        ("example.org:443", "example.org"),
        ("10.0.0.0/8", "10.1.2.3"),
        ("10.1.2.3", "10.1.2.3"),
        ("::1", "::1"),
    ],
)
def test_an_entry_matches(entry: str, host: str) -> None:
    assert no_proxy.matches(entry, Target(host, 443))


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        ("example.org", "badexample.org"),
        ("example.org:80", "example.org"),
        ("10.0.0.0/8", "11.1.2.3"),
        ("10.0.0.0/8", "example.org"),
        ("::1", "127.0.0.1"),
    ],
)
def test_an_entry_does_not_match(entry: str, host: str) -> None:
    assert not no_proxy.matches(entry, Target(host, 443))


@pytest.mark.parametrize(
    "entry",
    [
        "*",
        "com",
        "twilio.com",
        ".twilio.com",
        "*.twilio.com",
        "API.twilio.com:443",
        "conversations.twilio.com",
    ],
)
def test_an_entry_may_lead_straight_to_twilio(entry: str) -> None:
    assert no_proxy.covers_twilio(entry)


@pytest.mark.parametrize(
    "entry", ["example.com", "nottwilio.com", "10.0.0.0/8", "::1", "[::1]", "localhost"]
)
def test_other_entries_do_not(entry: str) -> None:
    assert not no_proxy.covers_twilio(entry)


def test_commas_and_spaces_separate() -> None:
    assert no_proxy.entries(" a, b,,c  d ") == ["a", "b", "c", "d"]


def test_the_jvm_gets_patterns() -> None:
    patterns = no_proxy.java_patterns(["127.0.0.1", ".example.org:8080", "10.0.0.0/8", "::1", "*"])

    assert patterns == "127.0.0.1|example.org|*.example.org|[::1]|*"
