"""Users: identities, names, attributes and roles."""

import pytest

from harness import Client, assert_refused
from wire.http.chat import chat, join, say

SID_LIKE = "US" + "0123456789abcdefABCDEF0123456789"


def test_a_new_user_has_the_documented_defaults(client: Client) -> None:
    user = client.made("/Users", {"Identity": "ada"})
    assert user["identity"] == "ada"
    assert user["friendly_name"] is None
    assert user["attributes"] == "{}"
    assert user["is_online"] is None
    assert user["is_notifiable"] is None
    assert user["date_updated"] == user["date_created"]


def test_creation_honours_each_parameter(client: Client) -> None:
    role = client.made("/Users", {"Identity": "first"})["role_sid"]
    form = {
        "Identity": "ada",
        "FriendlyName": "Ada L.",
        "Attributes": '{"a": 1}',
        "RoleSid": role,
    }
    user = client.made("/Users", form)
    assert user["friendly_name"] == "Ada L."
    assert user["attributes"] == '{"a": 1}'
    assert user["role_sid"] == role
    assert client.seen("/Users/ada") == user


def test_creation_answers_201_and_update_200(client: Client) -> None:
    assert client.post("/Users", {"Identity": "ada"}).status_code == 201
    assert client.post("/Users/ada", {"FriendlyName": "Ada"}).status_code == 200


@pytest.mark.parametrize("form", [{}, {"Identity": ""}, {"FriendlyName": "Ada"}])
def test_a_user_needs_an_identity(client: Client, form: dict[str, str]) -> None:
    assert_refused(client.post("/Users", form), 400, 50204)


@pytest.mark.parametrize("letter", ["a", "ü", "🎉"])
def test_an_identity_has_at_most_256_characters(client: Client, letter: str) -> None:
    assert client.made("/Users", {"Identity": letter * 256})["identity"] == letter * 256
    assert_refused(client.post("/Users", {"Identity": letter * 257}), 400, 50207)


def test_an_identity_must_not_look_like_a_user_sid(client: Client) -> None:
    assert_refused(client.post("/Users", {"Identity": SID_LIKE}), 400, 50206)
    client.made("/Users", {"Identity": SID_LIKE[:-1]})
    client.made("/Users", {"Identity": SID_LIKE + "0"})
    client.made("/Users", {"Identity": "CH" + SID_LIKE[2:]})


def test_an_identity_stands_for_one_user_only(client: Client) -> None:
    client.made("/Users", {"Identity": "ada"})
    assert_refused(client.post("/Users", {"Identity": "ada"}), 409, 50201)


def test_identities_differ_by_case(client: Client) -> None:
    lower = client.made("/Users", {"Identity": "ada"})
    upper = client.made("/Users", {"Identity": "Ada"})
    assert lower["sid"] != upper["sid"]
    assert client.seen("/Users/ada")["sid"] == lower["sid"]
    assert client.seen("/Users/Ada")["sid"] == upper["sid"]
    assert_refused(client.get("/Users/ADA"), 404, 20404)


def test_one_identity_in_two_services_is_two_users(client: Client) -> None:
    service = client.made("/Services", {"FriendlyName": "other"})["sid"]
    there = client.at(f"/v1/Services/{service}").made("/Users", {"Identity": "ada"})
    here = client.made("/Users", {"Identity": "ada"})
    assert here["sid"] != there["sid"]
    assert here["role_sid"] != there["role_sid"]
    assert there["chat_service_sid"] == service


def test_friendly_names_have_at_most_256_characters(client: Client) -> None:
    user = client.made("/Users", {"Identity": "ada", "FriendlyName": "ü" * 256})
    assert user["friendly_name"] == "ü" * 256
    for path, form in (("/Users", {"Identity": "eve"}), ("/Users/ada", {})):
        answer = client.post(path, {**form, "FriendlyName": "ü" * 257})
        assert_refused(answer, 400, 50003)
    assert_refused(client.get("/Users/eve"), 404, 20404)


def test_a_blank_friendly_name_keeps_the_old_one(client: Client) -> None:
    client.made("/Users", {"Identity": "ada", "FriendlyName": "Ada"})
    assert client.made("/Users/ada", {"FriendlyName": ""})["friendly_name"] == "Ada"


def test_attributes_come_back_as_they_were_sent(client: Client) -> None:
    sent = '{ "b" : [1.0,  2e3],\n"a": "\\u00e9" }'
    user = client.made("/Users", {"Identity": "ada", "Attributes": sent})
    assert user["attributes"] == sent
    assert client.seen("/Users/ada")["attributes"] == sent


def test_blank_attributes_are_empty_ones(client: Client) -> None:
    client.made("/Users", {"Identity": "ada", "Attributes": '{"a":1}'})
    assert client.made("/Users/ada", {"Attributes": ""})["attributes"] == "{}"


