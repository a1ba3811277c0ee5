"""Wherever an error comes from, it has the one shape that every client library reads."""

import base64
from typing import Any

import httpx
import pytest

from contract.shapes import assert_error
from contract.world import World
from harness import Client, Server


def basic(pair: str) -> str:
    """An ``Authorization`` header's value."""
    return "Basic " + base64.b64encode(pair.encode("latin-1")).decode()


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Basic QUM",
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        basic("nobody"),
        basic("ada:token"),
        basic(":"),
        basic("AC" + "1" * 32 + ":"),
        basic("AC" + "1" * 32),
        "Bearer abc",
        "Digest username=ada",
        "basic basic basic",
        "ü",
    ],
)
def test_who_does_not_say_who_they_are_is_refused(server: Server, header: str | None) -> None:
    headers = [] if header is None else [(b"Authorization", header.encode("latin-1"))]
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as http:
        for path in ("/v1/Users", "/v1/Services/IS/Users", "/v1/nothing"):
            assert_error(http.get(path), 401, 20003)


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_the_scheme_may_be_written_in_any_case(server: Server, client: Client, scheme: str) -> None:
    assert client.credentials is not None
    header = basic(":".join(client.credentials)).replace("Basic", scheme)
    with httpx.Client(base_url=server.url, trust_env=False) as http:
        assert http.get("/v1/Users", headers={"Authorization": header}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/",
        "/v1/Nothing",
        "/v1/Users/ada/Nothing",
        "/v1/Users/",
        "/v2/Users",
        "/",
        "/favicon.ico",
        "/_partywire/nothing",
        "/v1/Conversations/a/Messages/b/ChannelMetadata",
        "/2010-04-01/Accounts.json",
    ],
)
def test_an_unknown_path_is_not_found_and_named(client: Client, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        message = assert_error(client.http.request(method, path), 404, 20404)
        assert message == f"The requested resource {path} was not found"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/Users/ada",
        "/v1/Users/ada%40example.com",
        "/v1/Users/a%2Fb/Conversations",
        "/v1/Conversations/tea/Messages/IM1",
        "/v1/Conversations/CH" + "0" * 32,
        "/v1/Services/IS" + "0" * 32,
        "/v1/Services/IS" + "0" * 32 + "/Users",
    ],
)
def test_what_is_not_found_is_named_by_the_path_that_was_asked(client: Client, path: str) -> None:
    message = assert_error(client.http.get(path), 404, 20404)
    assert message == f"The requested resource {path} was not found"


def test_the_query_is_not_part_of_what_was_not_found(client: Client) -> None:
    message = assert_error(client.get("/Users/ada", PageSize="1"), 404, 20404)
    assert message == "The requested resource /v1/Users/ada was not found"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/v1/Users"),
        ("DELETE", "/v1/Users"),
        ("PATCH", "/v1/Users/ada"),
        ("OPTIONS", "/v1/Conversations"),
        ("POST", "/v1/Users/ada/Conversations"),
        ("POST", "/healthz"),
        ("DELETE", "/_partywire/fidelity"),
    ],
)
def test_another_method_is_not_allowed(client: Client, method: str, path: str) -> None:
    assert_error(client.http.request(method, path), 405, 20004)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/Users/ada"),
        ("PUT", "/v1/Users"),
        ("GET", "/v1/Roles"),
        ("GET", "/v1"),
        ("GET", "/nothing"),
        ("POST", "/healthz"),
    ],
)
def test_every_error_says_that_it_is_json_in_utf_8(client: Client, method: str, path: str) -> None:
    answer = client.http.request(method, path)
    assert answer.headers["content-type"] == "application/json;charset=utf-8"


@pytest.mark.parametrize("path", ["/nothing/a%20b", "/v1%2FUsers", "/n%C3%BC"])
def test_a_path_outside_the_api_is_named_as_it_was_asked(client: Client, path: str) -> None:
    message = assert_error(client.http.get(path), 404, 20404)
    assert message == f"The requested resource {path} was not found"


MIB = 1024 * 1024


