"""Conversations: names, attributes, bindings, dates, and what goes with them."""

import pytest

from harness import Client, assert_refused
from wire.http.chat import chat, close, conversation, join, say

SID_LIKE = "CH" + "0123456789abcdefABCDEF0123456789"


def test_a_new_conversation_has_the_documented_defaults(client: Client) -> None:
    made = client.made("/Conversations")
    assert made["friendly_name"] is None
    assert made["unique_name"] is None
    assert made["attributes"] == "{}"
    assert made["state"] == "active"
    assert made["timers"] == {}
    assert made["bindings"] == {}
    assert made["messaging_service_sid"].startswith("MG")
    assert made["date_updated"] == made["date_created"]
    assert client.items(f"/Conversations/{made['sid']}/Participants", "participants") == []


def test_creation_honours_each_parameter(client: Client) -> None:
    form = {
        "FriendlyName": "Tea",
        "UniqueName": "tea",
        "Attributes": '{"a": 1}',
        "MessagingServiceSid": "MG" + "a" * 32,
        "DateCreated": "2015-12-16T22:18:37Z",
        "DateUpdated": "2015-12-17T22:18:38Z",
        "State": "inactive",
        "Bindings.Email.Address": "tea@example.com",
        "Bindings.Email.Name": "Tea House",
    }
    answer = client.post("/Conversations", form)
    assert answer.status_code == 201
    made = answer.json()
    assert made["friendly_name"] == "Tea"
    assert made["unique_name"] == "tea"
    assert made["attributes"] == '{"a": 1}'
    assert made["messaging_service_sid"] == "MG" + "a" * 32
    assert made["date_created"] == "2015-12-16T22:18:37Z"
    assert made["date_updated"] == "2015-12-17T22:18:38Z"
    assert made["state"] == "inactive"
    email = {"projected_address": "tea@example.com", "name": "Tea House"}
    assert made["bindings"] == {"email": email}
    assert client.seen("/Conversations/tea") == made


def test_an_update_honours_each_parameter(client: Client) -> None:
    sid = conversation(client)
    form = {
        "FriendlyName": "Tea",
        "UniqueName": "tea",
        "Attributes": "[]",
        "MessagingServiceSid": "MG" + "b" * 32,
        "DateCreated": "2015-12-16T22:18:37Z",
        "DateUpdated": "2015-12-17T22:18:38Z",
        "State": "inactive",
        "Bindings.Email.Name": "Tea House",
    }
    answer = client.post(f"/Conversations/{sid}", form)
    assert answer.status_code == 200
    updated = answer.json()
    plain = ("FriendlyName", "UniqueName", "Attributes", "MessagingServiceSid", "State")
    names = ("friendly_name", "unique_name", "attributes", "messaging_service_sid", "state")
    assert [updated[name] for name in names] == [form[name] for name in plain]
    assert updated["date_created"] == form["DateCreated"]
    assert updated["date_updated"] == form["DateUpdated"]
    assert updated["bindings"]["email"]["name"] == "Tea House"
    assert client.seen(f"/Conversations/{sid}") == updated


