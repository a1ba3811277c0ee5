"""How much a user may hold, and in how many conversations they may be."""

from collections.abc import AsyncIterator, Iterator

import pytest
from msgspec.structs import replace

from harness import Client, Server, account, assert_refused, dev_server
from partywire.app import opened
from partywire.config import Config, Limits
from partywire.domain.call import Resources
from wire.http.bench import Bench
from wire.http.chat import close, conversation, join

FEW = Limits(participants_per_conversation=3, conversations_per_user=1000)


def test_user_attributes_have_at_most_16_kib(client: Client) -> None:
    most = '"' + "ü" * (8 * 1024 - 1) + '"'
    assert len(most.encode()) == 16 * 1024
    user = client.made("/Users", {"Identity": "ada", "Attributes": most})
    assert user["attributes"] == most
    assert_refused(client.post("/Users/ada", {"Attributes": most + " "}), 400, 50303)
    answer = client.post("/Users", {"Identity": "eve", "Attributes": most + " "})
    assert_refused(answer, 400, 50303)


@pytest.fixture(scope="module")
def narrow(shared_database: tuple[str, ...]) -> Iterator[Server]:
    with dev_server(*shared_database, "--conversations-per-user", "2") as running:
        yield running


@pytest.fixture
def guest(narrow: Server) -> Iterator[Client]:
    with Client(narrow.url, account()) as made:
        yield made


def test_a_user_is_in_a_limited_number_of_conversations(guest: Client) -> None:
    join(guest, conversation(guest), "ada")
    join(guest, conversation(guest, State="inactive"), "ada")
    third = conversation(guest)
    answer = guest.post(f"/Conversations/{third}/Participants", {"Identity": "ada"})
    assert_refused(answer, 400, 50214)
    assert guest.items(f"/Conversations/{third}/Participants", "participants") == []
    join(guest, third, "eve")


def test_closed_conversations_do_not_count_towards_the_limit(guest: Client) -> None:
    first, second, third = (conversation(guest) for _ in range(3))
    join(guest, first, "ada")
    join(guest, second, "ada")
    close(guest, first)
    join(guest, third, "ada")
    assert len(guest.items("/Users/ada/Conversations", "conversations")) == 3


def test_leaving_makes_room_for_another_conversation(guest: Client) -> None:
    first, second, third = (conversation(guest) for _ in range(3))
    join(guest, first, "ada")
    join(guest, second, "ada")
    assert guest.delete(f"/Users/ada/Conversations/{first}").status_code == 204
    join(guest, third, "ada")


@pytest.fixture
async def resources(config: Config) -> AsyncIterator[Resources]:
    async with opened(replace(config, limits=FEW)) as found:
        yield found


async def test_a_conversation_has_a_limited_number_of_participants(bench: Bench) -> None:
    sid = (await bench.made("/Conversations"))["sid"]
    people = f"/Conversations/{sid}/Participants"
    for name in ("ada", "bob", "eve"):
        await bench.made(people, {"Identity": name})
    assert_refused(await bench.http.post(f"/v1{people}", data={"Identity": "zoe"}), 400, 50417)
    assert_refused(await bench.http.get("/v1/Users/zoe"), 404, 20404)
    await bench.http.delete(f"/v1{people}/eve")
    await bench.made(people, {"Identity": "zoe"})
