"""Where a webhook's URL leads, as its receiver sees it."""

import pytest

from partywire.delivery.webhooks.addressing import Unusable, place


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://a.example", "https://a.example/"),
        ("https://a.example?x=1", "https://a.example/?x=1"),
        ("HTTPS://A.Example:443/Path?Q=1#part", "https://a.example/Path?Q=1"),
        ("http://a.example:80/", "http://a.example/"),
        ("http://a.example:443/", "http://a.example:443/"),
        ("https://a.example:8443/x?", "https://a.example:8443/x"),
        ("https://u:p@a.example:8443/x", "https://a.example:8443/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("https://münchen.example/ü?ü=ß", "https://xn--mnchen-3ya.example/%C3%BC?%C3%BC=%C3%9F"),
        ("https://a.example/%C3%BC%zz?a=%20", "https://a.example/%C3%BC%zz?a=%20"),
        ("https://a.example/a\\b?c='d'", "https://a.example/a%5Cb?c=%27d%27"),
    ],
)
def test_a_url_is_what_the_receiver_sees(url: str, seen: str) -> None:
    assert place(url).url == seen


def test_the_user_that_a_url_names_stands_in_a_header() -> None:
    found = place("https://ann:s%3Acret@a.example/")
    assert found.authorization == "Basic YW5uOnM6Y3JldA=="
    assert place("https://ann@a.example/").authorization == "Basic YW5uOg=="
    assert place("https://a.example/").authorization is None


@pytest.mark.parametrize(
    "url",
    [
        *("", "a.example", "ftp://a.example/", "http://", "http:///x", "http://a:port/"),
        *("http://a:0/", "http://[::1/", "http://a b/", f"http://{'ü' * 70}.example/"),
    ],
)
def test_what_leads_nowhere_is_said_so(url: str) -> None:
    with pytest.raises(Unusable, match="cannot be called"):
        place(url)


def test_parameters_join_the_query() -> None:
    pairs = [("Body", "a b&c"), ("Body", "ü")]
    asked = "Body=a+b%26c&Body=%C3%BC"
    assert place("http://a.example/x").asked(pairs).url == f"http://a.example/x?{asked}"
    assert place("http://a.example/x?y=1").asked(pairs).url == f"http://a.example/x?y=1&{asked}"
    assert place("http://a.example/x").asked([]).url == "http://a.example/x"


def test_an_origin_is_scheme_host_and_port() -> None:
    assert place("http://a.example:81/x/y?z").origin == "http://a.example:81"
