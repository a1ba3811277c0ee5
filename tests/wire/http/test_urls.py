"""The URLs in answers: made of SIDs, at the door and host that were asked."""

from typing import Any

import httpx
import pytest

from harness import Client
from wire.http.chat import chat, join, say


def urls(client: Client, sid: str, root: str) -> dict[str, Any]:
    """Every URL that one chat's resources should show, by the path that fetches them."""
    user, person = client.seen("/Users/ada")["sid"], join(client, sid, "eve")["sid"]
    message = say(client, sid)["sid"]
    chat_url = f"{root}/Conversations/{sid}"
    ada = client.seen(f"/Conversations/{sid}/Participants/ada")["sid"]
    return {
        f"/Conversations/{sid}": {
            "url": chat_url,
            "links": {
                "participants": f"{chat_url}/Participants",
                "messages": f"{chat_url}/Messages",
                "webhooks": f"{chat_url}/Webhooks",
                "export": f"{chat_url}/Export",
            },
        },
        f"/Conversations/{sid}/Participants/{person}": {
            "url": f"{chat_url}/Participants/{person}",
        },
        f"/Conversations/{sid}/Messages/{message}": {
            "url": f"{chat_url}/Messages/{message}",
            "links": {
                "delivery_receipts": f"{chat_url}/Messages/{message}/Receipts",
                "channel_metadata": f"{chat_url}/Messages/{message}/ChannelMetadata",
            },
        },
        f"/Users/{user}": {
            "url": f"{root}/Users/{user}",
            "links": {"user_conversations": f"{root}/Users/{user}/Conversations"},
        },
        f"/Users/{user}/Conversations/{sid}": {
            "url": f"{root}/Users/{user}/Conversations/{sid}",
            "links": {
                "participant": f"{chat_url}/Participants/{ada}",
                "conversation": chat_url,
            },
        },
    }


def assert_urls(client: Client, wanted: dict[str, Any]) -> None:
    for path, expected in wanted.items():
        shown = client.seen(path)
        assert {key: shown.get(key) for key in expected} == expected
        assert client.http.get(shown["url"]).json() == shown


def test_urls_lead_back_through_the_account_door(client: Client) -> None:
    assert_urls(client, urls(client, chat(client), f"{client.url}/v1"))


def test_urls_lead_back_through_the_service_door(client: Client) -> None:
    service = client.made("/Services", {"FriendlyName": "other"})["sid"]
    there = client.at(f"/v1/Services/{service}")
    assert_urls(there, urls(there, chat(there), f"{client.url}/v1/Services/{service}"))


def test_the_default_service_shows_the_door_that_was_used(client: Client) -> None:
    sid = chat(client)
    service = client.seen(f"/Conversations/{sid}")["chat_service_sid"]
    there = client.at(f"/v1/Services/{service}")
    wanted = f"{client.url}/v1/Services/{service}/Conversations/{sid}"
    assert there.seen(f"/Conversations/{sid}")["url"] == wanted


def test_urls_hold_sids_whatever_the_path_held(client: Client) -> None:
    sid = chat(client, "ada", UniqueName="tea")
    shown = client.seen("/Users/ada/Conversations/tea")
    user = shown["user_sid"]
    assert shown["url"] == f"{client.url}/v1/Users/{user}/Conversations/{sid}"
    assert client.seen("/Users/ada")["url"] == f"{client.url}/v1/Users/{user}"
    assert client.seen("/Conversations/tea")["url"] == f"{client.url}/v1/Conversations/{sid}"
    person = client.seen("/Conversations/tea/Participants/ada")
    assert person["url"] == f"{client.url}/v1/Conversations/{sid}/Participants/{person['sid']}"


def test_a_service_links_to_what_is_in_it(client: Client) -> None:
    made = client.made("/Services", {"FriendlyName": "other"})
    url = f"{client.url}/v1/Services/{made['sid']}"
    assert made["url"] == url
    assert made["links"] == {
        "conversations": f"{url}/Conversations",
        "users": f"{url}/Users",
        "roles": f"{url}/Roles",
        "bindings": f"{url}/Bindings",
        "configuration": f"{url}/Configuration",
        "participant_conversations": f"{url}/ParticipantConversations",
        "conversation_with_participants": f"{url}/ConversationWithParticipants",
    }


def asked(client: Client, host: str, path: str) -> Any:
    """The JSON at this path for somebody who asked this host."""
    answer: httpx.Response = client.http.get(f"/v1{path}", headers={"Host": host})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("conversations.twilio.com", "https://conversations.twilio.com"),
        ("conversations.dublin.ie1.twilio.com", "https://conversations.dublin.ie1.twilio.com"),
        ("localhost:4242", "http://localhost:4242"),
        ("twilio.com.example:80", "http://twilio.com.example:80"),
        ("nottwilio.com", "http://nottwilio.com"),
    ],
)
def test_urls_name_the_host_that_was_asked(client: Client, host: str, base: str) -> None:
    sid = chat(client)
    chat(client, "ada")
    shown = asked(client, host, f"/Conversations/{sid}")
    assert shown["url"] == f"{base}/v1/Conversations/{sid}"
    assert all(link.startswith(f"{base}/v1/") for link in shown["links"].values())
    user = client.seen("/Users/ada")["sid"]
    meta = asked(client, host, "/Users/ada/Conversations?PageSize=1")["meta"]
    for name in ("url", "first_page_url", "next_page_url"):
        assert meta[name].startswith(f"{base}/v1/Users/{user}/Conversations?")
