"""Names in paths: decoded exactly once, and matched to the letter."""

from urllib.parse import quote

import pytest

from harness import Client, assert_refused
from wire.http.chat import conversation, join, say

ODD = [
    "ada@example.com",
    "a/b",
    "a b",
    "a+b",
    "100%",
    "%41",
    "a%2Fb",
    "who?",
    "#1",
    "x&y=z",
    "ünï/çø∂é🎉",
    "..",
    ".",
    "{Sid}",
    "{}",
    "'; DROP TABLE users; --",
    'quo"te',
    "back\\slash",
    "tab\tnew\nline",
    "Conversations",
    "_%",
]


@pytest.mark.parametrize("identity", ODD)
def test_an_odd_identity_is_found_by_its_encoded_form(client: Client, identity: str) -> None:
    sid = conversation(client)
    person = join(client, sid, identity)
    key = encoded(identity)
    assert client.seen(f"/Users/{key}")["identity"] == identity
    assert client.seen(f"/Users/{key}/Conversations/{sid}")["participant_sid"] == person["sid"]
    assert client.seen(f"/Conversations/{sid}/Participants/{key}") == person
    assert say(client, sid, Author=identity)["participant_sid"] == person["sid"]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_unique_name_is_found_by_its_encoded_form(client: Client, name: str) -> None:
    sid = conversation(client, UniqueName=name)
    join(client, sid, "ada")
    key = encoded(name)
    assert client.seen(f"/Conversations/{key}")["unique_name"] == name
    assert client.seen(f"/Users/ada/Conversations/{key}")["conversation_sid"] == sid


def encoded(name: str) -> str:
    """The name as one path segment; dots too, or the client would take them for folders."""
    return quote(name, safe="").replace(".", "%2E")


def test_a_plus_sign_in_a_path_is_a_plus_sign(client: Client) -> None:
    client.made("/Users", {"Identity": "a+b"})
    assert client.seen("/Users/a+b")["identity"] == "a+b"
    assert_refused(client.get("/Users/a%20b"), 404, 20404)


def test_a_path_is_decoded_only_once(client: Client) -> None:
    client.made("/Users", {"Identity": "A"})
    assert client.seen("/Users/%41")["identity"] == "A"
    assert_refused(client.get("/Users/%2541"), 404, 20404)


def test_escapes_may_be_written_in_either_case(client: Client) -> None:
    client.made("/Users", {"Identity": "ü"})
    assert client.seen("/Users/%c3%bc") == client.seen("/Users/%C3%BC")


def test_what_looks_like_a_sid_is_a_sid(client: Client) -> None:
    assert_refused(client.get("/Users/US" + "0" * 32), 404, 20404)
    user = client.made("/Users", {"Identity": "us" + "0" * 32})
    assert client.seen("/Users/us" + "0" * 32) == user


@pytest.mark.parametrize(
    "path", ["/users", "/Users/", "//Users", "/Users//", "/Users/ada/", "/Users/ada/conversations"]
)
def test_paths_match_to_the_letter(client: Client, path: str) -> None:
    client.made("/Users", {"Identity": "ada"})
    assert_refused(client.get(path), 404, 20404)


@pytest.mark.parametrize("path", ["/Users/%ff", "/Users/%c3%28", "/Users/%00", "/Users/a%00b"])
def test_what_is_not_text_is_not_found(client: Client, path: str) -> None:
    assert_refused(client.get(path), 404, 20404)
    assert_refused(client.post(path, {"FriendlyName": "x"}), 404, 20404)
    assert_refused(client.delete(path), 404, 20404)
