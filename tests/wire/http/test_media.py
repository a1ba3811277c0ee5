"""Media over HTTP: what the chat SDK and an account ask, and what is none of theirs."""

from collections.abc import Iterator

import pytest

from harness import Client, Server, account, assert_refused
from partywire.wire.http.media import is_media
from wire.http.chat import chat
from wire.http.uploads import PNG, Media, nobody

LINK = "content_direct_temporary"


@pytest.fixture
def media(client: Client) -> Media:
    """The account's."""
    return Media(client)


@pytest.fixture
def ann(client: Client) -> Media:
    """A user's who may send."""
    chat(client, "ann")
    return Media(client, "ann")


def test_a_user_sends_a_file_up_and_anybody_with_the_link_gets_it(
    client: Client, ann: Media
) -> None:
    every_byte = bytes(range(256)) * 500
    answer = ann.send(every_byte, Category="media", Filename="a b.png")
    assert answer.headers["content-type"].startswith("application/json")
    made = answer.json()
    url = f"{client.url}{ann.root}/Media/{made['sid']}"
    assert made["links"].keys() == {"content", LINK}
    assert made["links"]["content"] == f"{url}/Content"
    assert made["links"][LINK].startswith(f"{url}/Content?")
    dates = {made.pop(name) for name in ("date_created", "date_updated", "date_upload_updated")}
    assert all(each.endswith("Z") for each in dates)
    links = made.pop("links")
    assert made == {
        "sid": made["sid"],
        "service_sid": ann.service,
        "channel_sid": None,
        "message_sid": None,
        "size": 128_000,
        "content_type": "image/png",
        "filename": "a b.png",
        "category": "media",
        "author": "ann",
        "is_multipart_upstream": False,
        "url": url,
    }
    found = nobody(client, "GET", links[LINK])
    assert (found.status_code, found.content) == (200, every_byte)
    assert found.headers["content-type"] == "image/png"
    again = ann.ask("GET", f"/Media/{made['sid']}")
    assert again.status_code == 200
    assert again.headers["cache-control"] == "no-store"
    assert again.json()["url"] == url


def test_the_account_sends_files_up_too(client: Client, media: Media) -> None:
    made = media.sent(b"text", Category="Body")
    assert (made["author"], made["category"], made["filename"]) == (None, "body", None)
    found = media.ask("GET", made["links"]["content"])
    assert (found.status_code, found.content) == (200, b"text")
    assert found.headers["cache-control"] == "private, no-cache"


def test_a_browser_s_form_is_taken(client: Client, ann: Media) -> None:
    files = {"file": ("ü.txt", b"\r\n--x\r\n" * 99, "text/plain")}
    made = ann.ask("POST", "/Media", files=files).json()
    assert (made["filename"], made["content_type"], made["size"]) == ("ü.txt", "text/plain", 693)
    named = ann.ask("POST", "/Media", files={"file": ("a", b"x")}, params={"Filename": "b"})
    assert (named.json()["filename"], named.json()["content_type"]) == (
        "b",
        "application/octet-stream",
    )


def test_a_set_says_of_each_what_became_of_it(client: Client, ann: Media, media: Media) -> None:
    mine, theirs = ann.sent()["sid"], media.sent()["sid"]
    answer = ann.set(mine, theirs, "ME0", mine)
    assert answer.status_code == 200
    first, *rest, last = answer.json()
    assert (first["code"], first["media_record"]["sid"]) == (200, mine)
    assert nobody(client, "GET", first["media_record"]["links"][LINK]).content == b"abc"
    assert rest == [
        {"code": 404, "media_record": {"sid": theirs}},
        {"code": 404, "media_record": {"sid": "ME0"}},
    ]
    assert last["media_record"]["sid"] == mine
    assert media.set().json() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", 20001),
        ("[]", 20001),
        ('{"command":"get"}', 20001),
        ('{"command":"put","list":[]}', 20001),
        ('{"command":"get","list":[{}]}', 50506),
        ('{"command":"get","list":[{"media_sid":1}]}', 20001),
        ('{"command":"get","list":[' + ",".join(['{"media_sid":"ME0"}'] * 101) + "]}", 20001),
        ('{"command":"get","list":' + "[" * 100_000, 20001),
        (b"\xff", 20001),
    ],
)
def test_what_is_no_set_is_a_bad_request(media: Media, body: str | bytes, code: int) -> None:
    assert_refused(media.ask("POST", "/MediaSet", content=body), 400, code)


