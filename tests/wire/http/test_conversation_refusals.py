"""What no conversation may be: refused alike when it is made and when it is changed."""

from typing import Any

import pytest

from harness import Client, assert_refused
from wire.http.chat import conversation

SID_LIKE = "CH" + "0123456789abcdefABCDEF0123456789"
NEVER = [
    ({"FriendlyName": "é" * 257}, 50003),
    ({"UniqueName": "é" * 257}, 50004),
    ({"UniqueName": SID_LIKE}, 50390),
    ({"Attributes": '"' + "x" * (16 * 1024) + '"'}, 50303),
    ({"Attributes": "{'a': 1}"}, 50304),
    ({"DateCreated": "yesterday"}, 50308),
    ({"DateUpdated": "tomorrow"}, 50309),
    ({"MessagingServiceSid": "MG12"}, 50341),
    ({"MessagingServiceSid": SID_LIKE}, 50341),
    ({"State": ""}, 50374),
    ({"State": "initializing"}, 50378),
    ({"Timers.Inactive": "PT59S"}, 50375),
    ({"Timers.Closed": "PT9M59S"}, 50376),
    ({"Timers.Inactive": "1 minute"}, 50379),
    ({"Timers.Closed": "1 minute"}, 50380),
]


def conversations(client: Client) -> list[Any]:
    return client.items("/Conversations", "conversations")


@pytest.mark.parametrize(("wrong", "code"), NEVER)
def test_what_cannot_be_is_not_made(client: Client, wrong: dict[str, str], code: int) -> None:
    form = {"Bindings.Email.Name": "Tea House", **wrong}
    assert_refused(client.post("/Conversations", form), 400, code)
    assert conversations(client) == []


@pytest.mark.parametrize(("wrong", "code"), NEVER)
def test_a_refused_change_leaves_everything_as_it_was(
    client: Client, wrong: dict[str, str], code: int
) -> None:
    made = client.made("/Conversations", {"UniqueName": "tea", "FriendlyName": "Tea"})
    form = {"Bindings.Email.Name": "Tea House", **wrong}
    assert_refused(client.post("/Conversations/tea", form), 400, code)
    assert client.seen("/Conversations/tea") == made
    assert conversations(client) == [made]


def test_names_of_256_characters_are_taken_in_a_change(client: Client) -> None:
    sid = conversation(client)
    form = {"FriendlyName": "é" * 256, "UniqueName": "ü" * 256}
    updated = client.made(f"/Conversations/{sid}", form)
    assert (updated["friendly_name"], updated["unique_name"]) == tuple(form.values())


@pytest.mark.parametrize("name", ["FriendlyName", "MessagingServiceSid", "DateCreated"])
def test_a_blank_value_keeps_what_was_there(client: Client, name: str) -> None:
    made = client.made(
        "/Conversations",
        {
            "FriendlyName": "Tea",
            "MessagingServiceSid": "MG" + "a" * 32,
            "DateCreated": "2015-12-16T22:18:37Z",
        },
    )
    assert client.made(f"/Conversations/{made['sid']}", {name: ""}) == made


def test_a_change_sets_and_clears_each_part_of_the_email_binding(client: Client) -> None:
    path = f"/Conversations/{conversation(client)}"
    email = {"projected_address": "tea@example.com", "name": None}
    changed = client.made(path, {"Bindings.Email.Address": "tea@example.com"})
    assert changed["bindings"] == {"email": email}
    named = client.made(path, {"Bindings.Email.Name": "Tea House"})
    assert named["bindings"] == {"email": {**email, "name": "Tea House"}}
    nameless = client.made(path, {"Bindings.Email.Name": ""})
    assert nameless["bindings"] == {"email": email}
    assert client.seen(path) == nameless


@pytest.mark.parametrize("wrong", ["open", "", "active,closed", "1"])
def test_a_list_knows_the_states_of_conversations_only(client: Client, wrong: str) -> None:
    conversation(client)
    assert_refused(client.get("/Conversations", State=wrong), 400, 50378)
