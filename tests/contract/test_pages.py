"""Pages: the ``meta`` envelope, sizes, tokens, and walks in both directions."""

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from contract.table import LISTS, Row
from contract.world import World
from harness import Client, Server, account, assert_refused

FIFTY = {"Users", "Users/Conversations"}


def most(row: Row) -> int:
    """How many items a page of this list may hold."""
    collections = [part for part in row.operation.path[1:].split("/") if part[0] != "{"]
    return 50 if "/".join(collections) in FIFTY else 100


@pytest.fixture(scope="module")
def rich(server: Server) -> Iterator[Client]:
    """An account with seven of everything in its default service."""
    with Client(server.url, account()) as client:
        world = World(client, default=True)
        there = client.at(f"/v1/Services/{world.service}")
        for number in range(6):
            client.made("/Services", {"FriendlyName": f"service {number}"})
            sid = there.made("/Conversations")["sid"]
            there.made(f"/Conversations/{sid}/Participants", {"Identity": "ada"})
            there.made("/Conversations/tea/Participants", {"Identity": f"user {number}"})
            there.made("/Conversations/tea/Messages", {"Body": f"message {number}"})
        yield client


def path_of(client: Client, row: Row) -> str:
    """Where the row's list of seven is."""
    service = client.seen("/Services")["services"][0]["sid"]
    return row.path({"Services": service, "Users": "ada", "Conversations": "tea"})


def page(client: Client, url: str) -> Any:
    """The JSON at this URL, absolute or not."""
    answer = client.http.get(url)
    assert answer.status_code == 200, answer.text
    return answer.json()


def items(shown: Any) -> list[Any]:
    """The items of a page."""
    found: list[Any] = shown[shown["meta"]["key"]]
    return found


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_a_whole_list_on_one_page(rich: Client, row: Row) -> None:
    path = path_of(rich, row)
    shown = page(rich, path)
    assert len(items(shown)) == 7
    first = f"{rich.url}{path}?PageSize=50&Page=0"
    assert shown["meta"] == {
        "page": 0,
        "page_size": 50,
        "first_page_url": first,
        "previous_page_url": None,
        "url": first,
        "next_page_url": None,
        "key": row.operation.items,
    }


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_a_walk_shows_each_item_once_and_the_way_back_too(rich: Client, row: Row) -> None:
    path = path_of(rich, row)
    whole = items(page(rich, path))
    pages = [page(rich, f"{path}?PageSize=3")]
    while pages[-1]["meta"]["next_page_url"]:
        pages.append(page(rich, pages[-1]["meta"]["next_page_url"]))
    assert [items(shown) for shown in pages] == [whole[:3], whole[3:6], whole[6:]]
    assert [shown["meta"]["page"] for shown in pages] == [0, 1, 2]
    assert pages[0]["meta"]["previous_page_url"] is None
    back = pages[-1]
    for expected in (pages[1], pages[0]):
        back = page(rich, back["meta"]["previous_page_url"])
        assert items(back) == items(expected)
        assert back["meta"]["page"] == expected["meta"]["page"]
    assert back["meta"]["previous_page_url"] is None
    assert items(page(rich, back["meta"]["next_page_url"])) == items(pages[1])


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_urls_of_pages_have_the_form_that_clients_know(rich: Client, row: Row) -> None:
    path = path_of(rich, row)
    second = page(rich, page(rich, f"{path}?PageSize=2")["meta"]["next_page_url"])
    meta = second["meta"]
    for name, number in (("previous_page_url", 0), ("url", 1), ("next_page_url", 2)):
        start, _, token = meta[name].partition("&PageToken=")
        assert start == f"{rich.url}{path}?PageSize=2&Page={number}"
        assert token.startswith("PT")
        assert isinstance(content(token), dict)
    assert meta["first_page_url"] == f"{rich.url}{path}?PageSize=2&Page=0"
    assert page(rich, meta["url"]) == second
    assert items(page(rich, meta["first_page_url"])) == items(page(rich, path))[:2]


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_a_page_size_beyond_the_most_is_taken_as_the_most(rich: Client, row: Row) -> None:
    path = path_of(rich, row)
    for asked in (most(row), most(row) + 1, 1000, 10**15):
        meta = page(rich, f"{path}?PageSize={asked}")["meta"]
        assert meta["page_size"] == most(row)
        assert f"PageSize={most(row)}&" in meta["url"]
    for asked in (1, 7, most(row) - 1):
        assert page(rich, f"{path}?PageSize={asked}")["meta"]["page_size"] == asked


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_a_last_page_that_is_full_has_no_next_one(rich: Client, row: Row) -> None:
    meta = page(rich, f"{path_of(rich, row)}?PageSize=7")["meta"]
    assert meta["next_page_url"] is None


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5", "", "%20", "1e1", "9" * 30, "%D9%A1"])
@pytest.mark.parametrize("row", LISTS[:4], ids=str)
def test_a_page_size_is_a_whole_number_of_1_or_more(rich: Client, row: Row, size: str) -> None:
    answer = rich.http.get(f"{path_of(rich, row)}?PageSize={size}")
    assert_refused(answer, 400, 20001)