def test_what_is_nobody_s_yet_can_be_deleted(client: Client, ann: Media, media: Media) -> None:
    made = ann.sent()
    path = f"/Media/{made['sid']}"
    answer = ann.ask("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert_refused(ann.ask("GET", path), 404, 50507)
    assert_refused(ann.ask("DELETE", path), 404, 50507)
    assert_refused(nobody(client, "GET", made["links"][LINK]), 404, 50507)


def test_others_find_nothing(server: Server, client: Client, ann: Media, media: Media) -> None:
    made = ann.sent()
    chat(client, "bob")
    with Client(server.url, account()) as stranger:
        other = Media(stranger)
        assert_refused(other.ask("GET", made["url"]), 404, 20404)
        other.root = ann.root
        assert_refused(other.send(), 404, 20404)
        other.headers, other.auth = Media(stranger, "ann").headers, None
        assert_refused(other.ask("GET", made["url"]), 404, 20404)
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/Content")):
        answer = Media(client, "bob").ask(method, f"/Media/{made['sid']}{path}")
        assert_refused(answer, 404, 50507)
    media.root = "/v1/Services/IS" + "g" * 32
    assert_refused(media.send(), 404, 20404)


def test_nobody_gets_in_without_showing_who_they_are(client: Client, ann: Media) -> None:
    made = ann.sent()
    for method, url in (
        ("POST", ann.root + "/Media"),
        ("POST", ann.root + "/MediaSet"),
        ("GET", made["url"]),
        ("DELETE", made["url"]),
        ("GET", made["links"]["content"]),
    ):
        answer = nobody(client, method, url)
        assert_refused(answer, 401, 20003)
        assert "www-authenticate" in answer.headers
        wrong = nobody(client, method, url, **{"X-Twilio-Token": "a.b.c"})
        assert_refused(wrong, 401, 20101)
        assert "www-authenticate" not in wrong.headers
        assert wrong.headers["access-control-allow-origin"] == "*"


def test_whom_no_role_lets_sends_nothing(client: Client) -> None:
    client.made("/Users", {"Identity": "eve"})
    assert_refused(Media(client, "eve").send(), 403, 50107)


@pytest.mark.parametrize("change", ["Signature=x", "Expires=1", "Expires=x", "Expires=" + "9" * 40])
def test_a_link_that_was_changed_leads_nowhere(client: Client, media: Media, change: str) -> None:
    link = media.sent()["links"][LINK]
    name = change.partition("=")[0]
    path, _, query = link.partition("?")
    changed = [change if each.startswith(name) else each for each in query.split("&")]
    assert_refused(nobody(client, "GET", f"{path}?{'&'.join(changed)}"), 403, 20403)
    assert_refused(nobody(client, "GET", f"{path}?{change}"), 403, 20403)
    other = media.sent()["sid"]
    assert_refused(nobody(client, "GET", f"{media.root}/Media/{other}/Content?{query}"), 403, 20403)


def test_pages_of_any_origin_may_ask(client: Client, media: Media) -> None:
    made = media.sent()
    asked = {"Origin": "https://page.example", "Access-Control-Request-Headers": "x-twilio-token"}
    for url in (media.root + "/Media", media.root + "/MediaSet", made["url"], made["links"][LINK]):
        answer = nobody(client, "OPTIONS", url, **asked)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "*"
        allowed = answer.headers["access-control-allow-headers"].lower()
        for name in ("x-twilio-token", "content-type", "range", "authorization"):
            assert name in allowed
        assert "POST" in answer.headers["access-control-allow-methods"]
    content = nobody(client, "GET", made["links"][LINK])
    assert content.headers["access-control-allow-origin"] == "*"
    shown = content.headers["access-control-expose-headers"]
    for name in ("Content-Length", "Content-Range", "ETag"):
        assert name in shown


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/Media", "POST, OPTIONS"),
        ("PUT", "/MediaSet", "POST, OPTIONS"),
        ("POST", "/Media/ME0", "GET, DELETE, OPTIONS"),
        ("DELETE", "/Media/ME0/Content", "GET, HEAD, OPTIONS"),
    ],
)
def test_what_cannot_be_done_there_is_said(
    media: Media, method: str, path: str, allowed: str
) -> None:
    answer = media.ask(method, path)
    assert_refused(answer, 405, 20004)
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("path", ["/Medias", "/Media/", "/Media/ME0/Contents", "/MediaSet/ME0"])
def test_other_paths_are_not_found(media: Media, path: str) -> None:
    for method in ("GET", "OPTIONS"):
        assert_refused(media.ask(method, path), 404, 20404)


def test_a_host_that_is_none_is_refused_here_too(media: Media) -> None:
    assert_refused(media.ask("GET", "/Media/ME0", headers={"Host": "a b"}), 400, 20001)


def test_only_what_may_be_media_comes_here() -> None:
    service = "/v1/Services/IS" + "0" * 32
    assert is_media(f"{service}/Media")
    assert is_media(f"{service}/Media/ME0")
    assert not is_media(f"{service}/Conversations")
    assert not is_media("/v1/Conversations/CH" + "0" * 40 + "/Media")


@pytest.fixture
def chunks() -> Iterator[bytes]:
    """A body of which nobody says how long it is."""
    return iter([b"abc", b"def"])


def test_a_body_may_come_in_chunks(media: Media, chunks: Iterator[bytes]) -> None:
    answer = media.ask("POST", "/Media", content=chunks, headers=PNG)
    assert answer.json()["size"] == 6
