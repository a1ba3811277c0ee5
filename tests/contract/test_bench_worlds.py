"""The bench: whoever comes gets a world of their own, and hints about the others."""

import subprocess
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from contract.world import World
from engines import contents
from harness import (
    Client,
    Server,
    account,
    assert_refused,
    dev_server,
    partywire_command,
    serve_account,
)

HINT = "partywire-hint"


@pytest.fixture
def second(server: Server) -> Iterator[Client]:
    """Another account of the same bench."""
    with Client(server.url, account()) as made:
        yield made


def test_one_account_sid_with_two_tokens_is_two_worlds(server: Server) -> None:
    sid, token = account()
    with Client(server.url, (sid, token)) as one, Client(server.url, (sid, "other")) as two:
        made = one.made("/Users", {"Identity": "ada"})
        assert_refused(two.get("/Users/ada"), 404, 20404)
        assert_refused(two.get(f"/Users/{made['sid']}"), 404, 20404)
        assert two.made("/Users", {"Identity": "ada"})["account_sid"] == sid == made["account_sid"]
        assert one.items("/Users", "users") == [made]


def test_the_same_pair_is_the_same_world(server: Server) -> None:
    pair = account()
    with Client(server.url, pair) as one, Client(server.url, pair) as two:
        made = one.made("/Users", {"Identity": "ada"})
        assert two.seen("/Users/ada") == made


def test_a_pair_that_comes_many_times_at_once_opens_one_world(server: Server) -> None:
    with Client(server.url, account()) as client, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: client.seen("/Services")["services"], range(16)))
    assert len(found[0]) == 1
    assert found == found[:1] * 16


def test_an_unknown_api_key_opens_a_world_of_its_own(server: Server, client: Client) -> None:
    key = "SK" + uuid.uuid4().hex
    with Client(server.url, (key, "secret")) as one, Client(server.url, (key, "other")) as two:
        made = one.made("/Users", {"Identity": "ada"})
        assert made["account_sid"].startswith("AC")
        assert made["account_sid"] != client.made("/Users", {"Identity": "ada"})["account_sid"]
        assert one.seen("/Users/ada") == made
        assert_refused(two.get("/Users/ada"), 404, 20404)


@pytest.mark.parametrize(
    "pair",
    [
        ("AC" + "1" * 32, ""),
        ("", "token"),
        ("US" + "1" * 32, "token"),
        ("ada", "token"),
        ("AC" + "1" * 63, "token"),
    ],
)
def test_a_bench_takes_account_sids_and_api_keys_only(
    server: Server, pair: tuple[str, str]
) -> None:
    with Client(server.url, pair) as guest:
        assert_refused(guest.get("/Users"), 401, 20003)


def created_key(database: Sequence[str], account_sid: str) -> tuple[str, str]:
    """Makes an API key as an operator would."""
    command = [*partywire_command(), "key", "create", account_sid, *database]
    made = subprocess.run(command, check=True, capture_output=True, text=True)
    values = dict(line.split("=", 1) for line in made.stdout.splitlines())
    return values["TWILIO_API_KEY"], values["TWILIO_API_SECRET"]


@pytest.mark.parametrize("verb", ["dev", "serve"])
def test_a_created_key_reaches_its_account(own_database: tuple[str, ...], verb: str) -> None:
    pair = serve_account(own_database)
    key = created_key(own_database, pair[0])
    running = Server([verb, "--port", "0", *own_database])
    try:
        with Client(running.url, pair) as one, Client(running.url, key) as two:
            made = one.made("/Users", {"Identity": "ada"})
            assert two.seen("/Users/ada") == made
            assert made["account_sid"] == pair[0]
    finally:
        running.stop()


def test_tokens_and_secrets_do_not_lie_open_in_the_database(own_database: tuple[str, ...]) -> None:
    with (
        dev_server(*own_database) as running,
        Client(running.url, ("AC" + "1" * 32, "opensesame")) as client,
    ):
        client.made("/Users", {"Identity": "ada"})
    everything = "\n".join(contents(own_database[1]))
    assert "opensesame" not in everything
    assert "ada" in everything


def test_a_hint_names_the_account_that_has_the_thing(client: Client, second: Client) -> None:
    world = World(client, default=True)
    owner = client.credentials
    assert owner is not None
    conversation = world.sids["Conversations"]
    answer = second.get(f"/Conversations/{conversation}")
    assert_refused(answer, 404, 20404)
    hint = answer.headers[HINT]
    assert hint == f"{conversation} exists, but in another account ({owner[0]})"


def test_a_hint_names_the_service_that_has_the_thing(client: Client) -> None:
    here, there = World(client, default=True), World(client, default=False)
    for kind, path in (
        ("Conversations", "/Conversations/{}"),
        ("Users", "/Users/{}/Conversations"),
        ("Messages", f"/Conversations/{here.sids['Conversations']}/Messages/{{}}"),
        ("Participants", f"/Conversations/{here.sids['Conversations']}/Participants/{{}}"),
    ):
        sid = there.sids[kind]
        hint = client.get(path.format(sid)).headers[HINT]
        assert hint == (
            f"{sid} exists, but in service {there.service}; this request looked in {here.service}"
        )


def test_a_hint_names_the_account_of_a_foreign_service(client: Client, second: Client) -> None:
    service = World(client, default=False).service
    answer = second.at(f"/v1/Services/{service}").get("/Users")
    assert_refused(answer, 404, 20404)
    assert answer.headers[HINT].startswith(f"{service} exists, but in another account (")


@pytest.mark.parametrize("path", ["/Conversations/CH" + "0" * 32, "/Users/ada", "/Nothing"])
def test_there_is_no_hint_about_what_is_nowhere(client: Client, path: str) -> None:
    answer = client.get(path)
    assert_refused(answer, 404, 20404)
    assert HINT not in answer.headers


def test_there_is_no_hint_about_what_is_found(client: Client) -> None:
    world = World(client, default=True)
    assert HINT not in client.get(f"/Conversations/{world.sids['Conversations']}").headers
