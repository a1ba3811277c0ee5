"""What the server's packets say."""

import pytest

from partywire.wire.socket import envelopes
from partywire.wire.socket.packets import Header, HttpRequest, Packet
from partywire.wire.socket.upstream import Reply
from wire.socket.talking import taken_apart


def test_a_reply_repeats_the_id_and_says_what_is_the_matter() -> None:
    header, payload = taken_apart(envelopes.reply("TM1", 401, "Invalid Access Token", 20101))
    assert (header["method"], header["id"], payload) == ("reply", "TM1", None)
    assert header["status"] == {
        "code": 401,
        "status": "Unauthorized",
        "description": "Invalid Access Token",
        "errorCode": 20101,
    }


def test_an_answer_without_a_body_has_no_payload() -> None:
    header, payload = taken_apart(envelopes.answer("TM1", Reply(204)))
    assert (header["http_status"]["code"], header["payload_size"], payload) == (204, 0, None)


def test_a_welcome_repeats_what_the_client_registered_for() -> None:
    header, _ = taken_apart(envelopes.welcome(Header("init", "TM1")))
    assert (header["capabilities"], header["init_registrations"]) == ([], [])


def test_a_notification_carries_its_payload_as_it_is() -> None:
    header, payload = taken_apart(envelopes.notification("TM1", "twilio.sync.event", b'{"a":1}'))
    assert (header["message_type"], payload) == ("twilio.sync.event", {"a": 1})
    assert header["payload_type"] == "application/json"


def test_pings_and_warnings_have_no_payload() -> None:
    for packet in (envelopes.ping("TM1"), envelopes.token_about_to_expire("TM1")):
        assert taken_apart(packet)[0]["payload_size"] == 0


def test_a_close_says_when_to_come_again_if_it_knows() -> None:
    policy = {"reconnect_min_ms": 1, "reconnect_max_ms": 2}
    assert taken_apart(envelopes.close("TM1", 308, "x", None, policy))[1] == {
        "backoff_policy": policy
    }
    assert taken_apart(envelopes.close("TM1", 410, "x", 20104))[1] is None


@pytest.mark.parametrize("nothing", [None, {}])
def test_a_request_may_have_neither_parameters_nor_headers(nothing: dict[str, str] | None) -> None:
    wanted = HttpRequest("get", "/x", params=nothing, headers=nothing)
    request = envelopes.request(wanted, Packet(Header("message"), b"{}"))
    assert (request.method, request.path, request.query, request.headers) == ("GET", "/x", {}, {})
    assert request.body == b"{}"
