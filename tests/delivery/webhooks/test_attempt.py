"""One request to a webhook: what the receiver gets, and what is known of it afterwards."""

from collections.abc import AsyncIterator
from itertools import count

import pytest
from twilio.request_validator import RequestValidator

from delivery.webhooks.signing import TOKEN, Form
from partywire import __version__
from partywire.clock import FrozenClock
from partywire.delivery.outgoing import Client
from partywire.delivery.targets import Targets
from partywire.delivery.webhooks import attempt as module
from partywire.delivery.webhooks.attempt import Attempt, Told, attempt
from receivers import Received, Receiver, Reply, receiving

NOON = 1_767_268_800_123
SID = "EV" + "1" * 32
PAIRS = [("EventType", "onMessageAdded"), ("Body", "grüße & küsse=+"), ("Body", "twice")]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    made = Client(Targets(["127.0.0.0/8"]))
    yield made
    await made.close()


async def tell(client: Client, method: str, url: str, retry: int = 0) -> Attempt:
    return await attempt(client, FrozenClock(NOON), TOKEN, Told(method, url, PAIRS, SID, retry))


def is_signed(receiver: Receiver, received: Received) -> bool:
    """Whether the official library accepts it, as its receiver sees it."""
    form = Form(received.pairs if received.method == "POST" else [])
    signed = received.headers["x-twilio-signature"]
    return bool(RequestValidator(TOKEN).validate(receiver.url + received.target, form, signed))


async def test_a_post_brings_its_parameters_in_a_signed_form(
    receiver: Receiver, client: Client
) -> None:
    receiver.reply = lambda _: Reply(204)
    made = await tell(client, "POST", f"{receiver.url}/hook?a=b%20c#part", retry=3)
    (received,) = receiver.received
    assert (received.method, received.target) == ("POST", "/hook?a=b%20c")
    assert received.pairs == [*PAIRS, ("RetryCount", "3")]
    assert is_signed(receiver, received)
    assert received.headers["content-type"] == "application/x-www-form-urlencoded; charset=utf-8"
    assert received.headers["user-agent"] == f"Partywire/{__version__}"
    assert received.headers["i-twilio-idempotency-token"] == SID
    assert received.headers["webhook-id"] == SID
    assert received.headers["webhook-timestamp"] == "1767268800"
    assert made.is_delivered
    assert (made.date, made.method, made.problem, made.by) == (NOON, "POST", None, ())
    assert made.url == f"{receiver.url}/hook?a=b%20c"
    assert made.body == received.body
    assert made.signed == (
        f"{made.url}Bodygrüße & küsse=+BodytwiceEventTypeonMessageAddedRetryCount3"
    )


async def test_a_get_brings_them_in_its_query(receiver: Receiver, client: Client) -> None:
    made = await tell(client, "GET", f"{receiver.url}?a=b")
    (received,) = receiver.received
    assert received.method == "GET"
    assert received.pairs == [("a", "b"), *PAIRS, ("RetryCount", "0")]
    assert is_signed(receiver, received)
    assert "content-type" not in received.headers
    assert made.signed == made.url == receiver.url + received.target
    assert made.body == b""


async def test_the_user_in_a_url_is_neither_signed_nor_shown_in_it(
    receiver: Receiver, client: Client
) -> None:
    made = await tell(client, "POST", receiver.url.replace("//", "//ann:secret@") + "/hook")
    (received,) = receiver.received
    assert received.headers["authorization"] == "Basic YW5uOnNlY3JldA=="
    assert is_signed(receiver, received)
    assert "secret" not in made.url + made.signed


@pytest.mark.parametrize(("status", "method"), [(302, "GET"), (307, "POST")])
async def test_a_redirect_is_followed_and_signed_anew(
    receiver: Receiver, client: Client, status: int, method: str
) -> None:
    replies = {"/": Reply(status, headers=(("Location", "/there?x=1"),))}
    receiver.reply = lambda received: replies.get(received.target, Reply())
    made = await tell(client, "POST", receiver.url.replace("//", "//ann:secret@"))
    first, second = receiver.received
    assert (second.method, second.target) == (method, "/there?x=1")
    assert second.body == (first.body if method == "POST" else b"")
    assert is_signed(receiver, first)
    assert is_signed(receiver, second)
    assert "authorization" in second.headers
    assert made.is_delivered
    assert (made.method, made.url) == (method, f"{receiver.url}/there?x=1")
    assert made.by == (f"{receiver.url}/",)


async def test_a_user_is_not_named_at_another_place(receiver: Receiver, client: Client) -> None:
    with receiving() as other:
        receiver.reply = lambda _: Reply(308, headers=(("Location", other.url),))
        made = await tell(client, "POST", receiver.url.replace("//", "//ann:secret@"))
        assert "authorization" not in other.received[0].headers
        assert is_signed(other, other.received[0])
    assert made.is_delivered


async def test_who_sends_on_without_end_is_not_followed_for_ever(
    receiver: Receiver, client: Client
) -> None:
    number = count()
    receiver.reply = lambda _: Reply(307, headers=(("Location", f"/{next(number)}"),))
    made = await tell(client, "POST", receiver.url)
    assert [received.target for received in receiver.received] == ["/", "/0", "/1", "/2"]
    assert made.answer is not None
    assert made.answer.status == 307
    assert not made.is_delivered


async def test_a_refusal_is_an_answer(receiver: Receiver, client: Client) -> None:
    receiver.reply = lambda _: Reply(503, b"busy", (("Retry-After", "7"),))
    made = await tell(client, "POST", receiver.url)
    assert made.answer is not None
    assert (made.answer.status, made.answer.body) == (503, b"busy")
    assert made.answer.header("retry-after") == "7"
    assert (made.is_delivered, made.timed_out, made.hopeless) == (False, False, False)


async def test_who_takes_too_long_is_not_waited_for(
    receiver: Receiver, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.1)
    receiver.reply = lambda _: Reply(after=60)
    made = await tell(client, "POST", receiver.url)
    assert (made.timed_out, made.answer, made.hopeless) == (True, None, False)
    assert made.problem == "no answer within 0.1 s"


async def test_where_nobody_may_go_nothing_is_sent_and_nothing_helps(receiver: Receiver) -> None:
    strict = Client(Targets())
    made = await tell(strict, "POST", receiver.url)
    await strict.close()
    assert receiver.received == []
    assert made.hopeless
    assert made.problem is not None
    assert "neither public nor allowed" in made.problem


async def test_a_redirect_to_where_nobody_may_go_is_not_followed(client: Client) -> None:
    with receiving() as receiver:
        receiver.reply = lambda _: Reply(307, headers=(("Location", "http://[::1]:9/"),))
        made = await tell(client, "POST", receiver.url)
    assert made.hopeless
    assert made.by == (f"{receiver.url}/",)


async def test_a_url_that_leads_nowhere_is_a_problem(client: Client) -> None:
    made = await tell(client, "POST", "http://a:port/")
    assert made.hopeless
    assert made.problem is not None
    assert made.problem.startswith("the URL cannot be called")
    assert (made.signed, made.answer) == ("", None)


async def test_where_nobody_listens_it_may_go_better_another_time(client: Client) -> None:
    with receiving() as receiver:
        url = receiver.url
    made = await tell(client, "POST", url)
    assert made.problem is not None
    assert (made.is_delivered, made.timed_out, made.hopeless) == (False, False, False)
