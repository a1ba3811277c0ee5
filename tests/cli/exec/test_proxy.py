import contextlib
import http.client
import json
import socket
import ssl

import pytest
import requests
import twilio.rest
from twilio.base.exceptions import TwilioRestException

from partywire.cli.exec import streams

from .conftest import NOBODY, StartProxy, TlsServer, loopback_only, say, through

CONVERSATIONS = "https://conversations.twilio.com/v1/Conversations?PageSize=1"


def test_requests_for_conversations_reach_the_server_under_the_name_they_asked_for(
    start_proxy: StartProxy, echo_server: str, session: requests.Session
) -> None:
    proxy = start_proxy(echo_server)

    for _ in range(2):  # on one connection
        answer = through(session, proxy).post(CONVERSATIONS, data={"A": "b"})
        assert answer.status_code == 200
        seen = answer.json()
        assert seen["method"] == "POST"
        assert seen["target"] == "/v1/Conversations?PageSize=1"
        assert seen["headers"]["host"] == "conversations.twilio.com"
        assert seen["body"] == "A=b"
    assert proxy.reports == []


def test_media_are_sent_up_to_the_server_too(
    start_proxy: StartProxy, echo_server: str, session: requests.Session
) -> None:
    client = through(session, start_proxy(echo_server))

    seen = client.post("https://mcs.us1.twilio.com/v1/Services/IS1/Media", data="abc").json()

    assert seen["headers"]["host"] == "mcs.us1.twilio.com"
    assert seen["body"] == "abc"


def test_a_name_with_edge_and_region_is_served_too(
    start_proxy: StartProxy, echo_server: str, session: requests.Session
) -> None:
    client = through(session, start_proxy(echo_server))

    seen = client.get("https://conversations.dublin.ie1.twilio.com/v1/Users").json()

    assert seen["headers"]["host"] == "conversations.dublin.ie1.twilio.com"


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
def test_connect_is_answered_with_the_exact_line(
    start_proxy: StartProxy, echo_server: str, version: str
) -> None:
    proxy = start_proxy(echo_server)

    answer = say(
        proxy, f"CONNECT conversations.twilio.com:443 {version}\r\n\r\n".encode(), then_end=True
    )

    assert answer == b"HTTP/1.1 200 Connection established\r\n\r\n"


def test_http_client_tunnels_through(start_proxy: StartProxy, echo_server: str) -> None:
    proxy = start_proxy(echo_server)
    context = ssl.create_default_context(cafile=str(proxy.ca_file))
    connection = http.client.HTTPSConnection("127.0.0.1", proxy.port, context=context, timeout=10)
    connection.set_tunnel("conversations.twilio.com", 443)

    with contextlib.closing(connection):
        connection.request("GET", "/v1/Users")
        assert json.load(connection.getresponse())["target"] == "/v1/Users"


