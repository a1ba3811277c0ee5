import socket
import ssl
import time

import pytest
import requests

from .conftest import NOBODY, StartProxy, TlsServer, say, through

CONVERSATIONS = "https://conversations.twilio.com/v1/Conversations?PageSize=1"


def test_a_server_that_is_gone_is_an_error_in_the_wire_format(
    start_proxy: StartProxy, session: requests.Session
) -> None:
    client = through(session, start_proxy(NOBODY))

    for url in (CONVERSATIONS, CONVERSATIONS.replace("https", "http")):
        answer = client.get(url)
        assert answer.status_code == 502
        assert answer.json()["code"] == 20503
        assert f"cannot reach Partywire at {NOBODY}" in answer.json()["message"]


@pytest.mark.parametrize(
    "request_head",
    [
        "CONNECT elsewhere.example:443 HTTP/1.1\r\n\r\n",
        "GET http://elsewhere.example/ HTTP/1.1\r\n\r\n",
        "GET https://elsewhere.example/ HTTP/1.1\r\n\r\n",
    ],
)
def test_an_unreachable_host_is_named_in_a_502(start_proxy: StartProxy, request_head: str) -> None:
    answer = say(start_proxy(NOBODY), request_head.encode())

    assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert b"cannot reach elsewhere.example:" in answer
    assert b"a test may not connect to elsewhere.example" in answer


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"CONNECT nohost HTTP/1.1\r\n\r\n", 400),
        (b"CONNECT a_b.twilio.com:443 HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost", 400),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 200_000, 431),
    ],
)
def test_a_bad_request_is_told_so(start_proxy: StartProxy, data: bytes, status: int) -> None:
    answer = say(start_proxy(NOBODY), data, then_end=True)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"\r\n\r\npartywire exec: " in answer


def test_a_bad_request_inside_tls_is_answered_inside_tls(start_proxy: StartProxy) -> None:
    proxy = start_proxy(NOBODY)
    context = ssl.create_default_context(cafile=str(proxy.ca_file))
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as connection:
        connection.sendall(b"CONNECT api.twilio.com:443 HTTP/1.1\r\n\r\n")
        assert connection.recv(100).endswith(b"\r\n\r\n")
        with context.wrap_socket(connection, server_hostname="api.twilio.com") as tls:
            tls.sendall(b"hello\r\n\r\n")
            assert tls.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_client_that_does_not_trust_the_authority_is_explained(
    start_proxy: StartProxy, tls_server: TlsServer, session: requests.Session
) -> None:
    proxy = start_proxy(NOBODY)
    client = through(session, proxy)
    client.verify = tls_server.ca_file

    with pytest.raises(requests.exceptions.SSLError):
        client.get(CONVERSATIONS)

    # The proxy hears of it after the client does.
    while not proxy.reports:
        time.sleep(0.01)
    [report] = proxy.reports
    assert "the client of conversations.twilio.com:443 did not go on with TLS" in report
