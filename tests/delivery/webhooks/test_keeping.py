"""What is kept of an attempt: enough to understand it, bounded, and no secrets."""

import msgspec
from msgspec.structs import replace

from partywire.delivery.outgoing import Answer
from partywire.delivery.webhooks.attempt import Attempt
from partywire.delivery.webhooks.keeping import REDACTED, kept
from partywire.model.deliveries import GotResponse, SentRequest

SENT = Attempt(
    date=5,
    milliseconds=7,
    method="POST",
    url="http://a/x",
    headers=(("X-Twilio-Signature", "abc="), ("Authorization", "Basic secret")),
    body=b"Body=%C3%BC",
    signed="http://a/xBody\u00fc\0",
    by=("http://b/",),
)
ANSWER = Answer(200, (("set-cookie", "secret"), ("x-long", "y" * 10_000)), b"\xffok\0" * 5000)


def test_a_request_is_kept_as_it_was_sent_but_for_secrets() -> None:
    found = kept(replace(SENT, problem="nobody there"), 3, 2)
    assert (found.delivery, found.attempt, found.date, found.milliseconds) == (3, 2, 5, 7)
    assert (found.status, found.response, found.problem) == (None, None, "nobody there")
    assert msgspec.json.decode(found.request, type=SentRequest) == SentRequest(
        "POST",
        "http://a/x",
        (("X-Twilio-Signature", "abc="), ("Authorization", REDACTED)),
        "Body=%C3%BC",
        ("http://b/",),
    )
    assert found.signed == "http://a/xBody\u00fc\ufffd"


def test_of_an_answer_the_beginning_is_kept() -> None:
    found = kept(replace(SENT, answer=ANSWER), 3, 2)
    assert found.status == 200
    assert found.response is not None
    response = msgspec.json.decode(found.response, type=GotResponse)
    assert response.headers == (("set-cookie", REDACTED), ("x-long", "y" * 512))
    assert response.body == ("\ufffdok\ufffd" * 5000)[:4096]
    many = tuple((f"x-{number}", "y") for number in range(200))
    found = kept(replace(SENT, answer=replace(ANSWER, headers=many)), 3, 2)
    assert found.response is not None
    assert len(msgspec.json.decode(found.response, type=GotResponse).headers) == 50
