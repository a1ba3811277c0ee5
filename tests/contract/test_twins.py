"""The 42 pairs: what stands at both doors is the same thing, and leads back to its own door."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from contract.schemas import MESSAGE, PARTICIPANT, RECEIPT, WEBHOOK, schema_of
from contract.table import LISTS, ROWS, Row
from contract.world import UNREACHABLE, World, body_for, query_for
from harness import Client, Server, account, assert_refused, dev_server

SERVICE_DOOR = "/v1/Services/{ChatServiceSid}"
SID = re.compile(r"\b[A-Z]{2}[0-9a-f]{32}\b")
# At the account door these do not say which service they are in.
SILENT = (PARTICIPANT, MESSAGE, WEBHOOK, RECEIPT)
# Links that no operation of the contract answers to, or only one that makes something.
NOWHERE = {"export", "channel_metadata", "conversation_with_participants"}
CONFIGURATION = {"/Configuration", "/Configuration/Webhooks"}
# The two doors' Configuration is not the same thing: each is compared with itself only.
ALIKE = [
    (row, twin)
    for row in ROWS
    for twin in ROWS
    if (row.door, twin.door) == ("account", "service")
    and row.operation.path == twin.operation.path
    and row.operation.method == twin.operation.method
]
SAME = [pair for pair in ALIKE if pair[0].operation.path not in CONFIGURATION]
OTHERS = [pair for pair in ALIKE if pair[0].operation.path in CONFIGURATION]


def name(pair: object) -> str:
    """What both do."""
    assert isinstance(pair, tuple)
    return str(pair[0])


@pytest.fixture(scope="module")
def still(shared_database: tuple[str, ...]) -> Iterator[Server]:
    """A bench whose clock stands still: what differs is not only later."""
    with dev_server(*shared_database, "--frozen-at", "2026-01-01T12:00:00Z") as running:
        yield running


@pytest.fixture
def client(still: Server) -> Iterator[Client]:
    with Client(still.url, account()) as made:
        yield made


@pytest.fixture
def second(still: Server) -> Iterator[Client]:
    """An account whose world is made in the same way."""
    with Client(still.url, account()) as made:
        yield made


def send(world: World, row: Row, **more: Any) -> httpx.Response:
    """Does what the row does in this world."""
    path, query = row.path(world.sids), query_for(row)
    http = world.client.http
    return http.request(row.operation.method, path, params=query, data=body_for(row), **more)


def anonymous(world: World, text: str) -> str:
    """The text with each SID told by what it is in its world, and not by its digits."""
    assert world.client.credentials is not None
    names = {sid: f"<{kind}>" for kind, sid in world.sids.items()}
    names[world.client.credentials[0]] = "<account>"

    def called(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"<{match[0][:2]} {len(names)}>")

    return SID.sub(called, text)


def at_the_other_door(world: World, text: str) -> str:
    """What the service door says, as the account door would."""
    return text.replace(f"/v1/Services/{world.service}", "/v1")


def without_service(shown: Any, items: str | None) -> Any:
    """The answer without the field that only the service door has."""
    for each in shown[items] if items else [shown]:
        assert each.pop("chat_service_sid") == "<Services>"
    return shown


def test_there_are_42_pairs_and_38_of_them_are_the_same_thing() -> None:
    assert (len(ALIKE), len(SAME), len(OTHERS)) == (42, 38, 4)
    assert {row.template for _, row in ALIKE} == {
        SERVICE_DOOR + row.operation.path for row, _ in ALIKE
    }


@pytest.mark.parametrize("pair", SAME, ids=name)
def test_both_doors_give_the_same_answer(
    client: Client, second: Client, pair: tuple[Row, Row]
) -> None:
    row, twin = pair
    worlds = World(client, default=True), World(second, default=True)
    one, other = send(worlds[0], row), send(worlds[1], twin)
    assert one.status_code == other.status_code
    if UNREACHABLE.keys() & set(row.things):
        assert_refused(one, 404, 20404)
    else:
        assert one.status_code < 300, one.text
    first = anonymous(worlds[0], one.text)
    then = anonymous(worlds[1], at_the_other_door(worlds[1], other.text))
    if schema_of(row) in SILENT and one.status_code < 300 and then:
        items = getattr(row.operation, "items", None)
        assert without_service(json.loads(then), items) == json.loads(first)
    else:
        assert then == first
    assert changed(worlds[0]) == changed(worlds[1])


def changed(world: World) -> list[str]:
    """What each list shows afterwards, or that its parent is gone."""
    answers = [send(world, row) for row in LISTS if row.door == "service"]
    return [anonymous(world, answer.text) for answer in answers]


def urls(shown: Any) -> Iterator[str]:
    """Every URL of an answer, of its items and of its page that leads somewhere."""
    things = shown[shown["meta"]["key"]] + [shown["meta"]] if "meta" in shown else [shown]
    for thing in things:
        links = thing.get("links", {}).items()
        yield from (url for called, url in links if called not in NOWHERE)
        yield from (thing[key] for key in ("url", "first_page_url") if key in thing)


def led(world: World, row: Row) -> list[str]:
    """Does what the row does; returns where its answer leads."""
    answer = send(world, row)
    if answer.status_code >= 300:
        assert set(row.things) & UNREACHABLE.keys(), answer.text
        return []
    found = list(urls(answer.json())) if answer.content else []
    assert bool(found) == (row.operation.method != "DELETE")
    return found


@pytest.mark.parametrize("pair", ALIKE, ids=name)
def test_every_url_leads_back_to_the_door_that_was_asked(
    client: Client, second: Client, pair: tuple[Row, Row]
) -> None:
    for asking, row in zip((client, second), pair, strict=True):
        world = World(asking, default=True)
        within = f"{asking.url}/v1/Services/{world.service}/"
        for url in led(world, row):
            to_service = row.door == "service" or url == f"{within}Configuration"
            assert url.startswith(f"{asking.url}/v1/")
            assert url.startswith(within) == to_service
            assert asking.http.get(url).status_code == 200, url


@pytest.mark.parametrize("pair", SAME, ids=name)
def test_each_door_shows_what_was_done_at_the_other(
    client: Client, second: Client, pair: tuple[Row, Row]
) -> None:
    for asking, row in zip((client, second), pair, strict=True):
        world = World(asking, default=True)
        door = f"{asking.url}/v1/Services/{world.service}/"
        for url in led(world, row):
            inner = url if url.startswith(door) else url.replace(f"{asking.url}/v1/", door)
            shown = asking.http.get(at_the_other_door(world, inner)).text
            then = at_the_other_door(world, asking.http.get(inner).text)
            said = f',"chat_service_sid":"{world.service}"'
            assert then.replace(said, "") == shown.replace(said, "")
        if row.operation.method == "DELETE":
            for each in pair:
                assert_refused(send(world, each), 404, 20404)


def inside(world: World) -> list[Any]:
    """Everything in the world's service, as its own door shows it."""
    return [world._everything(row) for row in ROWS if row in LISTS and row.door == "service"]


