"""Pages: the ``meta`` envelope, sizes, tokens, and walks in both directions."""

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import pytest

from contract.table import LISTS, Row
from contract.world import UNREACHABLE, WEBHOOK, World, query_for
from harness import Client, Server, account, assert_refused

FIFTY = {
    "Users",
    "Users/Conversations",
    "Roles",
    "ParticipantConversations",
    "Configuration/Addresses",
    "Conversations/Messages/Receipts",
}
FIVE = {"Conversations/Webhooks"}
# What no request makes is paged through in the tests of its own.
FILLED = [row for row in LISTS if row.operation.path.rpartition("/")[2] not in UNREACHABLE]


class Listed(NamedTuple):
    """A list of this module's account.

    Attributes:
        path: with names where a path may have names.
        canonical: the same by SIDs.
        filters: what it must be asked with, as it stands in a URL before ``PageSize``.
        count: how many items it has.
    """

    client: Client
    path: str
    canonical: str
    filters: str
    count: int

    def asked(self, query: str = "") -> str:
        """The URL of a request to it."""
        return f"{self.path}?{self.filters}{query}"

    def url(self, query: str) -> str:
        """The URL that an answer gives."""
        return f"{self.client.url}{self.canonical}?{self.filters}{query}"


def most(row: Row) -> int:
    """How many items a page of this list may hold."""
    collections = [part for part in row.operation.path[1:].split("/") if part[0] != "{"]
    name = "/".join(collections)
    return 5 if name in FIVE else 50 if name in FIFTY else 100


def filled(client: Client) -> World:
    """Seven of everything in the default service, but five webhooks."""
    world = World(client, default=True)
    there = client.at(f"/v1/Services/{world.service}")
    for number in range(6):
        client.made("/Services", {"FriendlyName": f"service {number}"})
        client.made("/Credentials", {"Type": "apn"})
        client.made("/Configuration/Addresses", {"Type": "sms", "Address": f"+1555010{number}"})
        sid = there.made("/Conversations")["sid"]
        there.made(f"/Conversations/{sid}/Participants", {"Identity": "ada"})
        there.made("/Conversations/tea/Participants", {"Identity": f"user {number}"})
        there.made("/Conversations/tea/Messages", {"Body": f"message {number}"})
        if number < 4:
            there.made("/Conversations/tea/Webhooks", WEBHOOK)
        if number < 2:
            role = {"FriendlyName": "r", "Type": "service", "Permission": "addParticipant"}
            there.made("/Roles", role)
    return world


@pytest.fixture(scope="module")
def world(server: Server) -> Iterator[World]:
    with Client(server.url, account()) as client:
        yield filled(client)


@pytest.fixture(scope="module")
def rich(world: World) -> Client:
    """An account with seven of everything in its default service."""
    return world.client


def listed(world: World, row: Row) -> Listed:
    """The row's list of seven."""
    names = {**world.sids, "Users": "ada", "Conversations": "tea"}
    query = urlencode(query_for(row))
    return Listed(
        world.client,
        row.path(names),
        row.path(world.sids),
        f"{query}&" if query else "",
        min(7, most(row)),
    )


def page(client: Client, url: str) -> Any:
    """The JSON at this URL, absolute or not."""
    answer = client.http.get(url)
    assert answer.status_code == 200, answer.text
    return answer.json()


def items(shown: Any) -> list[Any]:
    """The items of a page."""
    found: list[Any] = shown[shown["meta"]["key"]]
    return found


@pytest.mark.parametrize("row", FILLED, ids=str)
def test_a_whole_list_on_one_page(world: World, row: Row) -> None:
    where = listed(world, row)
    shown = page(where.client, where.asked())
    assert len(items(shown)) == where.count
    first = where.url(f"PageSize={min(50, most(row))}&Page=0")
    assert shown["meta"] == {
        "page": 0,
        "page_size": min(50, most(row)),
        "first_page_url": first,
        "previous_page_url": None,
        "url": first,
        "next_page_url": None,
        "key": row.operation.items,
    }


@pytest.mark.parametrize("row", FILLED, ids=str)
def test_a_walk_shows_each_item_once_and_the_way_back_too(world: World, row: Row) -> None:
    where = listed(world, row)
    client = where.client
    whole = items(page(client, where.asked()))
    pages = [page(client, where.asked("PageSize=2"))]
    while pages[-1]["meta"]["next_page_url"]:
        pages.append(page(client, pages[-1]["meta"]["next_page_url"]))
    assert [items(shown) for shown in pages] == [
        whole[start : start + 2] for start in range(0, where.count, 2)
    ]
    assert [shown["meta"]["page"] for shown in pages] == list(range(len(pages)))
    assert pages[0]["meta"]["previous_page_url"] is None
    back = pages[-1]
    for expected in pages[-2::-1]:
        back = page(client, back["meta"]["previous_page_url"])
        assert items(back) == items(expected)
        assert back["meta"]["page"] == expected["meta"]["page"]
    assert back["meta"]["previous_page_url"] is None
    assert items(page(client, back["meta"]["next_page_url"])) == items(pages[1])


