"""Changes to who somebody is in a conversation: identities, addresses, groups and roles."""

from typing import Any

import pytest

from harness import Client, assert_refused
from wire.http.chat import conversation, join

ADDRESS, PROXY = "MessagingBinding.Address", "MessagingBinding.ProxyAddress"
PROJECTED = "MessagingBinding.ProjectedAddress"
OURS, THEIRS = "+15550100", "+15550101"
SID_LIKE = "US" + "0123456789abcdefABCDEF0123456789"
GROUP = 10


class Room:
    """A conversation, and the path of its participants."""

    def __init__(self, client: Client) -> None:
        self.client, self.sid = client, conversation(client)
        self.path = f"/Conversations/{self.sid}/Participants"

    def add(self, **form: str) -> str:
        """Adds somebody; returns the path of this participant."""
        return f"{self.path}/{self.client.made(self.path, form)['sid']}"

    def add_number(self, number: str, proxy: str | None = None) -> str:
        """Adds a phone number, to the Group MMS if it has no proxy; returns its path."""
        return self.add(**{ADDRESS: number} | ({PROXY: proxy} if proxy else {}))

    def people(self) -> list[Any]:
        return self.client.items(self.path, "participants")

    def refuses(self, path: str, form: dict[str, str], status: int, code: int) -> None:
        """It refuses the form, and all are as they were."""
        before = self.people()
        answer = self.client.post(path, {"Attributes": "[1]", **form})
        assert_refused(answer, status, code)
        assert self.people() == before


@pytest.fixture
def room(client: Client) -> Room:
    return Room(client)


@pytest.mark.parametrize(("identity", "code"), [(SID_LIKE, 50206), ("é" * 257, 50207)])
def test_who_shows_as_a_number_takes_no_identity_that_nobody_may_have(
    room: Room, identity: str, code: int
) -> None:
    path = room.add(**{PROJECTED: OURS})
    room.refuses(path, {"Identity": identity}, 400, code)
    assert room.client.items("/Users", "users") == []


def test_who_shows_as_a_number_takes_no_identity_of_somebody_who_is_there(room: Room) -> None:
    path = room.add(**{PROJECTED: OURS})
    join(room.client, room.sid, "ada")
    room.refuses(path, {"Identity": "ada"}, 409, 50433)
    assert room.client.made(path, {"Identity": "ben"})["identity"] == "ben"


def test_an_identity_may_be_said_again_or_left_blank(room: Room) -> None:
    path = room.add(Identity="ada")
    for identity in ("ada", ""):
        changed = room.client.made(path, {"Identity": identity, "Attributes": "[2]"})
        assert (changed["identity"], changed["attributes"]) == ("ada", "[2]")


@pytest.mark.parametrize("proxy", ["nobody", "whatsapp:", "+0", "+" + "1" * 300])
def test_a_proxy_that_is_no_address_is_refused(room: Room, proxy: str) -> None:
    path = room.add_number("+15550001", OURS)
    room.refuses(path, {PROXY: proxy}, 400, 50408)


@pytest.mark.parametrize("projected", ["nobody", "ada@example.com", "whatsapp:+15550100"])
def test_only_a_phone_number_can_be_projected(room: Room, projected: str) -> None:
    path = room.add(Identity="ada")
    room.refuses(path, {PROJECTED: projected}, 400, 50408)
    shown = room.client.made(path, {PROJECTED: OURS})["messaging_binding"]
    assert shown == {"type": "sms", "projected_address": OURS}


def test_another_projected_number_takes_the_place_of_the_first(room: Room) -> None:
    path = room.add(Identity="ada", **{PROJECTED: OURS})
    moved = room.client.made(path, {PROJECTED: THEIRS})
    assert moved["messaging_binding"]["projected_address"] == THEIRS
    assert moved == room.client.seen(path)


def test_nobody_joins_a_group_of_ten(room: Room) -> None:
    room.add(Identity="ada", **{PROJECTED: OURS})
    for number in range(1, GROUP):
        room.add_number(f"+1555000{number}")
    room.refuses(room.path, {ADDRESS: "+15550010"}, 400, 50436)
    room.refuses(room.path, {"Identity": "ben", PROJECTED: THEIRS}, 400, 50436)
    room.add(Identity="ben")
    room.add_number("+15550010", OURS)


