import pytest

from partywire.cli.exec.targets import Destination, Target, parse_absolute, parse_authority


@pytest.mark.parametrize(
    ("host", "destination"),
    [
        ("conversations.twilio.com", Destination.CONVERSATIONS),
        ("conversations.ie1.twilio.com", Destination.CONVERSATIONS),
        ("conversations.dublin.ie1.twilio.com", Destination.CONVERSATIONS),
        ("conversations.a.b.c.twilio.com", Destination.TWILIO),
        ("api.twilio.com", Destination.TWILIO),
        ("twilio.com", Destination.TWILIO),
        ("tsock.us1.twilio.com", Destination.CONVERSATIONS),
        ("tsock.twilio.com", Destination.CONVERSATIONS),
        ("tsock.a.b.twilio.com", Destination.TWILIO),
        ("mcs.us1.twilio.com", Destination.CONVERSATIONS),
        ("mcs.twilio.com", Destination.CONVERSATIONS),
        ("mcs.a.b.twilio.com", Destination.TWILIO),
        ("xtsock.us1.twilio.com", Destination.TWILIO),
        ("xconversations.twilio.com", Destination.TWILIO),
        ("nottwilio.com", Destination.ELSEWHERE),
        ("conversations.twilio.com.example.org", Destination.ELSEWHERE),
        ("127.0.0.1", Destination.ELSEWHERE),
    ],
)
def test_a_host_is_partywire_or_refused_or_passed(host: str, destination: Destination) -> None:
    assert Target(host, 443).destination is destination


def test_case_and_the_dot_of_the_root_do_not_let_a_host_slip_through() -> None:
    assert parse_authority("API.Twilio.com.:443") == Target("api.twilio.com", 443)


def test_ipv6_is_written_in_brackets() -> None:
    target = parse_authority("[::1]:8443")

    assert target == Target("::1", 8443)
    assert str(target) == "[::1]:8443"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "host",
        ":443",
        ".:443",
        "host:",
        "host:0",
        "host:65536",
        "user@host:443",
        "a b:1",
        "h\x00:1",
    ],
)
def test_what_is_no_host_and_port_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="not a host and port"):
        parse_authority(text)


def test_an_absolute_target_is_taken_apart() -> None:
    absolute = parse_absolute("HTTP://Example.org:8080?a=b")

    assert absolute == ("http", Target("example.org", 8080), "Example.org:8080", "/?a=b")


def test_the_scheme_gives_the_port() -> None:
    assert parse_absolute("https://example.org/x").target.port == 443


@pytest.mark.parametrize("text", ["/path", "ftp://host/", "*", "http://user:pass@host/"])
def test_other_targets_are_errors(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse_absolute(text)