@pytest.mark.parametrize("path", ["/Users", "/Services", "/Conversations"])
def test_a_body_that_is_too_large_is_refused(client: Client, path: str) -> None:
    form = {"FriendlyName": "x" * MIB}
    assert_error(client.post(path, form), 413, 20413)
    assert_error(client.post(path, content=chunks(MIB + 1)), 413, 20413)
    assert client.seen("/Users")["users"] == []


def chunks(size: int) -> Any:
    """A body whose length is not declared."""
    for _ in range(16):
        yield b"x" * (size // 16 + 1)


@pytest.mark.parametrize(
    ("path", "form", "status", "code"),
    [
        ("/Users", {}, 400, 50204),
        ("/Users", {"Identity": "ada"}, 409, 50201),
        ("/Users", {"Identity": "x", "Attributes": "{"}, 400, 50304),
        ("/Conversations", {"UniqueName": "tea"}, 409, 50353),
        ("/Conversations", {"State": "closed"}, 400, 50384),
        ("/Conversations", {"Timers.Closed": "soon"}, 400, 50380),
        ("/Conversations/tea/Messages", {}, 400, 50503),
        ("/Conversations/tea/Messages", {"MediaSid": "ME1"}, 400, 50510),
        ("/Conversations/tea/Messages", {"ContentSid": "HX1"}, 501, 20501),
        ("/Conversations/tea/Participants", {"Identity": "ada"}, 409, 50433),
        ("/Users/ada/Conversations/tea", {"LastReadMessageIndex": "x"}, 400, 50421),
        ("/Users/ada/Conversations/tea", {"NotificationLevel": "x"}, 400, 50210),
        ("/Services", {}, 400, 50000),
    ],
)
def test_a_refused_form_has_the_shape(
    client: Client, path: str, form: dict[str, str], status: int, code: int
) -> None:
    world = World(client, default=True)
    assert_error(client.post(path, form), status, code)
    there = client.at(f"/v1/Services/{world.service}")
    if path != "/Services":
        assert_error(there.post(path, form), status, code)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"Identity": "ada"}'),
        ("text/plain", b"Identity=ada"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("", b"Identity=ada"),
        ("application/x-www-form-urlencoded", b"Identity=\xff"),
        ("application/x-www-form-urlencoded", b"Identity=%FF"),
        ("application/x-www-form-urlencoded", b"Identity=a%00b"),
        ("application/x-www-form-urlencoded", b"a=b&" * 1001),
    ],
)
def test_a_body_that_is_no_form_is_refused(client: Client, kind: str, body: bytes) -> None:
    answer = client.post("/Users", content=body, headers={"Content-Type": kind})
    assert_error(answer, 400, 20001)
    assert client.seen("/Users")["users"] == []


@pytest.mark.parametrize("value", ["", "yes", "1", "true,false", "\xff"])
def test_a_malformed_webhook_header_is_refused(client: Client, value: str) -> None:
    headers = {"X-Twilio-Webhook-Enabled": value.encode("latin-1")}
    answer = client.http.post("/v1/Users", data={"Identity": "ada"}, headers=headers)  # type: ignore[arg-type]
    assert_error(answer, 400, 20001)


@pytest.mark.parametrize("value", ["true", "false", "True", "FALSE"])
def test_a_webhook_header_may_be_written_in_any_case(client: Client, value: str) -> None:
    headers = {"X-Twilio-Webhook-Enabled": value}
    assert client.post("/Users", {"Identity": "ada"}, headers=headers).status_code == 201


@pytest.mark.parametrize("name", ["PageSize", "PageToken", "Page"])
def test_a_refused_page_has_the_shape(client: Client, name: str) -> None:
    assert_error(client.get("/Users", **{name: "x"}), 400, 20001)


def test_what_is_not_built_leads_to_a_page_of_this_server(client: Client) -> None:
    sid = client.made("/Conversations")["sid"]
    answer = client.post(f"/Conversations/{sid}/Messages", {"ContentSid": "HX" + "0" * 32})
    assert_error(answer, 501, 20501)
    assert answer.json()["more_info"].startswith(client.url)


def test_a_wrong_method_is_told_the_right_ones(client: Client) -> None:
    answer = client.http.request("PUT", "/v1/Users/ada")
    assert_error(answer, 405, 20004)
    assert set(answer.headers["allow"].split(", ")) == {"GET", "POST", "DELETE"}