def test_nobody_comes_into_a_group_of_ten_by_a_change(room: Room) -> None:
    room.add(Identity="ada", **{PROJECTED: OURS})
    numbers = [room.add_number(f"+1555000{number}") for number in range(1, GROUP)]
    ben, alone = room.add(Identity="ben"), room.add_number("+15550010", OURS)
    room.refuses(ben, {PROJECTED: THEIRS}, 400, 50436)
    room.refuses(alone, {PROXY: "null"}, 400, 50436)
    assert room.client.delete(numbers[0]).status_code == 204
    shown = room.client.made(alone, {PROXY: "null"})["messaging_binding"]
    assert shown == {"type": "sms", "address": "+15550010"}


def test_a_number_is_not_in_a_group_twice(room: Room) -> None:
    room.add(Identity="ada", **{PROJECTED: OURS})
    room.add_number("+15550001")
    room.refuses(room.path, {ADDRESS: "+15550001"}, 409, 50437)
    room.refuses(room.path, {ADDRESS: OURS}, 409, 50437)


def test_no_change_brings_a_number_into_a_group_twice(room: Room) -> None:
    room.add(Identity="ada", **{PROJECTED: OURS})
    room.add_number("+15550001")
    ben, alone = room.add(Identity="ben"), room.add_number("+15550001", OURS)
    room.refuses(alone, {PROXY: "null"}, 409, 50437)
    for number in (OURS, "+15550001"):
        room.refuses(ben, {PROJECTED: number}, 409, 50437)
    assert room.client.made(ben, {PROJECTED: THEIRS})["messaging_binding"]


def test_no_change_makes_a_group_that_is_there_already(client: Client) -> None:
    first, second = Room(client), Room(client)
    for room in (first, second):
        room.add(Identity="ada", **{PROJECTED: OURS})
        room.add_number("+15550001")
        if room is first:
            room.add_number("+15550002")
    path = second.add_number("+15550002", THEIRS)
    second.refuses(path, {PROXY: "null"}, 409, 50438)
    message = client.post(path, {PROXY: "null"}).json()["message"]
    assert message.endswith(f" already exists as Conversation {first.sid}")
    client.made(f"/Conversations/{first.sid}", {"State": "closed"})
    assert "proxy_address" not in client.made(path, {PROXY: "null"})["messaging_binding"]


def test_a_group_takes_messages_of_its_people_only_in_a_change_too(room: Room) -> None:
    room.add(Identity="ada", **{PROJECTED: OURS})
    room.add_number("+15550001")
    messages = f"/Conversations/{room.sid}/Messages"
    said = room.client.made(messages, {"Body": "hello", "Author": "ada"})
    path = f"{messages}/{said['sid']}"
    for stranger in ("eve", "+15550002", ""):
        form = {"Body": "bye", "Author": stranger}
        assert_refused(room.client.post(path, form), 400, 50513)
    # How far it has come to the phone may be told meanwhile.
    assert room.client.seen(path) | {"delivery": None} == said | {"delivery": None}
    changed = room.client.made(path, {"Author": "+15550001"})
    assert changed["participant_sid"] not in {said["participant_sid"], None}


def test_a_participant_takes_another_role_than_the_default(room: Room) -> None:
    form = {"FriendlyName": "guest", "Type": "conversation", "Permission": "sendMessage"}
    guest = room.client.made("/Roles", form)["sid"]
    ada = room.client.made(room.path, {"Identity": "ada", "RoleSid": guest})
    assert ada["role_sid"] == guest
    path = room.add(Identity="eve")
    before = room.client.seen(path)["role_sid"]
    assert before != guest
    assert room.client.made(path, {"RoleSid": guest})["role_sid"] == guest
    assert room.client.made(path, {"RoleSid": ""})["role_sid"] == guest
    assert room.client.made(path, {"RoleSid": before})["role_sid"] == before