@pytest.mark.parametrize("pair", SAME, ids=name)
def test_nothing_leaks_to_another_service_or_another_default(
    client: Client, pair: tuple[Row, Row]
) -> None:
    world = World(client, default=True)
    other = client.made("/Services", {"FriendlyName": "other"})["sid"]
    client.made("/Configuration", {"DefaultChatServiceSid": other})
    before = inside(world)
    for row, wanted in zip(pair, ({}, {"Services": other}), strict=True):
        path = row.path({**world.sids, **wanted})
        http, query = client.http, query_for(row)
        answer = http.request(row.operation.method, path, params=query, data=body_for(row))
        if pair[0].things:
            assert_refused(answer, 404, 20404)
            assert answer.json()["message"] == f"The requested resource {path} was not found"
        else:
            assert answer.status_code in {200, 201, 202, 409}, answer.text
            assert not [sid for sid in world.sids.values() if sid in answer.text]
    assert inside(world) == before


@pytest.mark.parametrize("pair", OTHERS, ids=name)
def test_the_two_configurations_are_two_things(client: Client, pair: tuple[Row, Row]) -> None:
    world = World(client, default=True)
    both = [row.path(world.sids) for row in pair]
    form = {
        "DefaultInactiveTimer": "PT2H",
        "ReachabilityEnabled": "true",
        "Method": "GET",
        "PreWebhookUrl": "https://example.com/pre",
    }
    for path, other in (both, both[::-1]):
        before = [client.http.get(each).json() for each in (path, other)]
        assert client.http.post(path, data=form).status_code == 200
        after = [client.http.get(each).json() for each in (path, other)]
        assert after[0] != before[0]
        assert after[1] == before[1]
    assert set(client.http.get(both[0]).json()) != set(client.http.get(both[1]).json())
