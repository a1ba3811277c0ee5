"""What the libraries in PHP, Ruby, C#, Java and Go send unlike the others, over a bare socket.

Their heads are written out here as each of them writes its own. How they read what comes back is
in `test_other_readers`.
"""

import base64
import socket
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest

from contract.raw import answered, complete, exchanged
from harness import Client, assert_refused
from wire.http.chat import chat

FORM = "application/x-www-form-urlencoded"
HOST = "Host: conversations.twilio.com"


class Library(NamedTuple):
    """How a library writes a request's head.

    Attributes:
        headers: those of each request, in its order and case.
        body: those that it adds where there is a form.
        bodiless: those of a DELETE.
    """

    headers: tuple[str, ...]
    body: tuple[str, ...] = (f"Content-Type: {FORM}",)
    bodiless: tuple[str, ...] = (f"Content-Type: {FORM}",)


LIBRARIES = {
    "php": Library(
        (HOST, "Accept: application/json", "User-Agent: twilio-php/8.12.0", "Accept-Charset: utf-8")
    ),
    "ruby": Library(
        (
            "User-Agent: twilio-ruby/7.11.1",
            "Accept-Charset: utf-8",
            "Accept: application/json",
            "Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
            HOST,
        )
    ),
    "csharp": Library(
        (HOST, "Accept: application/json", "Accept-Encoding: utf-8", "User-Agent: twilio-csharp/7"),
        bodiless=(f"Content-Type: {FORM}", "Content-Length: 0"),
    ),
    "java": Library(
        ("Accept-Encoding: utf-8", "X-Twilio-Client: java-12.0.0", "Connection: keep-alive", HOST),
        body=(f"Content-Type: {FORM}; charset=UTF-8",),
        bodiless=(f"Content-Type: {FORM}; charset=UTF-8", "Content-Length: 0"),
    ),
    "go": Library((HOST, "User-Agent: twilio-go/1.30.9", "Accept-Encoding: gzip")),
    "a proxy that writes in lower case": Library(
        ("host: conversations.twilio.com", "accept: */*"),
        body=(f"content-type: {FORM};charset=utf-8",),
        bodiless=(),
    ),
}

Send = Callable[..., httpx.Response]


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> Library:
    return LIBRARIES[request.param]


@pytest.fixture(params=["account", "service"])
def chats(request: pytest.FixtureRequest, client: Client) -> Client:
    """A client at either door."""
    if request.param == "account":
        return client
    service = client.made("/Services", {"FriendlyName": "Shop"})
    return client.at(f"/v1/Services/{service['sid']}")


def request_of(
    client: Client, library: Library, method: str, path: str, form: str | None = None
) -> bytes:
    """The bytes of a request, as the library would send them."""
    assert client.credentials is not None
    key = base64.b64encode(":".join(client.credentials).encode()).decode()
    headers = [*library.headers, f"Authorization: Basic {key}"]
    if form is not None:
        headers += [*library.body, f"Content-Length: {len(form.encode())}"]
    elif method != "POST":
        headers += library.bodiless
    lines = [f"{method} {client.door}{path} HTTP/1.1", *headers, "", form or ""]
    return "\r\n".join(lines).encode()


@pytest.fixture
def send(chats: Client, library: Library) -> Send:
    """Sends a request at the door, as the library would."""
    return lambda method, path, form=None: answered(
        chats.url, request_of(chats, library, method, path, form)
    )


def test_each_verb_is_understood_and_answered_plainly(chats: Client, send: Send) -> None:
    made = send("POST", "/Conversations", "UniqueName=lunch&FriendlyName=a+~%7E%2B%26%C3%BC!*()")
    assert (made.status_code, made.json()["friendly_name"]) == (201, "a ~~+&ü!*()")
    assert made.json()["url"].startswith(f"https://conversations.twilio.com{chats.door}/")

    read = send("GET", "/Conversations/lunch")
    assert (read.status_code, read.json()) == (200, made.json())
    assert not {"content-encoding", "transfer-encoding"} & set(read.headers)
    assert read.headers["content-type"] == "application/json;charset=utf-8"

    gone = send("DELETE", "/Conversations/lunch")
    assert (gone.status_code, gone.content) == (204, b"")
    assert_refused(send("GET", "/Conversations/lunch"), 404, 20404)


def test_an_empty_form_changes_nothing_and_succeeds(chats: Client, send: Send) -> None:
    before = chats.made("/Conversations", {"UniqueName": "lunch", "FriendlyName": "Lunch"})
    after = send("POST", "/Conversations/lunch", "")
    assert after.status_code == 200
    assert after.json()["friendly_name"] == before["friendly_name"]


@pytest.mark.parametrize(
    ("encoded", "identity"),
    [
        ("j%C3%B6rg%2Flee%2Bx%40y%20z", "jörg/lee+x@y z"),  # PHP, Java and the CLI encode it all
        ("ann+x@example.com", "ann+x@example.com"),  # the others encode nothing
        ("a%20b%7Cc", "a b|c"),  # .NET and Go encode what no URL may hold
        ("100%25", "100%"),
        ("%252F", "%2F"),
    ],
)
def test_a_name_in_the_path_is_decoded_once(
    chats: Client, send: Send, encoded: str, identity: str
) -> None:
    chat(chats, identity, UniqueName="team lunch")

    read = send("POST", f"/Users/{encoded}/Conversations/team%20lunch", "NotificationLevel=muted")

    assert (read.status_code, read.json()["notification_level"]) == (200, "muted")
    assert send("GET", f"/Users/{encoded}").json()["identity"] == identity


