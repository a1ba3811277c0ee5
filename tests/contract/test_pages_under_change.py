"""Walks through lists that others change: what is there throughout is shown exactly once."""

import random
from typing import Any

import pytest

from harness import Client

SIZE = 4


def page(client: Client, url: str) -> Any:
    """The JSON at this URL, absolute or not."""
    answer = client.http.get(url)
    assert answer.status_code == 200, answer.text
    return answer.json()


def enter(client: Client, identity: str = "ada") -> str:
    """Puts the user into a new conversation; returns its SID."""
    sid: str = client.made("/Conversations")["sid"]
    client.made(f"/Conversations/{sid}/Participants", {"Identity": identity})
    return sid


def walked(client: Client, start: str, neighbour: str, meddle: Any) -> list[str]:
    """The conversations on all pages, with a change between each two pages."""
    shown = page(client, start)
    found = [one["conversation_sid"] for one in shown["conversations"]]
    while shown["meta"][neighbour]:
        meddle(found)
        shown = page(client, shown["meta"][neighbour])
        part = [one["conversation_sid"] for one in shown["conversations"]]
        found = found + part if neighbour == "next_page_url" else part + found
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_user_leaving_and_joining_others_keeps_the_walk_whole(client: Client, seed: int) -> None:
    dice = random.Random(seed)
    outside = [client.made("/Conversations")["sid"] for _ in range(6)]
    inside = [enter(client) for _ in range(20)]
    more = [client.made("/Conversations")["sid"] for _ in range(6)]
    stays = set(dice.sample(inside, 12))
    goes = [sid for sid in inside if sid not in stays]
    comes = outside + more

    def meddle(_found: list[str]) -> None:
        if goes:
            sid = goes.pop(dice.randrange(len(goes)))
            client.delete(f"/Users/ada/Conversations/{sid}")
        sid = comes.pop(dice.randrange(len(comes)))
        client.made(f"/Conversations/{sid}/Participants", {"Identity": "ada"})

    found = walked(client, f"/v1/Users/ada/Conversations?PageSize={SIZE}", "next_page_url", meddle)
    assert len(found) == len(set(found))
    assert found == sorted(found)
    assert stays <= set(found)


def test_the_edge_of_a_page_may_vanish(client: Client) -> None:
    inside = [enter(client) for _ in range(12)]

    def meddle(found: list[str]) -> None:
        client.delete(f"/Conversations/{found[-1]}")

    found = walked(client, f"/v1/Users/ada/Conversations?PageSize={SIZE}", "next_page_url", meddle)
    assert found == inside


def test_the_way_back_is_whole_too(client: Client) -> None:
    inside = [enter(client) for _ in range(12)]
    last = page(client, f"/v1/Users/ada/Conversations?PageSize={SIZE}")
    while last["meta"]["next_page_url"]:
        last = page(client, last["meta"]["next_page_url"])

    def meddle(found: list[str]) -> None:
        client.delete(f"/Users/ada/Conversations/{found[0]}")
        enter(client)

    found = walked(client, last["meta"]["url"], "previous_page_url", meddle)
    assert found == inside


def test_activity_between_pages_does_not_disturb(client: Client) -> None:
    inside = [enter(client) for _ in range(12)]

    def meddle(_found: list[str]) -> None:
        for sid in (inside[0], inside[-1]):
            client.made(f"/Conversations/{sid}/Messages", {"Body": "x"})
            client.made(f"/Users/ada/Conversations/{sid}", {"NotificationLevel": "muted"})

    found = walked(client, f"/v1/Users/ada/Conversations?PageSize={SIZE}", "next_page_url", meddle)
    assert found == inside


def test_a_list_that_empties_under_the_walk_ends(client: Client) -> None:
    inside = [enter(client) for _ in range(5)]
    shown = page(client, "/v1/Users/ada/Conversations?PageSize=2")
    for sid in inside:
        client.delete(f"/Conversations/{sid}")
    shown = page(client, shown["meta"]["next_page_url"])
    assert shown["conversations"] == []
    assert shown["meta"]["next_page_url"] is None


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_messages_that_come_and_go_keep_the_walk_whole(client: Client, order: str) -> None:
    sid = client.made("/Conversations")["sid"]
    path = f"/Conversations/{sid}/Messages"
    posted = [client.made(path, {"Body": "x"}) for _ in range(12)]
    shown = client.seen(path, PageSize=SIZE, Order=order)
    found = [one["index"] for one in shown["messages"]]
    for doomed in (posted[3], posted[8]):
        client.delete(f"{path}/{doomed['sid']}")
        client.made(path, {"Body": "new"})
        shown = page(client, shown["meta"]["next_page_url"])
        found += [one["index"] for one in shown["messages"]]
    assert len(found) == len(set(found))
    last = {"asc": 11, "desc": 0}[order]  # of three pages, one may be cut off at the far end
    assert set(range(12)) - {3, 8} - set(found) <= {last}
    assert found == sorted(found, reverse=order == "desc")
