"""What is hardly HTTP, over a bare socket: an error of the wire's shape, and no harm done."""

import base64
from collections.abc import Iterator

import pytest

from contract.raw import answered, exchanged, head
from contract.shapes import assert_error
from engines import ON_SQLITE
from harness import Client, Server

# Refused before any database is asked.
pytestmark = ON_SQLITE

PAIR = base64.b64encode(b"AC" + b"7" * 32 + b":token").decode()
KNOWN = f"Authorization: Basic {PAIR}"


@pytest.fixture(autouse=True)
def _lives_on(server: Server) -> Iterator[None]:
    """Whatever a test sent, the server answers the next one."""
    yield
    with Client(server.url, ("AC" + "7" * 32, "token")) as next_one:
        assert next_one.get("/Users").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 32,  # a TLS greeting
        b"GET\r\n\r\n",
        b"GET /v1/Users HTTP/9.9\r\nHost: bench\r\n\r\n",
        b"GET /v1/Users HTTP/1.1\r\nno colon here\r\n\r\n",
        b"GET /v1/Users HTTP/1.1\r\nHost: bench\r\nX: a\0b\r\n\r\n",
        b"GET /v1/Us ers HTTP/1.1\r\nHost: bench\r\n\r\n",
        b"GET v1/Users HTTP/1.1\r\nHost: bench\r\n\r\n",
        b"POST /v1/Users HTTP/1.1\r\nHost: bench\r\nContent-Length: many\r\n\r\n",
        b"POST /v1/Users HTTP/1.1\r\nHost: bench\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/Users HTTP/1.1\r\nHost: b\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"BREW /v1/Users HTTP/1.1\r\nHost: bench\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=repr,
)
def test_what_is_not_http_is_a_bad_request(server: Server, sent: bytes) -> None:
    answer = answered(server.url, sent)
    assert_error(answer, 400, 20001)
    assert answer.headers["connection"] == "close"


def test_a_chunk_without_a_size_is_a_bad_request(server: Server) -> None:
    sent = head("POST", "/v1/Users", KNOWN, "Transfer-Encoding: chunked") + b"zz\r\nab\r\n0\r\n\r\n"
    assert_error(answered(server.url, sent), 400, 20001)


def test_length_and_chunks_together_are_a_bad_request(server: Server) -> None:
    lines = (KNOWN, "Transfer-Encoding: chunked", "Content-Length: 3")
    sent = head("POST", "/v1/Users", *lines) + b"0\r\n\r\n"
    assert_error(answered(server.url, sent), 400, 20001)


@pytest.mark.parametrize(
    "path", [b"/v1/Users/\xc3\xbc", b"/v1/\xff", b"/\xff", b"/v1/Users?x=\xff"]
)
def test_raw_bytes_in_a_path_do_no_harm(server: Server, path: bytes) -> None:
    sent = b"GET " + path + b" HTTP/1.1\r\nHost: bench\r\n" + KNOWN.encode() + b"\r\n\r\n"
    answer = answered(server.url, sent)
    assert answer.status_code in {400, 404}
    assert_error(answer, answer.status_code, 20001 if answer.status_code == 400 else 20404)


@pytest.mark.parametrize("size", [70_000, 1_000_000])
def test_endless_headers_are_cut_off(server: Server, size: int) -> None:
    sent = head("GET", "/v1/Users", KNOWN)[:-2] + b"X-Long: " + b"x" * size
    assert_error(answered(server.url, sent), 400, 20001)


def test_many_headers_are_cut_off(server: Server) -> None:
    lines = b"".join(b"X-%d: y\r\n" % number for number in range(20_000))
    assert_error(answered(server.url, head("GET", "/v1/Users", KNOWN)[:-2] + lines), 400, 20001)


def test_an_endless_request_line_is_cut_off(server: Server) -> None:
    assert_error(answered(server.url, b"GET /v1/" + b"x" * 200_000), 400, 20001)


def test_long_headers_that_end_are_read(server: Server) -> None:
    sent = head("GET", "/v1/Users", KNOWN, "X-Long: " + "x" * 30_000)
    assert answered(server.url, sent).status_code == 200


