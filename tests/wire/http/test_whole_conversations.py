"""A conversation with its participants takes what a conversation takes, and refuses the same."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness import Client, assert_refused
from wire.http.bench import Bench
from wire.http.chat import conversation

PATH = "/ConversationWithParticipants"
OURS, PHONE = "+15550100", "+15550001"
ADA = {"identity": "ada"}
EVERYTHING = {
    "FriendlyName": "Tea",
    "UniqueName": "tea",
    "Attributes": '{"a":  1}',
    "MessagingServiceSid": "MG" + "a" * 32,
    "DateCreated": "2015-12-16T22:18:37Z",
    "DateUpdated": "2015-12-17T22:18:38Z",
    "State": "inactive",
    "Timers.Inactive": "PT1H",
    "Timers.Closed": "P1D",
    "Bindings.Email.Address": "tea@example.com",
    "Bindings.Email.Name": "Tea House",
}
SHOWN = {
    "friendly_name": "Tea",
    "unique_name": "tea",
    "attributes": '{"a":  1}',
    "messaging_service_sid": "MG" + "a" * 32,
    "date_created": "2015-12-16T22:18:37Z",
    "date_updated": "2015-12-17T22:18:38Z",
    "timers": {"date_inactive": "2026-01-01T13:00:00Z", "date_closed": "2026-01-02T12:00:00Z"},
    "bindings": {"email": {"projected_address": "tea@example.com", "name": "Tea House"}},
}


def described(*people: dict[str, Any]) -> list[str]:
    """Participants as they are sent."""
    return [json.dumps(person) for person in people]


def bound(**binding: str) -> dict[str, Any]:
    """Somebody with this messaging binding only."""
    return {"messaging_binding": binding}


@pytest.fixture
def untouched(client: Client) -> Iterator[Client]:
    """A client of an account in which the test changes nothing."""
    conversation(client, UniqueName="before")
    yield client
    assert len(client.items("/Conversations", "conversations")) == 1
    assert client.items("/Users", "users") == []


@pytest.mark.parametrize("door", ["account", "service"])
@pytest.mark.parametrize("people", [(), (ADA, {"identity": "eve"})], ids=len)
async def test_making_it_honours_each_parameter(
    bench: Bench, door: str, people: tuple[dict[str, Any], ...]
) -> None:
    root = ""
    if door == "service":
        made = await bench.made("/Services", {"FriendlyName": "other"})
        root = f"/Services/{made['sid']}"
    form = {**EVERYTHING, "Participant": described(*people)}
    answer = await bench.http.post(f"/v1{root}{PATH}", data=form)
    assert answer.status_code == (202 if people else 201)
    at_birth = answer.json()
    assert {name: at_birth[name] for name in SHOWN} == SHOWN
    assert at_birth["state"] == ("initializing" if people else "inactive")
    whole = await bench.seen(f"{root}/Conversations/tea")
    assert {name: whole[name] for name in SHOWN} == SHOWN
    assert (whole["sid"], whole["state"]) == (at_birth["sid"], "inactive")
    found = await bench.seen(f"{root}/Conversations/tea/Participants")
    assert [each["identity"] for each in found["participants"]] == [
        person["identity"] for person in people
    ]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"FriendlyName": "é" * 257}, 50003),
        ({"UniqueName": "é" * 257}, 50004),
        ({"UniqueName": "CH" + "a" * 32}, 50390),
        ({"Attributes": '"' + "x" * (16 * 1024) + '"'}, 50303),
        ({"DateCreated": "now"}, 50308),
        ({"DateUpdated": "now"}, 50309),
        ({"MessagingServiceSid": "MG12"}, 50341),
        ({"State": ""}, 50374),
        ({"Timers.Closed": "PT9M59S"}, 50376),
        ({"Timers.Inactive": "1 minute"}, 50379),
        ({"Timers.Closed": "1 minute"}, 50380),
    ],
)
def test_a_conversation_that_cannot_be_is_not_made_with_participants_either(
    untouched: Client, wrong: dict[str, str], code: int
) -> None:
    form = {**wrong, "Participant": described(ADA)}
    assert_refused(untouched.post(PATH, form), 400, code)


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ({"identity": "é" * 257}, 50207),
        ({**ADA, "attributes": {"a": "x" * 4096}}, 50303),
        ({**ADA, "date_updated": "now"}, 50309),
        ({**ADA, **bound(address=PHONE, proxy_address=OURS)}, 50211),
        (bound(address=PHONE, proxy_address="nobody"), 50408),
        ({**ADA, **bound(projected_address="nobody")}, 50408),
        (bound(address=PHONE, proxy_address=PHONE), 50409),
        (bound(address=PHONE, proxy_address=f"whatsapp:{OURS}"), 50414),
        (bound(address=PHONE, proxy_address=OURS, projected_address=OURS), 50420),
    ],
)
def test_whoever_cannot_join_keeps_it_from_being_made(
    untouched: Client, person: dict[str, Any], code: int
) -> None:
    form = {"Participant": described({"identity": "zoe"}, person)}
    assert_refused(untouched.post(PATH, form), 400, code)


def test_a_role_is_one_of_its_conversations(untouched: Client) -> None:
    form = {"FriendlyName": "helper", "Type": "service", "Permission": "addParticipant"}
    for role in (untouched.made("/Roles", form)["sid"], "RL" + "0" * 32):
        form = {"Participant": described({"identity": "zoe"}, {**ADA, "role_sid": role})}
        assert_refused(untouched.post(PATH, form), 400, 50109)


GROUP = ({**ADA, **bound(projected_address=OURS)}, bound(address=PHONE))


def test_a_number_comes_along_in_a_group_once(untouched: Client) -> None:
    for number in (PHONE, OURS):
        form = {"Participant": described(*GROUP, bound(address=number))}
        assert_refused(untouched.post(PATH, form), 409, 50437)


def test_a_group_is_made_once(client: Client) -> None:
    first = client.post(PATH, {"Participant": described(*GROUP)}).json()["sid"]
    answer = client.post(PATH, {"Participant": described(*GROUP[::-1])})
    assert_refused(answer, 409, 50438)
    assert answer.json()["message"].endswith(f" already exists as Conversation {first}")
    assert len(client.items("/Conversations", "conversations")) == 1
    assert client.delete(f"/Conversations/{first}").status_code == 204
    assert client.post(PATH, {"Participant": described(*GROUP)}).status_code == 202


def test_ten_that_come_along_may_all_be_one_group(client: Client) -> None:
    numbers = [bound(address=f"+1555000{number}") for number in range(1, 10)]
    answer = client.post(PATH, {"Participant": described(GROUP[0], *numbers)})
    assert answer.status_code == 202
    people = f"/Conversations/{answer.json()['sid']}/Participants"
    assert len(client.items(people, "participants")) == 10
    form = {"MessagingBinding.Address": "+15550010"}
    assert_refused(client.post(people, form), 400, 50436)