def test_bytes_sent_before_the_tunnel_stands_are_not_lost(
    start_proxy: StartProxy, echo_server: str
) -> None:
    proxy = start_proxy(echo_server)

    answer = say(
        proxy,
        b"CONNECT conversations.twilio.com:80 HTTP/1.1\r\n\r\n"
        b"GET /early HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )

    assert answer.startswith(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200")
    assert b'"target": "/early"' in answer


def test_plain_http_for_conversations_reaches_the_server(
    start_proxy: StartProxy, echo_server: str, session: requests.Session
) -> None:
    client = through(session, start_proxy(echo_server))

    seen = client.post("http://conversations.twilio.com/v1/Users", data={"A": "b"}).json()

    assert seen["target"] == "/v1/Users"
    assert seen["headers"]["host"] == "conversations.twilio.com"
    assert "proxy-connection" not in seen["headers"]
    assert seen["body"] == "A=b"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "host", ["api.twilio.com", "twilio.com", "API.TWILIO.COM.", "aim.us1.twilio.com"]
)
def test_other_hosts_of_twilio_are_refused(
    start_proxy: StartProxy, echo_server: str, scheme: str, host: str
) -> None:
    reached: list[str] = []

    async def connect(host: str, port: int) -> streams.ByteStream:
        reached.append(host)
        return await loopback_only(host, port)

    proxy = start_proxy(echo_server, connect=connect)
    with requests.Session() as session:
        session.trust_env = False
        answer = through(session, proxy).post(
            f"{scheme}://{host}/2010-04-01/Accounts?secret=1", data={"Body": "x" * 200_000}
        )

    name = host.lower().rstrip(".")
    assert answer.status_code == 403
    assert answer.headers["Connection"] == "close"
    assert answer.json() == {
        "code": 20403,
        "message": f"partywire exec refused this request to {name}: it serves "
        "conversations.twilio.com only, and lets nothing through to the real service",
        "more_info": "https://www.twilio.com/docs/errors/20403",
        "status": 403,
    }
    assert proxy.reports == [f"partywire exec: refused POST {name}/2010-04-01/Accounts"]
    assert reached == []


def test_the_python_library_says_in_its_own_exception_what_was_refused(
    start_proxy: StartProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = start_proxy(NOBODY)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("https_proxy", proxy.url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(proxy.ca_file))
    client = twilio.rest.Client("AC" + "0" * 32, "token")

    with (
        contextlib.closing(client.http_client.session),
        pytest.raises(TwilioRestException) as caught,
    ):
        client.messages.create(to="+15005550006", from_="+15005550006", body="hello")

    assert (caught.value.status, caught.value.code) == (403, 20403)
    assert "partywire exec refused this request to api.twilio.com" in caught.value.msg


def test_another_host_is_passed_on_untouched(
    start_proxy: StartProxy, tls_server: TlsServer, session: requests.Session
) -> None:
    proxy = start_proxy(NOBODY)
    client = through(session, proxy)
    client.verify = tls_server.ca_file

    answer = client.post(f"https://localhost:{tls_server.port}/x", data="body")

    assert answer.json()["body"] == "body"
    assert proxy.reports == []


def test_an_absolute_https_target_is_fetched_for_the_client(
    start_proxy: StartProxy, tls_server: TlsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", tls_server.ca_file)
    proxy = start_proxy(NOBODY)

    answer = say(
        proxy, f"GET https://localhost:{tls_server.port}/x HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    )

    assert b'"target": "/x"' in answer
    assert f'"host": "localhost:{tls_server.port}"'.encode() in answer


def test_an_https_server_is_reached_over_tls_and_must_be_who_it_is(
    start_proxy: StartProxy,
    tls_server: TlsServer,
    session: requests.Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = f"https://localhost:{tls_server.port}"
    refused = through(session, start_proxy(url)).get(CONVERSATIONS)
    assert refused.status_code == 502
    assert "CERTIFICATE_VERIFY_FAILED" in refused.json()["message"]

    monkeypatch.setenv("SSL_CERT_FILE", tls_server.ca_file)
    with requests.Session() as other:
        other.trust_env = False
        seen = through(other, start_proxy(url)).get(CONVERSATIONS).json()
    assert seen["headers"]["host"] == "conversations.twilio.com"


def test_plain_http_to_another_host_is_forwarded_without_the_fields_of_this_hop(
    start_proxy: StartProxy, echo_server: str
) -> None:
    proxy = start_proxy(NOBODY)
    authority = echo_server.removeprefix("http://")

    answer = say(
        proxy,
        f"POST {echo_server}/x?y HTTP/1.1\r\nHost: wrong\r\nProxy-Connection: keep-alive\r\n"
        "Content-Length: 4\r\nX-Other: 1\r\n\r\nbody".encode(),
    )

    seen = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert seen["target"] == "/x?y"
    assert seen["body"] == "body"
    assert seen["headers"] == {
        "host": authority,
        "connection": "close",
        "content-length": "4",
        "x-other": "1",
    }


def test_connections_left_open_are_dropped_at_the_end(
    start_proxy: StartProxy, echo_server: str
) -> None:
    # The fixture fails where a task outlives the proxy.
    proxy = start_proxy(echo_server)
    with contextlib.ExitStack() as stack:
        for data in (b"", b"GET", b"CONNECT conversations.twilio.com:443 HTTP/1.1\r\n\r\n"):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", proxy.port)))
            connection.sendall(data)