def test_a_repeated_field_is_a_list_wherever_it_stands(chats: Client, send: Send) -> None:
    # Ruby puts the fields in order of their names.
    form = "FriendlyName=r&Permission=sendMessage&Permission=leaveConversation&Type=conversation"
    made = send("POST", "/Roles", form)
    assert made.status_code == 201
    assert sorted(made.json()["permissions"]) == ["leaveConversation", "sendMessage"]


@pytest.mark.parametrize(
    "sent",
    [
        "2026-01-01T10%3A00%3A00Z",  # PHP, Ruby, C#, Python, Node
        "2026-01-01T12%3A00%3A00%2B02%3A00",  # Go
        "2026-01-01T10%3A00%3A00",  # Java leaves the zone out
        "2026-01-01T10%3A00%3A00.123Z",
        "2026-01-01T10:00:00Z",  # by hand
    ],
)
def test_a_date_is_taken_in_the_form_of_each_library(client: Client, sent: str) -> None:
    chat(client, "ann", UniqueName="lunch")
    request = request_of(
        client,
        LIBRARIES["php"],
        "POST",
        "/Conversations/lunch/Participants/ann",
        f"LastReadTimestamp={sent}&DateUpdated={sent}",
    )
    seen = answered(client.url, request).json()
    assert seen["date_updated"] == "2026-01-01T10:00:00Z"
    assert seen["last_read_timestamp"] == "2026-01-01T10:00:00Z"


def test_a_date_of_a_culture_that_writes_points_is_refused(client: Client) -> None:
    # C# formats by the culture of its thread, and a Finnish clock shows points.
    chat(client, "ann", UniqueName="lunch")
    path, form = "/Users/ann/Conversations/lunch", "LastReadTimestamp=2026-01-01T10.00.00Z"
    sent = request_of(client, LIBRARIES["csharp"], "POST", path, form)
    assert_refused(answered(client.url, sent), 400, 50405)


@pytest.mark.parametrize("said", ["true", "True", "TRUE"])
@pytest.mark.parametrize("denied", ["false", "False", "FALSE"])
def test_a_boolean_is_taken_in_any_case(client: Client, said: str, denied: str) -> None:
    service = client.made("/Services", {"FriendlyName": "Shop"})
    path = f"/Services/{service['sid']}/Configuration"
    for word, value in ((said, True), (denied, False)):
        sent = request_of(client, LIBRARIES["csharp"], "POST", path, f"ReachabilityEnabled={word}")
        assert answered(client.url, sent).json()["reachability_enabled"] is value


def test_a_form_in_chunks_is_read(client: Client) -> None:
    chunks = ("Transfer-Encoding: chunked", f"Content-Type: {FORM}")
    library = Library((HOST, *chunks))
    head = request_of(client, library, "POST", "/Conversations")
    answer = answered(client.url, head + b"b\r\nUniqueName=\r\n5\r\nlunch\r\n0\r\n\r\n")
    assert (answer.status_code, answer.json()["unique_name"]) == (201, "lunch")


def test_who_expects_to_be_told_to_go_on_is_told(client: Client) -> None:
    # PHP's curl does so before a large form.
    library = Library((HOST, "Expect: 100-continue"))
    sent = request_of(client, library, "POST", "/Conversations", "UniqueName=lunch")
    head, _, form = sent.partition(b"\r\n\r\n")
    parts = urlsplit(client.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(form)
        received = b""
        while not complete(received):
            received += connection.recv(65536)
    assert received.startswith(b"HTTP/1.1 201 ")
    assert client.seen("/Conversations/lunch")["unique_name"] == "lunch"


def test_a_form_is_read_from_a_client_that_would_rather_speak_http_2(client: Client) -> None:
    # Java's own HTTP client says so with each request to an http URL.
    wish = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAA")
    sent = request_of(client, Library((HOST, *wish)), "POST", "/Conversations", "UniqueName=lunch")
    answer = answered(client.url, sent)
    assert (answer.status_code, answer.json()["unique_name"]) == (201, "lunch")


def test_many_requests_of_many_kinds_share_a_connection(client: Client) -> None:
    library = LIBRARIES["java"]
    # Apache's HTTP client would rather have TLS, and says so where it asks for something.
    asking = Library((HOST, "Upgrade: TLS/1.2", "Connection: Upgrade"))
    sent = [
        request_of(client, library, "POST", "/Conversations", "UniqueName=lunch"),
        request_of(client, asking, "GET", "/Conversations/lunch"),
        request_of(client, library, "DELETE", "/Conversations/lunch"),
        request_of(client, asking, "GET", "/Conversations/lunch"),
        request_of(client, library, "POST", "/Conversations", "UniqueName=lunch"),
    ]
    statuses = []
    parts = urlsplit(client.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        for request in sent:
            connection.sendall(request)
            received = b""
            while not complete(received):
                received += connection.recv(65536)
            statuses.append(int(received.split()[1]))
    assert statuses == [201, 200, 204, 404, 201]


def test_a_filter_that_go_cut_short_finds_nobody_and_breaks_nothing(client: Client) -> None:
    # It takes `.42` for an index into a list, and removes it.
    chat(client, "user.42", UniqueName="lunch")
    path = "/ParticipantConversations?Identity=user&PageSize=50"
    answer = answered(client.url, request_of(client, LIBRARIES["go"], "GET", path))
    assert (answer.status_code, answer.json()["conversations"]) == (200, [])


def test_the_answer_to_a_delete_ends_where_its_head_ends(client: Client) -> None:
    # What PHP takes apart at the first empty line, and Python reads as JSON if there is any of it.
    client.made("/Conversations", {"UniqueName": "lunch"})
    sent = request_of(client, LIBRARIES["php"], "DELETE", "/Conversations/lunch")
    received = exchanged(client.url, sent)
    assert received.startswith(b"HTTP/1.1 204 ")
    assert received.endswith(b"\r\n\r\n")
    assert received.count(b"\r\n\r\n") == 1
