"""What one database can hold and another cannot: refused at the door, or kept by every one."""

import random

import httpx
import pytest

from harness import Client, assert_refused
from wire.http.chat import conversation, join, say

LONGEST = 256


def wide(length: int, seed: int) -> str:
    """A text of four bytes to a character, in which nothing repeats that could be made shorter."""
    chance = random.Random(seed)
    return "".join(chr(chance.randrange(0x10000, 0x1F000)) for _ in range(length))


@pytest.mark.parametrize("form", [{"FriendlyName": "a\0b"}, {"a\0b": "x"}, {"UniqueName": "\0"}])
def test_a_form_with_a_nul_character_is_refused(client: Client, form: dict[str, str]) -> None:
    answer = client.post("/Conversations", form)

    assert_refused(answer, 400, 20001)
    assert "NUL" in answer.json()["message"]
    assert client.items("/Conversations", "conversations") == []


@pytest.mark.parametrize(
    "path", ["/Conversations?State=%00", "/ParticipantConversations?Identity=a%00b", "/Users?%00=1"]
)
def test_a_query_with_a_nul_character_is_refused(client: Client, path: str) -> None:
    answer = client.http.get(f"/v1{path}")

    assert_refused(answer, 400, 20001)
    assert "NUL" in answer.json()["message"]


def test_nothing_stands_at_a_path_with_a_nul_character(client: Client) -> None:
    sid = conversation(client)
    for path in (
        f"/Conversations/{sid}%00",
        f"/Conversations/{sid}/Messages/%00",
        "/Users/a%00b/Conversations",
        "/Services/%00/Users",
    ):
        assert_refused(client.get(path), 404, 20404)
        assert_refused(client.delete(path), 404, 20404)


@pytest.mark.parametrize("pair", [("AC1\0", "token"), ("AC" + "1" * 32, "to\0ken")])
def test_nobody_is_called_by_a_nul_character(client: Client, pair: tuple[str, str]) -> None:
    answer = client.http.get("/v1/Users", auth=httpx.BasicAuth(*pair))

    assert_refused(answer, 401, 20003)


@pytest.mark.parametrize("attributes", ['{"a":"\\u0000"}', '["\\ud800"]', '{"\\u0000":1e999}'])
def test_attributes_may_escape_what_no_text_can_hold(client: Client, attributes: str) -> None:
    sid = conversation(client, Attributes=attributes)
    message = say(client, sid, Body="x", Attributes=attributes)

    assert client.seen(f"/Conversations/{sid}")["attributes"] == attributes
    seen = client.seen(f"/Conversations/{sid}/Messages/{message['sid']}")
    assert seen["attributes"] == attributes


def test_the_longest_names_of_the_widest_characters_are_kept_and_found(client: Client) -> None:
    name, identity = wide(LONGEST, 1), wide(LONGEST, 2)
    sid = conversation(client, UniqueName=name, FriendlyName=name)
    person = join(client, sid, identity)

    assert client.seen(f"/Conversations/{name}")["sid"] == sid
    assert (
        client.seen(f"/Users/{identity}/Conversations/{name}")["participant_sid"] == (person["sid"])
    )
    assert_refused(client.post("/Conversations", {"UniqueName": name}), 409, 50353)
    assert client.items("/ParticipantConversations", "conversations", Identity=identity)


def test_the_longest_addresses_of_the_widest_characters_are_kept_and_found(client: Client) -> None:
    prefix = "whatsapp:"
    address, proxy = (prefix + wide(LONGEST - len(prefix), seed) for seed in (3, 4))
    binding = {"MessagingBinding.Address": address, "MessagingBinding.ProxyAddress": proxy}
    people = f"/Conversations/{conversation(client)}/Participants"
    client.made(people, binding)

    assert client.items("/ParticipantConversations", "conversations", Address=address)
    taken = client.post(f"/Conversations/{conversation(client)}/Participants", binding)
    assert_refused(taken, 409, 50416)
    made = client.made("/Configuration/Addresses", {"Type": "whatsapp", "Address": address})
    assert client.seen(f"/Configuration/Addresses/{made['sid']}")["address"] == address
