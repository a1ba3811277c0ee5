"""Participant conversations: what an identity, or an address, takes part in."""

from typing import Any

import pytest

from harness import Client, assert_refused
from wire.http.chat import chat, close, conversation, join

PAIR = {"MessagingBinding.Address": "+15550001", "MessagingBinding.ProxyAddress": "+15550100"}


def listed(client: Client, **filters: str) -> list[Any]:
    return client.items("/ParticipantConversations", "conversations", **filters)


def test_a_user_s_conversation_shows_both_sides(client: Client) -> None:
    form = {"FriendlyName": "Tea", "UniqueName": "tea", "Attributes": "[1]"}
    sid = conversation(client, **form, **{"Timers.Closed": "PT10M"})
    person, talk = join(client, sid, "ada"), client.seen(f"/Conversations/{sid}")
    assert client.credentials is not None
    assert listed(client, Identity="ada") == [
        {
            "account_sid": client.credentials[0],
            "chat_service_sid": talk["chat_service_sid"],
            "participant_sid": person["sid"],
            "participant_user_sid": client.seen("/Users/ada")["sid"],
            "participant_identity": "ada",
            "participant_messaging_binding": None,
            "conversation_sid": sid,
            "conversation_unique_name": "tea",
            "conversation_friendly_name": "Tea",
            "conversation_attributes": "[1]",
            "conversation_date_created": talk["date_created"],
            "conversation_date_updated": talk["date_updated"],
            "conversation_created_by": "system",
            "conversation_state": "active",
            "conversation_timers": talk["timers"],
            "links": {"participant": person["url"], "conversation": talk["url"]},
        }
    ]


def test_an_address_shows_its_binding_with_every_key(client: Client) -> None:
    sid = conversation(client)
    client.made(f"/Conversations/{sid}/Participants", PAIR)
    (shown,) = listed(client, Address="+15550001")
    assert shown["participant_user_sid"] is None
    assert shown["participant_identity"] is None
    assert shown["participant_messaging_binding"] == {
        "type": "sms",
        "address": "+15550001",
        "proxy_address": "+15550100",
        "projected_address": None,
        "level": None,
        "name": None,
    }


def test_who_shows_as_a_number_is_found_by_identity(client: Client) -> None:
    sid = conversation(client)
    form = {"Identity": "ada", "MessagingBinding.ProjectedAddress": "+15550100"}
    client.made(f"/Conversations/{sid}/Participants", form)
    (shown,) = listed(client, Identity="ada")
    assert shown["participant_messaging_binding"]["projected_address"] == "+15550100"
    assert listed(client, Address="+15550100") == []


def test_closed_conversations_are_listed_in_the_order_of_their_sids(client: Client) -> None:
    sids = [chat(client, "ada") for _ in range(5)]
    close(client, sids[1])
    shown = listed(client, Identity="ada", PageSize="2")
    assert [each["conversation_sid"] for each in shown] == sorted(sids)
    assert [each["conversation_state"] for each in shown].count("closed") == 1


@pytest.mark.parametrize("blank", [{}, {"Identity": ""}, {"Address": ""}, {"User": "ada"}])
def test_one_of_identity_and_address_must_be_given(client: Client, blank: dict[str, str]) -> None:
    assert_refused(client.get("/ParticipantConversations", **blank), 400, 20001)


def test_identity_and_address_exclude_each_other(client: Client) -> None:
    both = {"Identity": "ada", "Address": "+15550001"}
    assert_refused(client.get("/ParticipantConversations", **both), 400, 50451)
    assert listed(client, Identity="", Address="+15550001") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Address=%2B15550001", 1),
        ("Address=+15550001", 0),  # a plus sign is a space
        ("Address=15550001", 0),
        ("Address=whatsapp%3A%2B1555", 1),
        ("Address=whatsapp:%2B1555", 1),
        ("Identity=ada%20lovelace", 1),
        ("Identity=ada+lovelace", 1),
        ("Identity=Ada%20lovelace", 0),
        ("Identity=nobody&Identity=ada%20lovelace", 1),  # the last counts
    ],
)
def test_a_filter_is_decoded_once_and_matched_exactly(
    client: Client, query: str, found: int
) -> None:
    path = f"/Conversations/{conversation(client)}/Participants"
    whatsapp = {
        "MessagingBinding.Address": "whatsapp:+1555",
        "MessagingBinding.ProxyAddress": "whatsapp:+1556",
    }
    for form in (PAIR, whatsapp, {"Identity": "ada lovelace"}):
        client.made(path, form)
    answer = client.http.get(f"/v1/ParticipantConversations?{query}")
    assert answer.status_code == 200
    assert len(answer.json()["conversations"]) == found


def test_filters_stay_in_the_urls_of_pages_encoded(client: Client) -> None:
    sids = [conversation(client) for _ in range(3)]
    for number, sid in enumerate(sids):
        form = {**PAIR, "MessagingBinding.ProxyAddress": f"+155502{number:02}"}
        client.made(f"/Conversations/{sid}/Participants", form)
    meta = client.seen("/ParticipantConversations", Address="+15550001", PageSize="1")["meta"]
    start = f"{client.url}/v1/ParticipantConversations?Address=%2B15550001&PageSize=1&Page="
    assert meta["first_page_url"] == f"{start}0"
    assert meta["next_page_url"].startswith(f"{start}1&PageToken=PT")
    assert [each["conversation_sid"] for each in listed(client, Address="+15550001")] == sids


def test_another_service_lists_its_own(client: Client) -> None:
    chat(client, "ada")
    other = client.made("/Services", {"FriendlyName": "other"})["sid"]
    there = client.at(f"/v1/Services/{other}")
    assert listed(there, Identity="ada") == []
    sid = chat(there, "ada")
    (shown,) = listed(there, Identity="ada")
    assert (shown["conversation_sid"], shown["chat_service_sid"]) == (sid, other)
    root = f"{client.url}/v1/Services/{other}/Conversations/{sid}"
    assert shown["links"]["conversation"] == root