@pytest.mark.parametrize("row", FILLED, ids=str)
def test_urls_of_pages_have_the_form_that_clients_know(world: World, row: Row) -> None:
    where = listed(world, row)
    client = where.client
    second = page(client, page(client, where.asked("PageSize=2"))["meta"]["next_page_url"])
    meta = second["meta"]
    for name, number in (("previous_page_url", 0), ("url", 1), ("next_page_url", 2)):
        start, _, token = meta[name].partition("&PageToken=")
        assert start == where.url(f"PageSize=2&Page={number}")
        assert token.startswith("PT")
        assert isinstance(content(token), dict)
    assert meta["first_page_url"] == where.url("PageSize=2&Page=0")
    assert page(client, meta["url"]) == second
    assert items(page(client, meta["first_page_url"])) == items(page(client, where.asked()))[:2]


@pytest.mark.parametrize("row", FILLED, ids=str)
def test_a_token_that_came_by_sid_goes_on_by_name(world: World, row: Row) -> None:
    where = listed(world, row)
    token = token_of(where)
    by_name = page(where.client, where.asked(f"PageSize=2&Page=1&PageToken={token}"))
    assert items(by_name) == items(page(where.client, where.asked()))[2:4]


@pytest.mark.parametrize("row", FILLED, ids=str)
def test_a_page_size_beyond_the_most_is_taken_as_the_most(world: World, row: Row) -> None:
    where = listed(world, row)
    for asked in (most(row), most(row) + 1, 1000, 10**15):
        meta = page(where.client, where.asked(f"PageSize={asked}"))["meta"]
        assert meta["page_size"] == most(row)
        assert f"PageSize={most(row)}&" in meta["url"]
    for asked in (1, 3, most(row) - 1):
        meta = page(where.client, where.asked(f"PageSize={asked}"))["meta"]
        assert meta["page_size"] == asked


@pytest.mark.parametrize("row", FILLED, ids=str)
def test_a_last_page_that_is_full_has_no_next_one(world: World, row: Row) -> None:
    where = listed(world, row)
    meta = page(where.client, where.asked(f"PageSize={where.count}"))["meta"]
    assert meta["next_page_url"] is None


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5", "", "%20", "1e1", "9" * 30, "%D9%A1"])
@pytest.mark.parametrize("row", FILLED[:4], ids=str)
def test_a_page_size_is_a_whole_number_of_1_or_more(world: World, row: Row, size: str) -> None:
    where = listed(world, row)
    answer = where.client.http.get(where.asked(f"PageSize={size}"))
    assert_refused(answer, 400, 20001)


def token_of(where: Listed) -> str:
    """The token of the list's second page."""
    url = page(where.client, where.asked("PageSize=2"))["meta"]["next_page_url"]
    token: str = parse_qs(urlsplit(url).query)["PageToken"][0]
    return token


def assert_token_refused(client: Client, url: str, token: str) -> None:
    """The list, asked at this URL that ends before ``PageSize``, does not take the token."""
    query = f"PageSize=2&Page=1&PageToken={quote(token, safe='')}"
    assert_refused(client.http.get(url + query), 400, 20001)


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


@pytest.mark.parametrize("row", FILLED, ids=str)
def test_a_token_that_the_list_did_not_give_out_is_refused(world: World, row: Row) -> None:
    where = listed(world, row)
    token = token_of(where)
    wrong = ["x", "PT", token[2:], token[:-1], token[:-4], token[:20], token + "A", "PT" + token]
    wrong += [forged(token), token.lower(), " " + token, "PTe30=", "PTbnVsbA==", "PT" + "A" * 2000]
    for each in wrong:
        assert_token_refused(where.client, where.asked(), each)


def test_a_token_of_another_list_is_refused(world: World) -> None:
    lists = [listed(world, row) for row in FILLED if row.door == "account"]
    tokens = {where: token_of(where) for where in lists}
    for where in lists:
        for other, token in tokens.items():
            if other != where:
                assert_token_refused(where.client, where.asked(), token)


def test_a_token_of_another_filter_or_service_is_refused(world: World) -> None:
    rich = world.client
    rows = {row.template: row for row in FILLED if row.door == "account"}
    messages = listed(world, rows["/v1/Conversations/{ConversationSid}/Messages"])
    assert_token_refused(rich, messages.asked("Order=desc&"), token_of(messages))
    conversations = listed(world, rows["/v1/Conversations"])
    assert_token_refused(rich, conversations.asked("State=active&"), token_of(conversations))
    services = rich.seen("/Services")["services"]
    other = next(each["sid"] for each in services if each["sid"] != world.service)
    users = token_of(listed(world, rows["/v1/Users"]))
    assert_token_refused(rich, f"/v1/Services/{other}/Users?", users)


def test_a_token_of_another_account_is_refused(server: Server, world: World) -> None:
    with Client(server.url, account()) as other:
        World(other, default=True)
        for row in FILLED:
            where = listed(world, row)
            if row.template in {"/v1/Users", "/v1/Services", "/v1/Users/{UserSid}/Conversations"}:
                assert_token_refused(other, where.asked(), token_of(where))


def test_a_token_serves_any_page_size(world: World) -> None:
    rich = world.client
    users = next(row for row in FILLED if row.template == "/v1/Users")
    whole = items(page(rich, "/v1/Users"))
    shown = rich.seen("/Users", PageSize=4, PageToken=token_of(listed(world, users)))
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
def test_filters_stand_before_the_page_size(world: World, path: str, filters: str) -> None:
    meta = page(world.client, f"{path}?{filters}&PageSize=2")["meta"]
    by_sid = path.replace("tea", world.sids["Conversations"])
    for name in ("url", "first_page_url", "next_page_url"):
        assert meta[name].startswith(f"{world.client.url}{by_sid}?{filters}&PageSize=2&Page=")


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
