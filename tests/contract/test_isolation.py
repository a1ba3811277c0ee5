"""Nobody reaches what is another's: each built operation, from every wrong side."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from contract.table import ROWS, WITH_THINGS, Row
from contract.world import World, body_for, query_for
from harness import Client, Server, account, assert_refused, serve_account

MISSING = "IS" + "0" * 32
AT_SERVICE_DOOR = [row for row in ROWS if row.door == "service"]
# Things of the account, whichever service is asked for.
OF_THE_ACCOUNT = {"Services", "Addresses", "Credentials"}
BELOW_A_SERVICE = [row for row in WITH_THINGS if not set(row.things) <= OF_THE_ACCOUNT]


def send(http: httpx.Client, row: Row, path: str, **more: Any) -> httpx.Response:
    """Does what the row does, with a form that it would accept."""
    query = query_for(row)
    return http.request(row.operation.method, path, params=query, data=body_for(row), **more)


def assert_not_found(answer: httpx.Response, path: str) -> None:
    assert_refused(answer, 404, 20404)
    assert answer.json()["message"] == f"The requested resource {path} was not found"


@pytest.fixture(scope="module")
def owner(server: Server) -> Iterator[Client]:
    with Client(server.url, account()) as made:
        yield made


@pytest.fixture(scope="module")
def world(owner: Client) -> World:
    """Things in the default service of an account that is only looked at."""
    return World(owner, default=True)


@pytest.fixture(scope="module")
def other_world(owner: Client, world: World) -> World:
    """Things in another service of the same account."""
    return World(owner, default=False)


@pytest.fixture(scope="module")
def stranger(server: Server) -> Iterator[Client]:
    with Client(server.url, account()) as made:
        yield made


@pytest.mark.parametrize("row", WITH_THINGS, ids=str)
def test_a_foreign_account_finds_nothing(stranger: Client, world: World, row: Row) -> None:
    before = world.snapshot()
    path = row.path(world.sids)
    assert_not_found(send(stranger.http, row, path), path)
    assert world.snapshot() == before


@pytest.mark.parametrize("row", [row for row in ROWS if not row.things], ids=str)
def test_a_foreign_account_lists_and_makes_only_its_own(
    stranger: Client, world: World, row: Row
) -> None:
    before = world.snapshot()
    answer = send(stranger.http, row, row.path({}))
    assert answer.status_code in {200, 201, 202, 409}
    for sid in world.sids.values():
        assert sid not in answer.text
    assert world.snapshot() == before


@pytest.mark.parametrize("row", BELOW_A_SERVICE, ids=str)
def test_what_is_in_another_service_of_the_account_is_not_found(
    owner: Client, world: World, other_world: World, row: Row
) -> None:
    before = world.snapshot(), other_world.snapshot()
    for there, wanted in ((world, other_world), (other_world, world)):
        if row.door == "account" and there is other_world:
            continue  # the account door leads to the default service only
        path = row.path({**wanted.sids, "Services": there.service})
        if row.things[1:] or row.door == "account":
            assert_not_found(send(owner.http, row, path), path)
    assert (world.snapshot(), other_world.snapshot()) == before


@pytest.mark.parametrize("row", AT_SERVICE_DOOR, ids=str)
def test_a_missing_service_has_nothing(owner: Client, world: World, row: Row) -> None:
    before = world.snapshot()
    path = row.path({**world.sids, "Services": MISSING})
    assert_not_found(send(owner.http, row, path), path)
    assert world.snapshot() == before


def test_names_are_as_isolated_as_sids(stranger: Client, owner: Client, world: World) -> None:
    service = owner.made("/Services", {"FriendlyName": "empty"})["sid"]
    for client in (stranger, owner.at(f"/v1/Services/{service}")):
        for path in (
            "/Conversations/tea",
            "/Conversations/tea/Messages",
            "/Users/ada",
            "/Users/ada/Conversations",
            "/Users/ada/Conversations/tea",
        ):
            assert_refused(client.get(path), 404, 20404)
    owner.delete(f"/Services/{service}")


@pytest.fixture(scope="module")
def live(own_database: tuple[str, ...]) -> Iterator[tuple[Server, World, Client]]:
    """A ``partywire serve`` with two accounts; the world is the first's."""
    first, second = serve_account(own_database), serve_account(own_database)
    running = Server(["serve", "--port", "0", *own_database])
    try:
        with Client(running.url, first) as one, Client(running.url, second) as two:
            yield running, World(one, default=True), two
    finally:
        running.stop()


@pytest.fixture(scope="module")
def intruder(live: tuple[Server, World, Client]) -> Iterator[httpx.Client]:
    """Somebody who tries one pair of credentials after the other."""
    with Client(live[0].url, None) as made:
        yield made.http


def wrong_credentials(live: tuple[Server, World, Client]) -> list[tuple[str, str] | None]:
    """None, and pairs of which one half or both are wrong."""
    _, world, second = live
    credentials, others = world.client.credentials, second.credentials
    assert credentials is not None
    assert others is not None
    sid, token = credentials
    return [
        None,
        (sid, ""),
        (sid, token[:-1]),
        (sid, token + "0"),
        (sid, token.upper()),
        (sid, others[1]),
        (others[0], token),
        ("AC" + "0" * 32, token),
        ("SK" + "0" * 32, token),
        ("", token),
        (sid.lower(), token),
    ]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_server_lets_nobody_in_without_the_right_credentials(
    live: tuple[Server, World, Client], intruder: httpx.Client, row: Row
) -> None:
    _, world, _ = live
    before = world.snapshot()
    path = row.path({**dict.fromkeys(row.things, "XX" + "0" * 32), **world.sids})
    for credentials in wrong_credentials(live):
        answer = send(intruder, row, path, auth=credentials)
        assert_refused(answer, 401, 20003)
        assert answer.headers["www-authenticate"].startswith("Basic ")
    assert world.snapshot() == before


@pytest.mark.parametrize("row", WITH_THINGS, ids=str)
def test_a_server_shows_no_account_the_things_of_another(
    live: tuple[Server, World, Client], row: Row
) -> None:
    _, world, second = live
    before = world.snapshot()
    path = row.path(world.sids)
    answer = send(second.http, row, path)
    assert_not_found(answer, path)
    assert "partywire-hint" not in answer.headers
    assert world.snapshot() == before


def test_a_bench_wants_credentials_too(server: Server, world: World) -> None:
    before = world.snapshot()
    with Client(server.url, None) as nobody:
        for row in ROWS:
            assert_refused(send(nobody.http, row, row.path(world.sids)), 401, 20003)
    assert world.snapshot() == before