def token_of(client: Client, path: str) -> str:
    """The token of the list's second page."""
    url = page(client, f"{path}?PageSize=2")["meta"]["next_page_url"]
    token: str = parse_qs(urlsplit(url).query)["PageToken"][0]
    return token


def assert_token_refused(client: Client, path: str, token: str, filters: str = "") -> None:
    query = f"{filters}PageSize=2&Page=1&PageToken={quote(token, safe='')}"
    assert_refused(client.http.get(f"{path}?{query}"), 400, 20001)


def content(token: str) -> Any:
    """The JSON in a token; its padding may be left out."""
    encoded = unquote(token)[2:].rstrip("=")
    return json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))


def forged(token: str) -> str:
    """The token with another position in it."""
    inside = content(token)
    inside["side"] = "before" if inside["side"] == "after" else "after"
    text = json.dumps(inside, separators=(",", ":"))
    return "PT" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_a_token_that_the_list_did_not_give_out_is_refused(rich: Client, row: Row) -> None:
    path = path_of(rich, row)
    token = token_of(rich, path)
    wrong = ["x", "PT", token[2:], token[:-1], token[:-4], token[:20], token + "A", "PT" + token]
    wrong += [forged(token), token.lower(), " " + token, "PTe30=", "PTbnVsbA==", "PT" + "A" * 2000]
    for each in wrong:
        assert_token_refused(rich, path, each)


def test_a_token_of_another_list_is_refused(rich: Client) -> None:
    paths = [path_of(rich, row) for row in LISTS]
    tokens = {path: token_of(rich, path) for path in paths}
    for path in paths:
        for other, token in tokens.items():
            if other != path:
                assert_token_refused(rich, path, token)


def test_a_token_of_another_user_or_filter_is_refused(rich: Client) -> None:
    mine = token_of(rich, "/v1/Users/ada/Conversations")
    assert_token_refused(rich, "/v1/Users/user%200/Conversations", mine)
    messages = token_of(rich, "/v1/Conversations/tea/Messages")
    assert_token_refused(rich, "/v1/Conversations/tea/Messages", messages, "Order=desc&")
    active = token_of(rich, "/v1/Conversations")
    assert_token_refused(rich, "/v1/Conversations", active, "State=active&")


def test_a_token_of_another_account_is_refused(server: Server, rich: Client) -> None:
    with Client(server.url, account()) as other:
        World(other, default=True)
        for path in ("/v1/Users", "/v1/Services", "/v1/Users/ada/Conversations"):
            assert_token_refused(other, path, token_of(rich, path))


def test_a_token_serves_any_page_size(rich: Client) -> None:
    token = token_of(rich, "/v1/Users")
    whole = items(page(rich, "/v1/Users"))
    shown = rich.seen("/Users", PageSize=4, PageToken=token)
    assert items(shown) == whole[2:6]


def test_a_page_number_alone_decides_nothing(rich: Client) -> None:
    whole = items(page(rich, "/v1/Users"))
    shown = page(rich, "/v1/Users?PageSize=3&Page=2")
    assert items(shown) == whole[:3]
    assert shown["meta"]["page"] == 2


@pytest.mark.parametrize(
    ("path", "filters"),
    [
        ("/v1/Conversations/tea/Messages", "Order=desc"),
        ("/v1/Conversations", "State=active"),
        ("/v1/Conversations", "StartDate=2020-01-01T00%3A00%3A00Z&State=active"),
    ],
)
def test_filters_stand_before_the_page_size(rich: Client, path: str, filters: str) -> None:
    meta = page(rich, f"{path}?{filters}&PageSize=2")["meta"]
    for name in ("url", "first_page_url", "next_page_url"):
        assert meta[name].startswith(f"{rich.url}{path}?{filters}&PageSize=2&Page=")


def test_a_walk_keeps_its_filters(rich: Client) -> None:
    found = rich.items("/Conversations/tea/Messages", "messages", Order="desc", PageSize=2)
    assert [one["index"] for one in found] == [6, 5, 4, 3, 2, 1, 0]


def test_parameters_that_are_no_filters_are_not_repeated(rich: Client) -> None:
    meta = page(rich, "/v1/Users?Identity=ada&PageSize=2&Order=desc")["meta"]
    assert meta["first_page_url"] == f"{rich.url}/v1/Users?PageSize=2&Page=0"


def test_default_and_most_of_large_pages(server: Server) -> None:
    with Client(server.url, account()) as client, ThreadPoolExecutor(8) as pool:
        sid = client.made("/Conversations")["sid"]
        path = f"/Conversations/{sid}/Messages"
        list(pool.map(lambda _: client.made(path, {"Body": "x"}), range(101)))
        assert len(client.seen(path)["messages"]) == 50
        assert len(client.seen(path, PageSize=1000)["messages"]) == 100
        found = client.items(path, "messages", PageSize=100)
        assert [one["index"] for one in found] == list(range(101))