def test_a_conversation_from_the_past_was_updated_then_too(client: Client) -> None:
    made = client.made("/Conversations", {"DateCreated": "2015-12-16T22:18:37Z"})
    assert made["date_updated"] == "2015-12-16T22:18:37Z"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2015-12-16T22:18:37.999Z", "2015-12-16T22:18:37Z"),
        ("2015-12-17T00:18:37+02:00", "2015-12-16T22:18:37Z"),
        ("2015-12-16T17:48:37.5-04:30", "2015-12-16T22:18:37Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59Z"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_dates_are_shown_in_utc_and_whole_seconds(client: Client, sent: str, shown: str) -> None:
    assert client.made("/Conversations", {"DateCreated": sent})["date_created"] == shown


@pytest.mark.parametrize(("name", "code"), [("DateCreated", 50308), ("DateUpdated", 50309)])
@pytest.mark.parametrize(
    "wrong", ["now", "1450304317", "2015-02-30T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_dates_must_be_dates(client: Client, name: str, code: int, wrong: str) -> None:
    assert_refused(client.post("/Conversations", {name: wrong}), 400, code)
    sid = conversation(client)
    assert_refused(client.post(f"/Conversations/{sid}", {name: wrong}), 400, code)


def test_friendly_names_have_at_most_256_characters_and_may_repeat(client: Client) -> None:
    for _ in range(2):
        made = client.made("/Conversations", {"FriendlyName": "é" * 256})
        assert made["friendly_name"] == "é" * 256
    assert_refused(client.post("/Conversations", {"FriendlyName": "é" * 257}), 400, 50003)


def test_a_blank_friendly_name_does_not_clear_the_name(client: Client) -> None:
    sid = conversation(client, FriendlyName="Tea")
    updated = client.made(f"/Conversations/{sid}", {"FriendlyName": ""})
    assert updated["friendly_name"] == "Tea"


def test_a_blank_unique_name_clears_the_name(client: Client) -> None:
    sid = conversation(client, UniqueName="tea")
    assert client.made(f"/Conversations/{sid}", {"UniqueName": ""})["unique_name"] is None
    assert_refused(client.get("/Conversations/tea"), 404, 20404)
    conversation(client, UniqueName="tea")


def test_blank_attributes_are_empty_ones(client: Client) -> None:
    sid = conversation(client, Attributes="[1]")
    assert client.made(f"/Conversations/{sid}", {"Attributes": ""})["attributes"] == "{}"


def test_unique_names_have_at_most_256_characters(client: Client) -> None:
    assert client.made("/Conversations", {"UniqueName": "é" * 256})["unique_name"] == "é" * 256
    assert_refused(client.post("/Conversations", {"UniqueName": "é" * 257}), 400, 50004)


def test_a_unique_name_must_not_look_like_a_conversation_sid(client: Client) -> None:
    assert_refused(client.post("/Conversations", {"UniqueName": SID_LIKE}), 400, 50390)
    sid = conversation(client)
    answer = client.post(f"/Conversations/{sid}", {"UniqueName": SID_LIKE})
    assert_refused(answer, 400, 50390)
    conversation(client, UniqueName=SID_LIKE[:-1])
    conversation(client, UniqueName="US" + SID_LIKE[2:])


def test_a_unique_name_is_taken_once_in_a_service(client: Client) -> None:
    first = conversation(client, UniqueName="tea")
    assert_refused(client.post("/Conversations", {"UniqueName": "tea"}), 409, 50353)
    second = conversation(client, UniqueName="Tea")
    answer = client.post(f"/Conversations/{second}", {"UniqueName": "tea"})
    assert_refused(answer, 409, 50353)
    client.made(f"/Conversations/{first}", {"UniqueName": "tea"})
    service = client.made("/Services", {"FriendlyName": "other"})["sid"]
    client.at(f"/v1/Services/{service}").made("/Conversations", {"UniqueName": "tea"})
    assert len(client.items("/Conversations", "conversations")) == 2


def test_a_refused_name_leaves_the_conversation_as_it_was(client: Client) -> None:
    conversation(client, UniqueName="tea")
    sid = conversation(client, FriendlyName="before")
    before = client.seen(f"/Conversations/{sid}")
    form = {"UniqueName": "tea", "FriendlyName": "after", "State": "closed"}
    assert_refused(client.post(f"/Conversations/{sid}", form), 409, 50353)
    assert client.seen(f"/Conversations/{sid}") == before


def test_a_unique_name_is_free_again_after_deletion_but_not_after_closing(client: Client) -> None:
    sid = conversation(client, UniqueName="tea")
    close(client, sid)
    assert_refused(client.post("/Conversations", {"UniqueName": "tea"}), 409, 50353)
    client.delete(f"/Conversations/{sid}")
    conversation(client, UniqueName="tea")


def test_attributes_come_back_as_sent_and_have_at_most_16_kib(client: Client) -> None:
    most = '{ "a" :"' + "x" * (16 * 1024 - 10) + '"}'
    assert len(most) == 16 * 1024
    sid = conversation(client, Attributes=most)
    assert client.seen(f"/Conversations/{sid}")["attributes"] == most
    for path in ("/Conversations", f"/Conversations/{sid}"):
        assert_refused(client.post(path, {"Attributes": most + " "}), 400, 50303)
        assert_refused(client.post(path, {"Attributes": "{"}), 400, 50304)


@pytest.mark.parametrize("wrong", ["MG12", "IS" + "0" * 32, "x"])
def test_a_messaging_service_is_named_by_its_sid(client: Client, wrong: str) -> None:
    answer = client.post("/Conversations", {"MessagingServiceSid": wrong})
    assert_refused(answer, 400, 50341)


def test_an_email_binding_can_be_cleared(client: Client) -> None:
    sid = conversation(client, **{"Bindings.Email.Address": "tea@example.com"})
    updated = client.made(f"/Conversations/{sid}", {"Bindings.Email.Address": ""})
    assert updated["bindings"] == {}


def test_an_update_without_parameters_changes_nothing(client: Client) -> None:
    made = client.made("/Conversations", {"UniqueName": "tea", "Timers.Closed": "PT10M"})
    assert client.made(f"/Conversations/{made['sid']}") == made


def test_a_path_takes_sid_or_unique_name(client: Client) -> None:
    sid = chat(client, UniqueName="tea")
    assert client.seen("/Conversations/tea")["sid"] == sid
    assert client.made("/Conversations/tea", {"FriendlyName": "Tea"})["sid"] == sid
    assert say(client, "tea")["conversation_sid"] == sid
    assert join(client, "tea", "eve")["conversation_sid"] == sid
    assert len(client.items("/Conversations/tea/Participants", "participants")) == 2
    assert len(client.items("/Conversations/tea/Messages", "messages")) == 1
    assert client.delete("/Conversations/tea").status_code == 204


@pytest.mark.parametrize("nothing", ["coffee", "CH" + "0" * 32])
def test_a_conversation_that_is_not_there_is_not_found(client: Client, nothing: str) -> None:
    path = f"/Conversations/{nothing}"
    assert_refused(client.get(path), 404, 20404)
    assert_refused(client.post(path, {"FriendlyName": "x"}), 404, 20404)
    assert_refused(client.delete(path), 404, 20404)
    for below, form in (("Participants", {"Identity": "ada"}), ("Messages", {"Body": "x"})):
        assert_refused(client.get(f"{path}/{below}"), 404, 20404)
        assert_refused(client.post(f"{path}/{below}", form), 404, 20404)
    assert_refused(client.get("/Users/ada"), 404, 20404)


def test_a_deleted_conversation_takes_everything_in_it_along(client: Client) -> None:
    sid = chat(client, messages=1)
    person = client.items(f"/Conversations/{sid}/Participants", "participants")[0]["sid"]
    message = client.items(f"/Conversations/{sid}/Messages", "messages")[0]["sid"]
    answer = client.delete(f"/Conversations/{sid}")
    assert (answer.status_code, answer.content) == (204, b"")
    path = f"/Conversations/{sid}"
    gone = (
        path,
        f"{path}/Participants",
        f"{path}/Participants/{person}",
        f"{path}/Messages",
        f"{path}/Messages/{message}",
        f"/Users/ada/Conversations/{sid}",
    )
    for each in gone:
        assert_refused(client.get(each), 404, 20404)
    assert_refused(client.delete(path), 404, 20404)
    assert client.items("/Users/ada/Conversations", "conversations") == []
    assert client.seen("/Users/ada")["identity"] == "ada"
