"""Access tokens of a bench over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from harness import Client, Server, assert_refused, dev_server
from partywire.cli import demo
from partywire.domain.call import Resources
from partywire.wire.http.tokens import PATH, routes
from wire.socket.talking import talking


@pytest.fixture(scope="module")
def bench() -> Iterator[Server]:
    """A bench with demo data."""
    with dev_server("--demo") as running:
        yield running


def issued(client: Client, **query: Any) -> Any:
    answer = client.http.get(PATH, params={"identity": "alice", **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def test_an_account_gets_tokens_for_its_users(server: Server, client: Client) -> None:
    found = issued(client)
    service = client.seen("/Configuration")["default_chat_service_sid"]
    assert set(found) == {"token", "identity", "service_sid"}
    assert (found["identity"], found["service_sid"]) == ("alice", service)
    async with talking(server.url) as alice:
        assert (await alice.init(found["token"]))["code"] == 200
    assert client.seen("/Users/alice")["identity"] == "alice"


def test_service_and_time_can_be_named(client: Client) -> None:
    service = client.made("/Services", {"FriendlyName": "Other"})["sid"]
    assert issued(client, service_sid=service, ttl=60)["service_sid"] == service


def test_nobody_gets_one_without_credentials(server: Server) -> None:
    with Client(server.url, None) as nobody:
        answer = nobody.http.get(PATH, params={"identity": "alice"})
        assert_refused(answer, 401, 20003)
        assert answer.headers["www-authenticate"].startswith("Basic")
        wrong = nobody.http.get(PATH, params={"identity": "x"}, headers={"Authorization": "x"})
        assert_refused(wrong, 401, 20003)
        unknown = nobody.http.get(PATH, params={"identity": "x"}, auth=("ada", "x"))
        assert_refused(unknown, 401, 20003)


def test_where_there_is_demo_data_a_page_gets_one_for_that(bench: Server) -> None:
    with (
        Client(bench.url, None) as nobody,
        Client(bench.url, (demo.ACCOUNT_SID, demo.AUTH_TOKEN)) as client,
    ):
        service = client.seen("/Configuration")["default_chat_service_sid"]
        assert issued(nobody)["service_sid"] == service
        assert "access-control-allow-origin" not in nobody.http.get(PATH).headers


@pytest.mark.parametrize(
    "query", [{"identity": ""}, {"ttl": "0"}, {"ttl": "x"}, {"ttl": "9" * 30}, {"ttl": "²"}]
)
def test_what_cannot_be_is_a_bad_request(client: Client, query: dict[str, str]) -> None:
    answer = client.http.get(PATH, params={"identity": "alice", **query})
    assert_refused(answer, 400, 20001)


@pytest.mark.parametrize("service", ["", "IS0", "x\0"])
def test_a_service_that_is_not_there_is_not_found(client: Client, service: str) -> None:
    query = {"identity": "alice", "service_sid": service}
    answer = client.http.get(PATH, params=query)
    if service:
        assert_refused(answer, 404, 20404)
    else:
        assert answer.status_code == 200


async def test_other_servers_make_none(resources: Resources) -> None:
    closed = replace(resources.config, open_accounts=False)
    assert routes(replace(resources, config=closed)) == []
    assert len(routes(resources)) == 1