def test_many_requests_on_one_connection_are_not_taken_for_endless_headers(
    server: Server,
) -> None:
    with Client(server.url, ("AC" + "7" * 32, "token")) as client:
        for _ in range(40):  # about 80 KiB of heads
            answer = client.http.get("/v1/Users", headers={"X-Some": "x" * 2000})
            assert answer.status_code == 200


def test_an_absolute_target_is_taken_apart(server: Server) -> None:
    sent = head("GET", "http://bench/v1/Users/nobody", KNOWN)
    message = assert_error(answered(server.url, sent), 404, 20404)
    assert message == "The requested resource /v1/Users/nobody was not found"
    sent = head("GET", "http://bench/v1/Users?PageSize=1", KNOWN)
    assert answered(server.url, sent).status_code == 200


@pytest.mark.parametrize("target", ["*", "//v1/Users", "/v1/../v1/Users", "?x=y"])
def test_odd_targets_have_errors_of_the_shape(server: Server, target: str) -> None:
    answer = answered(server.url, head("GET", target, KNOWN))
    assert answer.status_code in {400, 404}
    assert_error(answer, answer.status_code, 20001 if answer.status_code == 400 else 20404)


def test_connect_opens_no_tunnel(server: Server) -> None:
    answer = answered(server.url, head("CONNECT", "localhost:80", KNOWN))
    codes = {400: 20001, 404: 20404, 405: 20004}
    assert_error(answer, answer.status_code, codes[answer.status_code])


def test_http_1_0_is_answered_with_or_without_a_host(server: Server) -> None:
    for host in (b"Host: bench\r\n", b""):
        sent = b"GET /v1/Users HTTP/1.0\r\n" + host + KNOWN.encode() + b"\r\n\r\n"
        answer = answered(server.url, sent)
        assert answer.status_code == 200
        assert answer.json()["meta"]["url"].startswith("http://")
        sent = b"GET /v1/Users HTTP/1.0\r\n" + host + b"\r\n"
        assert_error(answered(server.url, sent), 401, 20003)


def test_http_1_1_without_a_host_is_not_a_crash(server: Server) -> None:
    sent = b"GET /v1/Users HTTP/1.1\r\n" + KNOWN.encode() + b"\r\n\r\n"
    assert answered(server.url, sent).status_code in {200, 400}


def test_an_answer_to_head_has_no_body(server: Server) -> None:
    received = exchanged(
        server.url, head("HEAD", "/v1/Users", KNOWN, "Connection: close"), ends=True
    )
    top, _, body = received.partition(b"\r\n\r\n")
    assert top.startswith(b"HTTP/1.1 405 ")
    assert body == b""


def test_a_body_that_never_comes_does_no_harm(server: Server) -> None:
    sent = head("POST", "/v1/Users", KNOWN, "Content-Length: 100") + b"Identity=ada"
    exchanged(server.url, sent, ends=True)
    with Client(server.url, ("AC" + "7" * 32, "token")) as client:
        assert client.get("/Users/ada").status_code == 404


def test_a_huge_declared_length_is_refused_before_the_body_comes(server: Server) -> None:
    lines = (KNOWN, "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {10**15}")
    assert_error(answered(server.url, head("POST", "/v1/Users", *lines)), 413, 20413)


def test_a_wish_for_another_protocol_is_not_granted(server: Server) -> None:
    lines = (KNOWN, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    answer = answered(server.url, head("GET", "/v1/Users", *lines, "Sec-WebSocket-Key: eA=="))
    assert answer.status_code == 200


HOSTS = ["a b", "a/b", "a?b", "a#b", "user@host", 'a"b', "a\\b", "<a>", "\xff", "host:port"]


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_none_never_gets_into_urls(server: Server, host: str) -> None:
    # What a client sends as Host comes back as the start of every URL.
    sent = f"GET /v1/Users HTTP/1.1\r\nHost: {host}\r\n{KNOWN}\r\n\r\n".encode("latin-1")
    assert_error(answered(server.url, sent), 400, 20001)


def test_two_hosts_are_a_bad_request(server: Server) -> None:
    assert_error(answered(server.url, head("GET", "/v1/Users", KNOWN, "Host: other")), 400, 20001)
