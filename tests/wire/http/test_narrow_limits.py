"""A server whose operator allows little: limits that would take thousands of requests to meet."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from harness import assert_refused
from partywire.app import opened
from partywire.config import Config, Limits
from partywire.domain.call import Resources
from wire.http.bench import Bench

PATH = "/ConversationWithParticipants"
PROJECTED = {"MessagingBinding.ProjectedAddress": "+15550100"}
LITTLE = Limits(
    participants_per_conversation=3, addresses_per_conversation=1, conversations_per_user=2
)


@pytest.fixture
async def resources(config: Config) -> AsyncIterator[Resources]:
    async with opened(replace(config, limits=LITTLE)) as found:
        yield found


def described(*people: dict[str, Any]) -> dict[str, Any]:
    """The form of a conversation with these."""
    return {"Participant": [json.dumps(person) for person in people]}


def phone(number: int) -> dict[str, Any]:
    binding = {"address": f"+1555000{number}", "proxy_address": "+15550100"}
    return {"messaging_binding": binding}


async def conversations(bench: Bench) -> list[Any]:
    found: list[Any] = (await bench.seen("/Conversations"))["conversations"]
    return found


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ([{"identity": name} for name in ("ada", "bob", "eve", "zoe")], 50417),
        ([{"identity": "ada"}, phone(1), phone(2)], 50422),
    ],
)
async def test_a_conversation_is_not_made_with_more_people_than_fit(
    bench: Bench, people: list[dict[str, Any]], code: int
) -> None:
    answer = await bench.http.post(f"/v1{PATH}", data=described(*people))
    assert_refused(answer, 400, code)
    assert await conversations(bench) == []
    assert (await bench.seen("/Users"))["users"] == []
    answer = await bench.http.post(f"/v1{PATH}", data=described(*people[:-1]))
    assert answer.status_code == 202


async def test_nobody_comes_along_who_is_in_too_many_conversations(bench: Bench) -> None:
    ada = described({"identity": "ada"})
    for _ in range(LITTLE.conversations_per_user):
        await bench.http.post(f"/v1{PATH}", data=ada)
    assert_refused(await bench.http.post(f"/v1{PATH}", data=ada), 400, 50214)
    assert len(await conversations(bench)) == 2
    answer = await bench.http.post(f"/v1{PATH}", data=described({"identity": "eve"}))
    assert answer.status_code == 202


async def test_nobody_becomes_a_user_who_is_in_too_many_conversations(bench: Bench) -> None:
    ada = described({"identity": "ada"})
    for _ in range(LITTLE.conversations_per_user):
        await bench.http.post(f"/v1{PATH}", data=ada)
    people = f"/Conversations/{(await bench.made('/Conversations'))['sid']}/Participants"
    number = await bench.made(people, PROJECTED)
    path = f"{people}/{number['sid']}"
    answer = await bench.http.post(f"/v1{path}", data={"Identity": "ada"})
    assert_refused(answer, 400, 50214)
    assert await bench.seen(path) == number
    assert (await bench.made(path, {"Identity": "eve"}))["identity"] == "eve"
