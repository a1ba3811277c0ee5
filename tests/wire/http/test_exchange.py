"""One request and its answer."""

import json
import re

import pytest

from partywire import errors
from partywire.wire.http.connection import WHOLE
from partywire.wire.http.exchange import (
    Answer,
    Request,
    base_of,
    refusal,
    request_id,
    respond,
)
from wire.http.asgi import Wire, body, connection


def request(wire: Wire | None = None, **headers: bytes) -> Request:
    """A request with these headers."""
    pairs = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    return Request(connection(), (wire or Wire()).receive, pairs, "http://bench")


def identified() -> Request:
    """A request whose id is RQ1."""
    made = request()
    made.id = b"RQ1"
    return made


def hosted(*hosts: bytes) -> Request:
    """A request with these ``Host`` headers, and another header twice."""
    pairs = [(b"accept", b"a"), (b"accept", b"b"), *((b"host", host) for host in hosts)]
    return Request(connection(headers=pairs), Wire().receive, dict(pairs))


@pytest.mark.parametrize(
    ("host", "base"),
    [
        (b"127.0.0.1:4242", "http://127.0.0.1:4242"),
        (b"[::1]:4242", "http://[::1]:4242"),
        (b"chat.example.com", "http://chat.example.com"),
        (b"conversations.twilio.com", "https://conversations.twilio.com"),
        (b"conversations.twilio.com:443", "https://conversations.twilio.com:443"),
        (b"twilio.com.example", "http://twilio.com.example"),
        (b"nottwilio.com", "http://nottwilio.com"),
    ],
)
def test_urls_go_where_the_request_went(host: bytes, base: str) -> None:
    assert base_of(hosted(host)) == base


@pytest.mark.parametrize(
    "host", [b"", b" ", b"a b", b"a/b", b"a@b", b"a:b", b"a:1:2", b"[x]", b"\xc3\xbc", b"a\n"]
)
def test_a_host_that_is_none_is_refused(host: bytes) -> None:
    with pytest.raises(errors.BadRequest):
        base_of(hosted(host))


def test_two_hosts_are_refused() -> None:
    with pytest.raises(errors.BadRequest):
        base_of(hosted(b"a", b"b"))


@pytest.mark.parametrize(
    ("address", "base"),
    [("127.0.0.1", "http://127.0.0.1:4242"), ("::1", "http://[::1]:4242")],
)
def test_without_a_host_urls_go_to_the_address_that_was_reached(address: str, base: str) -> None:
    asked = hosted()
    asked.connection["server"] = (address, 4242)
    assert base_of(asked) == base


def test_the_path_stays_percent_encoded() -> None:
    asked = Request(connection(path=b"/v1/Users/a%2Fb%20c"), Wire().receive, {}, "")
    assert asked.path == "/v1/Users/a%2Fb%20c"


@pytest.mark.parametrize(
    ("header", "wanted"), [(b"true", True), (b"TRUE", True), (b" false ", False), (b"False", False)]
)
def test_the_webhook_header_says_true_or_false(header: bytes, wanted: bool) -> None:
    assert request(x_twilio_webhook_enabled=header).webhooks() is wanted


def test_without_the_header_no_webhooks_are_asked_for() -> None:
    assert request().webhooks() is False


@pytest.mark.parametrize("header", [b"", b"yes", b"1", b"\xff"])
def test_other_words_in_the_webhook_header_are_refused(header: bytes) -> None:
    with pytest.raises(errors.BadRequest):
        request(x_twilio_webhook_enabled=header).webhooks()


async def test_a_body_is_put_together_from_its_parts() -> None:
    wire = Wire(body(b"ab", more=True), body(b"", more=True), body(b"cd"))
    assert await request(wire).body(4) == b"abcd"


async def test_a_body_may_be_missing() -> None:
    assert await request(Wire({"type": "http.request"})).body(4) == b""


async def test_a_body_of_more_bytes_is_too_large() -> None:
    wire = Wire(body(b"abc", more=True), body(b"de", more=True), body(b"never read"))
    with pytest.raises(errors.TooLarge):
        await request(wire).body(4)
    assert await wire.receive() == body(b"never read")