@pytest.mark.parametrize("wrong", ["{", "plain", "{'a': 1}", '{"a": 1,}', "NaN", "[1] 2"])
def test_attributes_must_be_json(client: Client, wrong: str) -> None:
    client.made("/Users", {"Identity": "ada"})
    answer = client.post("/Users", {"Identity": "eve", "Attributes": wrong})
    assert_refused(answer, 400, 50304)
    assert_refused(client.post("/Users/ada", {"Attributes": wrong}), 400, 50304)


def test_a_role_must_be_a_service_role_of_the_same_service(client: Client) -> None:
    service = client.made("/Services", {"FriendlyName": "other"})["sid"]
    foreign = client.at(f"/v1/Services/{service}").made("/Users", {"Identity": "ada"})
    conversation_sid = chat(client, "ada")
    of_conversation = join(client, conversation_sid, "eve")["role_sid"]
    unknown = "RL" + "0" * 32
    for role in (foreign["role_sid"], of_conversation, unknown, "admin"):
        assert_refused(client.post("/Users/ada", {"RoleSid": role}), 400, 50100)
        answer = client.post("/Users", {"Identity": "bob", "RoleSid": role})
        assert_refused(answer, 400, 50100)


def test_a_user_takes_another_role_than_the_default(client: Client) -> None:
    form = {"FriendlyName": "helper", "Type": "service", "Permission": "addParticipant"}
    helper = client.made("/Roles", form)["sid"]
    assert client.made("/Users", {"Identity": "ada", "RoleSid": helper})["role_sid"] == helper
    before = client.made("/Users", {"Identity": "eve"})["role_sid"]
    assert before != helper
    for role, shown in ((helper, helper), ("", helper), (before, before)):
        assert client.made("/Users/eve", {"RoleSid": role})["role_sid"] == shown
        assert client.seen("/Users/eve")["role_sid"] == shown


def test_an_update_honours_each_parameter(client: Client) -> None:
    before = client.made("/Users", {"Identity": "ada", "FriendlyName": "Ada"})
    form = {"FriendlyName": "ü" * 256, "Attributes": '{"a":  1}'}
    updated = client.made("/Users/ada", form)
    assert updated["friendly_name"] == form["FriendlyName"]
    assert updated["attributes"] == form["Attributes"]
    assert client.seen("/Users/ada") == updated
    assert updated["role_sid"] == before["role_sid"]


def test_an_update_without_parameters_changes_nothing(client: Client) -> None:
    user = client.made("/Users", {"Identity": "ada"})
    assert client.made("/Users/ada") == user


def test_the_identity_stays_whatever_an_update_says(client: Client) -> None:
    user = client.made("/Users", {"Identity": "ada"})
    assert client.made("/Users/ada", {"Identity": "eve"}) == user


def test_unknown_parameters_are_ignored(client: Client) -> None:
    user = client.made("/Users", {"Identity": "ada", "Shoes": "red", "identity": "eve"})
    assert user["identity"] == "ada"


def test_a_path_finds_a_user_by_sid_and_by_identity(client: Client) -> None:
    user = client.made("/Users", {"Identity": "ada"})
    assert client.seen(f"/Users/{user['sid']}") == user == client.seen("/Users/ada")
    assert client.made("/Users/ada", {"FriendlyName": "Ada"})["sid"] == user["sid"]
    assert client.delete("/Users/ada").status_code == 204
    assert_refused(client.get(f"/Users/{user['sid']}"), 404, 20404)


def test_users_are_listed_in_the_order_of_their_creation(client: Client) -> None:
    names = ["zoe", "ada", "Bob", "eve"]
    for name in names:
        client.made("/Users", {"Identity": name})
    assert [user["identity"] for user in client.items("/Users", "users")] == names


def test_a_deleted_user_is_gone(client: Client) -> None:
    client.made("/Users", {"Identity": "ada"})
    answer = client.delete("/Users/ada")
    assert (answer.status_code, answer.content) == (204, b"")
    assert_refused(client.get("/Users/ada"), 404, 20404)
    assert_refused(client.post("/Users/ada", {"FriendlyName": "A"}), 404, 20404)
    assert_refused(client.delete("/Users/ada"), 404, 20404)
    assert client.items("/Users", "users") == []


def test_deleting_a_user_ends_their_part_but_not_their_messages(client: Client) -> None:
    sid = chat(client, "ada")
    message = say(client, sid, "I was here", Author="ada")
    client.delete("/Users/ada")
    assert client.items(f"/Conversations/{sid}/Participants", "participants") == []
    assert_refused(client.get(f"/Users/ada/Conversations/{sid}"), 404, 20404)
    assert client.items(f"/Conversations/{sid}/Messages", "messages") == [message]


def test_an_identity_that_comes_back_is_a_new_user(client: Client) -> None:
    sid = chat(client, "ada")
    old = client.seen("/Users/ada")["sid"]
    client.delete("/Users/ada")
    new = client.made("/Users", {"Identity": "ada"})
    assert new["sid"] != old
    assert client.items("/Users/ada/Conversations", "conversations") == []
    assert join(client, sid, "ada")["identity"] == "ada"
