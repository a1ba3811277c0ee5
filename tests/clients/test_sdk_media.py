"""Files that users of the official chat SDK send each other, byte by byte."""

import base64
from typing import Any

import httpx
import pytest

from clients.sdk_runtime import Chatter, Refused, World

EVERY_BYTE = bytes(range(256)) * 3


def file(content: bytes = EVERY_BYTE, name: str = "all bytes ü.bin", **more: Any) -> dict[str, Any]:
    """A file as it is handed to a chat client."""
    sent = {"content": base64.b64encode(content).decode(), "name": name}
    return {**sent, "type": "application/x-party", **more}


def content(chatter: Chatter, url: str) -> bytes:
    """What a link leads to."""
    found = chatter.fetch(url=url)
    assert found["status"] == 200
    return base64.b64decode(found["content"])


def assert_sent_and_fetched(alice: Chatter, bob: Chatter, world: World, sid: str) -> None:
    """Alice has sent the file alone: Bob was told, and gets just these bytes."""
    heard = bob.heard("messageAdded")
    (media,) = heard["media"]
    assert (heard["author"], heard["body"], heard["type"]) == ("alice", None, "media")
    assert (media["category"], media["type"]) == ("media", "application/x-party")
    assert (media["filename"], media["size"]) == ("all bytes ü.bin", len(EVERY_BYTE))
    (kept,) = world.messages(sid)
    assert kept["body"] is None
    assert kept["media"] == [
        {
            "sid": media["sid"],
            "size": len(EVERY_BYTE),
            "content_type": "application/x-party",
            "filename": "all bytes ü.bin",
        }
    ]
    for who in (bob, alice):
        for url in who.links(conversation=sid, index=0)[0]:
            assert content(who, url) == EVERY_BYTE


def talking(world: World) -> tuple[str, Chatter, Chatter]:
    """A conversation in which Alice and Bob are, watching."""
    sid = world.conversation("alice", "bob")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    for chatter in (alice, bob):
        chatter.watch(conversation=sid)
    return sid, alice, bob


def uploaded(world: World, data: bytes = b"from REST", name: str = "rest.txt") -> str:
    """Uploads a file with the account's credentials; returns its SID."""
    answer = world.rest.http.post(
        f"/v1/Services/{world.service}/Media",
        params={"Filename": name},
        content=data,
        headers={"Content-Type": "text/plain"},
    )
    assert answer.status_code == 201, answer.text
    sid: str = answer.json()["sid"]
    return sid


def test_a_file_comes_as_it_was_sent(world: World) -> None:
    sid, alice, bob = talking(world)
    assert alice.sendFiles(conversation=sid, files=[file()]) == 0
    assert_sent_and_fetched(alice, bob, world, sid)


def test_the_older_way_of_sending_a_file_does_too(world: World) -> None:
    sid, alice, bob = talking(world)
    assert alice.sendFile(conversation=sid, file=file()) == 0
    assert_sent_and_fetched(alice, bob, world, sid)


@pytest.mark.parametrize("driver", ["chromium"], indirect=True)
def test_a_form_of_a_browser_comes_as_it_was_sent(world: World) -> None:
    sid, alice, bob = talking(world)
    assert alice.sendFiles(conversation=sid, files=[file(form=True)]) == 0
    assert_sent_and_fetched(alice, bob, world, sid)


def test_several_files_and_a_text_stay_together_and_in_order(world: World) -> None:
    sid, alice, bob = talking(world)
    parts = [bytes([number]) * (number + 1) for number in range(10)]
    files = [file(part, f"{number}.bin") for number, part in enumerate(parts)]
    alice.sendFiles(conversation=sid, body="Ten of them", files=files)
    heard = bob.heard("messageAdded")
    assert (heard["body"], heard["type"]) == ("Ten of them", "media")
    assert [one["filename"] for one in heard["media"]] == [f"{n}.bin" for n in range(10)]
    links = bob.links(conversation=sid, index=0)
    assert [content(bob, each) for each, _ in links] == parts
    with pytest.raises(Refused, match="Too many media"):
        alice.sendFiles(conversation=sid, files=[*files, file()])


def test_both_ways_and_from_rest(world: World) -> None:
    sid, alice, bob = talking(world)
    alice.sendFiles(conversation=sid, files=[file(b"to bob")])
    bob.heard("messageAdded", index=0)
    bob.sendFiles(conversation=sid, body="Thanks", files=[file(b"to alice")])
    heard = alice.heard("messageAdded", index=1)
    assert content(alice, alice.links(conversation=sid, index=1)[0][0]) == b"to alice"
    assert heard["author"] == "bob"
    form = {"MediaSid": uploaded(world), "Author": "system"}
    world.rest.made(f"/Conversations/{sid}/Messages", form)
    for who in (alice, bob):
        (media,) = who.heard("messageAdded", index=2)["media"]
        assert (media["filename"], media["type"]) == ("rest.txt", "text/plain")
        assert content(who, who.links(conversation=sid, index=2)[0][1]) == b"from REST"


def test_what_was_sent_while_the_network_was_lost_is_told_with_its_file(world: World) -> None:
    sid, alice, bob = talking(world)
    bob.lost("away")
    alice.sendFiles(conversation=sid, files=[file()])
    bob.back()
    assert_sent_and_fetched(alice, bob, world, sid)


def test_the_attributes_beside_a_file_change_and_the_file_stays(world: World) -> None:
    sid, alice, bob = talking(world)
    alice.sendFiles(conversation=sid, body="Look", files=[file()])
    bob.heard("messageAdded")
    alice.mark(conversation=sid, index=0, attributes={"starred": True})
    seen = bob.heard("messageUpdated")
    assert (seen["attributes"], "media" in seen["reasons"]) == ({"starred": True}, False)
    assert [one["size"] for one in seen["media"]] == [len(EVERY_BYTE)]
    with pytest.raises(Refused) as refused:
        alice.edit(conversation=sid, index=0, body="Don't")
    assert refused.value.shown["code"] == 50509


def test_with_its_message_a_file_is_gone(world: World) -> None:
    sid, alice, bob = talking(world)
    alice.sendFiles(conversation=sid, files=[file()])
    bob.heard("messageAdded")
    [[url, _]] = bob.links(conversation=sid, index=0)
    assert content(bob, url) == EVERY_BYTE
    alice.remove(conversation=sid, index=0)
    assert bob.heard("messageRemoved")["index"] == 0
    assert bob.fetch(url=url)["status"] == 404


def test_who_is_not_there_gets_no_link(world: World) -> None:
    sid, alice, bob = talking(world)
    alice.sendFiles(conversation=sid, files=[file()])
    (media,) = bob.heard("messageAdded")["media"]
    where = f"/v1/Services/{world.service}/Media/{media['sid']}"
    with httpx.Client(base_url=world.rest.url) as http:
        for identity, status in (("bob", 200), ("eve", 404)):
            world.chatter(identity)
            answer = http.get(where, headers={"X-Twilio-Token": world.token(identity)})
            assert answer.status_code == status
