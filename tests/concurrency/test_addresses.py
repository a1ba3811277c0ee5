"""Of those who want the same addresses at the same time, exactly one conversation gets them."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from concurrency.crowd import Crowd, at_once, crowd, outcomes
from harness import Server, account

MANY = 16
ADDRESS, PROXY = "+15550001", "+15550100"
PAIR: dict[str, str | int] = {
    "MessagingBinding.Address": ADDRESS,
    "MessagingBinding.ProxyAddress": PROXY,
}


@pytest.fixture
async def clients(server: Server) -> AsyncIterator[Crowd]:
    async with crowd(server.url, account()) as made:
        yield made


async def talks_of(clients: Crowd) -> list[str]:
    return [(await clients.make("/Conversations"))["sid"] for _ in range(MANY)]


def losers(answers: list[httpx.Response], code: int, winner: str) -> None:
    """One won, and all others were told who."""
    lost = [answer.json() for answer in answers if answer.status_code >= 300]
    assert len(lost) == len(answers) - 1
    assert {each["code"] for each in lost} == {code}
    assert all(each["message"].endswith(f"Conversation {winner}") for each in lost)


async def holders(clients: Crowd) -> Counter[str]:
    """How often the address is in each conversation."""
    query = httpx.QueryParams({"Address": ADDRESS})
    found = await clients.items(f"/ParticipantConversations?{query}", "conversations")
    return Counter(each["conversation_sid"] for each in found)


async def test_a_pair_joins_one_of_many_conversations(clients: Crowd) -> None:
    talks = await talks_of(clients)

    async def join(number: int) -> httpx.Response:
        return await clients.send(f"/Conversations/{talks[number]}/Participants", PAIR)

    answers = await at_once(join, MANY)

    (winner,) = [each.json() for each in answers if each.status_code == 201]
    losers(answers, 50416, winner["conversation_sid"])
    assert await holders(clients) == {winner["conversation_sid"]: 1}


async def test_a_pair_joins_one_conversation_once(clients: Crowd) -> None:
    talk = (await clients.make("/Conversations"))["sid"]

    async def join(_number: int) -> httpx.Response:
        return await clients.send(f"/Conversations/{talk}/Participants", PAIR)

    answers = await at_once(join, MANY)

    losers(answers, 50416, talk)
    assert await holders(clients) == {talk: 1}


async def test_a_pair_is_taken_once_by_changing_the_proxy(clients: Crowd) -> None:
    paths = []
    for number, talk in enumerate(await talks_of(clients)):
        form = {**PAIR, "MessagingBinding.ProxyAddress": f"+155502{number:02}"}
        made = await clients.make(f"/Conversations/{talk}/Participants", form)
        paths.append(f"/Conversations/{talk}/Participants/{made['sid']}")

    async def change(number: int) -> httpx.Response:
        return await clients.send(paths[number], {"MessagingBinding.ProxyAddress": PROXY})

    answers = await at_once(change, MANY)

    (winner,) = [each.json() for each in answers if each.status_code == 200]
    losers(answers, 50416, winner["conversation_sid"])
    shown = [(await clients.get(path))["messaging_binding"]["proxy_address"] for path in paths]
    assert shown.count(PROXY) == 1


async def test_of_many_conversations_with_a_pair_one_is_made_and_nothing_of_the_others(
    clients: Crowd,
) -> None:
    person = {"messaging_binding": {"address": ADDRESS, "proxy_address": PROXY}}
    form: dict[str, Any] = {"Participant": ['{"identity": "ann"}', json.dumps(person)]}

    async def make(_number: int) -> httpx.Response:
        return await clients.send("/ConversationWithParticipants", form)

    answers = await at_once(make, MANY)

    assert outcomes(answers) == {(202, None): 1, (409, 50416): MANY - 1}
    (made,) = await clients.items("/Conversations", "conversations")
    losers(answers, 50416, made["sid"])
    assert await holders(clients) == {made["sid"]: 1}
    mine = await clients.items("/Users/ann/Conversations", "conversations")
    assert [each["conversation_sid"] for each in mine] == [made["sid"]]


async def test_a_group_is_one_of_many_conversations(clients: Crowd) -> None:
    talks = await talks_of(clients)
    for talk in talks:
        await clients.make(
            f"/Conversations/{talk}/Participants",
            {"Identity": "ann", "MessagingBinding.ProjectedAddress": PROXY},
        )

    async def join(number: int) -> httpx.Response:
        path = f"/Conversations/{talks[number]}/Participants"
        return await clients.send(path, {"MessagingBinding.Address": ADDRESS})

    answers = await at_once(join, MANY)

    (winner,) = [each.json() for each in answers if each.status_code == 201]
    losers(answers, 50438, winner["conversation_sid"])


async def test_a_pair_that_is_let_go_finds_one_new_conversation(clients: Crowd) -> None:
    first, *talks = await talks_of(clients)
    await clients.make(f"/Conversations/{first}/Participants", PAIR)

    async def close_or_join(number: int) -> httpx.Response:
        if number == len(talks) // 2:
            return await clients.send(f"/Conversations/{first}", {"State": "closed"})
        path = f"/Conversations/{talks[number]}/Participants"
        answer = await clients.send(path, PAIR)
        while answer.status_code == 409 and first in answer.text:
            answer = await clients.send(path, PAIR)
        return answer

    answers = await at_once(close_or_join, len(talks))

    joined = [each.json() for each in answers if each.status_code == 201]
    assert outcomes(answers) == {(200, None): 1, (201, None): 1, (409, 50416): len(talks) - 2}
    assert await holders(clients) == {first: 1, joined[0]["conversation_sid"]: 1}
