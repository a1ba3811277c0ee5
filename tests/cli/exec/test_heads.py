import json

import pytest

from partywire.cli.exec import heads


def test_the_answer_to_connect_reads_exactly_as_clients_match_it() -> None:
    assert heads.ESTABLISHED == b"HTTP/1.1 200 Connection established\r\n\r\n"


def test_a_head_is_taken_apart() -> None:
    head = heads.parse_head(b"CONNECT a:443 HTTP/1.0\r\nHost: a\r\nX-Empty:\r\n\r\n")

    assert head == heads.RequestHead(
        "CONNECT", "a:443", "HTTP/1.0", (("Host", "a"), ("X-Empty", ""))
    )


@pytest.mark.parametrize(
    "head",
    [
        b"\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: b\r\n folded: c\r\n\r\n",
        b"\x16\x03\x01 / x\r\n\r\n",
    ],
)
def test_what_is_no_head_is_an_error(head: bytes) -> None:
    with pytest.raises(ValueError, match="not a"):
        heads.parse_head(head)


def test_a_forwarded_head_has_no_fields_for_this_hop_and_keeps_the_others_in_order() -> None:
    request = heads.parse_head(
        b"POST http://b/x HTTP/1.1\r\nHost: a\r\nB: 1\r\nProxy-Connection: keep-alive\r\n"
        b"Connection: Upgrade, HTTP2-Settings, Content-Length\r\nUpgrade: h2c\r\n"
        b"HTTP2-Settings: x\r\nProxy-Authorization: Basic x\r\nContent-Length: 3\r\nA: 2\r\n\r\n"
    )

    assert heads.forwarded_head(request, "/x", "b") == (
        b"POST /x HTTP/1.1\r\nHost: b\r\nConnection: close\r\n"
        b"B: 1\r\nContent-Length: 3\r\nA: 2\r\n\r\n"
    )


def test_credentials_go_to_another_proxy_only_where_it_wants_them() -> None:
    assert heads.connect_head("a:443") == b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"
    assert b"\r\nProxy-Authorization: Basic x\r\n" in heads.connect_head("a:443", "Basic x")


def test_an_error_answer_is_in_the_wire_format() -> None:
    head, _, body = heads.error_answer(403, 20403, "no").partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b"\r\nConnection: close" in head
    assert f"\r\nContent-Length: {len(body)}\r\n".encode() in head
    assert json.loads(body) == {
        "code": 20403,
        "message": "no",
        "more_info": "https://www.twilio.com/docs/errors/20403",
        "status": 403,
    }