async def test_a_declared_length_is_enough_to_refuse() -> None:
    wire = Wire(body(b"never read"))
    with pytest.raises(errors.TooLarge):
        await request(wire, content_length=b"5").body(4)
    assert await wire.receive() == body(b"never read")


async def test_who_goes_away_in_the_middle_is_not_taken_at_half_their_word() -> None:
    with pytest.raises(errors.BadRequest):
        await request(Wire(body(b"Identity=ada", more=True))).body(100)


def test_a_refusal_of_what_is_not_found_names_the_path() -> None:
    answer = refusal(request(), errors.NotFound())
    assert answer.status == 404
    assert json.loads(answer.body)["message"] == "The requested resource /v1/Users was not found"
    assert answer.headers == ()


def test_a_hint_stands_in_a_header() -> None:
    answer = refusal(request(), errors.NotFound(), "over there")
    assert answer.headers == ((b"partywire-hint", b"over there"),)


def test_a_refusal_of_strangers_asks_who_they_are() -> None:
    answer = refusal(request(), errors.Unauthenticated())
    assert dict(answer.headers)[b"www-authenticate"].startswith(b"Basic ")


def test_a_refusal_of_what_is_not_built_leads_to_the_fidelity_table() -> None:
    answer = refusal(request(), errors.NotImplementedYet("no MediaSid yet"))
    shown = json.loads(answer.body)
    assert shown["more_info"] == "http://bench/_partywire/fidelity"
    assert shown["message"] == "no MediaSid yet"


def test_being_unavailable_is_to_be_retried_and_not_explained() -> None:
    answer = refusal(request(), errors.Unavailable("disk full"))
    assert answer.headers == ((b"retry-after", b"1"),)
    assert b"disk" not in answer.body


async def test_an_answer_has_the_headers_that_the_wire_has() -> None:
    wire = Wire()
    await respond(wire.send, Answer(200, b"{}", ((b"x", b"y"),)), identified(), 0.0214, 3)
    assert (wire.status, wire.body) == (200, b"{}")
    assert wire.headers == {
        "twilio-request-id": "RQ1",
        "twilio-request-duration": "0.021",
        "twilio-concurrent-requests": "3",
        "x": "y",
        "content-type": "application/json;charset=utf-8",
        "content-length": "2",
    }


async def test_an_answer_in_one_piece_has_the_same_headers() -> None:
    wire, pieces = Wire(), []
    asked = identified()
    asked.connection["extensions"] = {WHOLE: lambda *piece: pieces.append(piece) or True}

    await respond(wire.send, Answer(200, b"{}"), asked, 0.0214, 3)

    await respond(wire.send, Answer(200, b"{}"), identified(), 0.0214, 3)
    ((status, head, body),) = pieces
    lines = dict(line.split(b": ") for line in head.split(b"\r\n")[:-1])
    assert (status, body) == (wire.status, wire.body)
    assert {name.decode(): value.decode() for name, value in lines.items()} == wire.headers


@pytest.mark.parametrize("answer", [Answer(204), Answer(404, b"{}", ((b"hint", b"a"),))])
async def test_an_answer_that_is_not_like_most_is_sent_as_usual(answer: Answer) -> None:
    wire, asked = Wire(), identified()
    asked.connection["extensions"] = {WHOLE: lambda *_piece: pytest.fail("in one piece")}

    await respond(wire.send, answer, asked, 0, 1)

    assert (wire.status, wire.body) == (answer.status, answer.body)


async def test_an_empty_answer_has_no_type_and_no_length() -> None:
    wire = Wire()
    await respond(wire.send, Answer(204), identified(), 0, 1)
    assert (wire.status, wire.body) == (204, b"")
    assert "content-type" not in wire.headers
    assert "content-length" not in wire.headers


def test_no_two_requests_have_the_same_id() -> None:
    ids = [request_id().decode() for _ in range(50)]
    assert len(set(ids)) == 50
    assert all(re.fullmatch("RQ[0-9a-f]{32}", one) for one in ids)
