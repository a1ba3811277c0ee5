"""The validators of the official Python library accept what is signed; Node's: tests/clients."""

from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from delivery.webhooks.signing import ASTRAL, PAIRS, TOKEN, URLS, Form
from partywire.delivery.webhooks.signature import Pairs, signature, signed_string

VALIDATOR = RequestValidator(TOKEN)


def test_the_example_of_the_documentation_is_signed_as_it_says() -> None:
    # Source: "Webhooks Security", the example of a call.
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    pairs = [
        ("Digits", "1234"),
        ("To", "+18005551212"),
        ("From", "+14158675310"),
        ("Caller", "+14158675310"),
        ("CallSid", "CA1234567890ABCDE"),
    ]
    assert signed_string(url, pairs) == (
        "https://mycompany.com/myapp.php?foo=1&bar=2CallSidCA1234567890ABCDECaller+14158675310"
        "Digits1234From+14158675310To+18005551212"
    )
    assert signature("12345", url, pairs) == "GvWf1cFY/Q7PnoempGyD5oXAezc="


@given(URLS, PAIRS)
def test_a_form_is_accepted(url: str, pairs: Pairs) -> None:
    assert VALIDATOR.validate(url, Form(pairs), signature(TOKEN, url, pairs))


@given(URLS, st.lists(st.tuples(ASTRAL, ASTRAL), max_size=6))
def test_any_key_and_value_is_accepted(url: str, pairs: Pairs) -> None:
    assert VALIDATOR.validate(url, Form(pairs), signature(TOKEN, url, pairs))


@given(URLS)
def test_a_request_without_a_form_is_signed_by_its_url(url: str) -> None:
    assert signed_string(url, []) == url
    assert VALIDATOR.validate(url, {}, signature(TOKEN, url, []))


@given(PAIRS, st.randoms())
def test_neither_the_order_nor_what_is_said_twice_counts(pairs: Pairs, random: object) -> None:
    other = pairs + pairs[:2]
    random.shuffle(other)  # type: ignore[attr-defined]
    assert signed_string("http://a/", other) == signed_string("http://a/", pairs)


def test_another_token_url_or_value_is_not_accepted() -> None:
    url, pairs = "https://a.example/x", [("Body", "hello")]
    signed = signature(TOKEN, url, pairs)
    assert not RequestValidator("another").validate(url, Form(pairs), signed)
    assert not VALIDATOR.validate("https://a.example/y", Form(pairs), signed)
    assert not VALIDATOR.validate(url, Form([("Body", "hallo")]), signed)
