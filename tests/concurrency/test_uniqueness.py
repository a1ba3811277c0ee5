"""Of those who want the same thing at the same time, exactly one gets it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from concurrency.crowd import CLIENTS, Crowd, at_once, crowd, outcomes
from harness import Server, account


@pytest.fixture
async def clients(server: Server) -> AsyncIterator[Crowd]:
    async with crowd(server.url, account()) as made:
        yield made


async def test_a_unique_name_is_created_once(clients: Crowd) -> None:
    async def create(_number: int) -> httpx.Response:
        return await clients.send("/Conversations", {"UniqueName": "the one"})

    answers = await at_once(create)

    assert outcomes(answers) == {(201, None): 1, (409, 50353): CLIENTS - 1}
    made = next(answer.json() for answer in answers if answer.status_code == 201)
    assert await clients.items("/Conversations", "conversations") == [made]


async def test_a_unique_name_is_taken_once_by_renaming(clients: Crowd) -> None:
    talks = [(await clients.make("/Conversations"))["sid"] for _ in range(16)]

    async def rename(number: int) -> httpx.Response:
        return await clients.send(f"/Conversations/{talks[number]}", {"UniqueName": "the one"})

    answers = await at_once(rename, len(talks))

    assert outcomes(answers) == {(200, None): 1, (409, 50353): len(talks) - 1}
    winner = next(answer.json()["sid"] for answer in answers if answer.status_code == 200)
    assert (await clients.get("/Conversations/the%20one"))["sid"] == winner


async def test_an_identity_joins_a_conversation_once_and_becomes_one_user(
    clients: Crowd,
) -> None:
    talk = (await clients.make("/Conversations"))["sid"]

    async def join(_number: int) -> httpx.Response:
        return await clients.send(f"/Conversations/{talk}/Participants", {"Identity": "ann"})

    answers = await at_once(join)

    assert outcomes(answers) == {(201, None): 1, (409, 50433): CLIENTS - 1}
    users = await clients.items("/Users", "users")
    assert [user["identity"] for user in users] == ["ann"]
    assert len(await clients.items(f"/Conversations/{talk}/Participants", "participants")) == 1


async def test_an_identity_that_joins_many_conversations_at_once_becomes_one_user(
    clients: Crowd,
) -> None:
    talks = [(await clients.make("/Conversations"))["sid"] for _ in range(16)]

    async def join(number: int) -> httpx.Response:
        if number == len(talks):
            return await clients.send("/Users", {"Identity": "ann"})
        path = f"/Conversations/{talks[number]}/Participants"
        return await clients.send(path, {"Identity": "ann"})

    *joined, created = await at_once(join, len(talks) + 1)

    assert outcomes(joined) == {(201, None): len(talks)}
    assert outcomes([created]).keys() <= {(201, None), (409, 50201)}
    (user,) = await clients.items("/Users", "users")
    mine = await clients.items(f"/Users/{user['sid']}/Conversations", "conversations")
    assert [each["conversation_sid"] for each in mine] == sorted(talks)


async def test_one_of_many_deletes_takes_effect(clients: Crowd) -> None:
    talk = (await clients.make("/Conversations"))["sid"]
    sid = (await clients.make(f"/Conversations/{talk}/Messages", {"Body": "x"}))["sid"]
    await clients.make(f"/Conversations/{talk}/Participants", {"Identity": "ann"})
    await clients.make(f"/Conversations/{talk}/Messages", {"Body": "y"})

    async def delete(_number: int) -> int:
        answer = await clients.http.delete(f"/v1/Conversations/{talk}/Messages/{sid}")
        return answer.status_code

    assert sorted(await at_once(delete)) == [204] + [404] * (CLIENTS - 1)
    pair = await clients.make(f"/Users/ann/Conversations/{talk}", {"LastReadMessageIndex": 0})
    assert pair["unread_messages_count"] == 1


async def test_the_first_use_of_an_account_opens_one_world(clients: Crowd) -> None:
    async def create(number: int) -> str:
        made = await clients.make("/Conversations", {"UniqueName": f"{number}"})
        return str(made["chat_service_sid"])

    assert len(set(await at_once(create))) == 1
    assert len(await clients.items("/Conversations", "conversations")) == CLIENTS
    assert len(await clients.items("/Services", "services")) == 1


async def test_each_token_of_an_account_opens_a_world_of_its_own(server: Server) -> None:
    sid, _ = account()

    async def create(number: int) -> list[str]:
        async with crowd(server.url, (sid, f"token{number}")) as mine:
            await mine.make("/Conversations", {"UniqueName": f"{number}"})
            there = await mine.items("/Conversations", "conversations")
            return [each["unique_name"] for each in there]

    assert await at_once(create, 8) == [[f"{number}"] for number in range(8)]
