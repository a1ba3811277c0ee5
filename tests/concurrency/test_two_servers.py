"""Two server processes on one database, both writing."""

import httpx

from concurrency.crowd import Crowd, at_once, crowd, outcomes
from harness import Server, account

BUSY, POSTS_EACH = 32, 10


async def test_posts_through_both_have_indexes_without_a_gap(servers: list[Server]) -> None:
    credentials = account()
    async with crowd(servers[0].url, credentials) as one, crowd(servers[1].url, credentials) as two:
        talk = (await one.make("/Conversations"))["sid"]
        await two.make(f"/Conversations/{talk}/Participants", {"Identity": "ann"})
        pair = f"/Users/ann/Conversations/{talk}"
        await one.make(pair, {"LastReadMessageIndex": 0})

        async def post(number: int) -> list[int]:
            through: Crowd = (one, two)[number % 2]
            path, form = f"/Conversations/{talk}/Messages", {"Body": f"{number}"}
            return [(await through.make(path, form))["index"] for _ in range(POSTS_EACH)]

        indexes = [index for mine in await at_once(post, BUSY) for index in mine]

        assert sorted(indexes) == list(range(BUSY * POSTS_EACH))
        seen = [await each.get(pair) for each in (one, two)]
        assert [each["unread_messages_count"] for each in seen] == [len(indexes) - 1] * 2
        path = f"/Conversations/{talk}/Messages"
        assert [m["index"] for m in await two.items(path, "messages")] == sorted(indexes)


async def test_a_name_an_identity_and_an_account_are_unique_across_both(
    servers: list[Server],
) -> None:
    credentials = account()
    async with crowd(servers[0].url, credentials) as one, crowd(servers[1].url, credentials) as two:

        async def create(number: int) -> httpx.Response:
            form = {"UniqueName": "the one"}
            return await (one, two)[number % 2].send("/Conversations", form)

        async def join(number: int) -> httpx.Response:
            path = "/Conversations/the%20one/Participants"
            return await (one, two)[number % 2].send(path, {"Identity": "ann"})

        assert outcomes(await at_once(create, BUSY)) == {(201, None): 1, (409, 50353): BUSY - 1}
        assert outcomes(await at_once(join, BUSY)) == {(201, None): 1, (409, 50433): BUSY - 1}
        assert len(await two.items("/Services", "services")) == 1
        assert len(await two.items("/Users", "users")) == 1


async def test_what_one_acknowledged_the_other_answers_at_once(servers: list[Server]) -> None:
    credentials = account()
    async with crowd(servers[0].url, credentials) as one, crowd(servers[1].url, credentials) as two:
        for turn in range(20):
            here, there = (one, two) if turn % 2 else (two, one)
            talk = (await here.make("/Conversations"))["sid"]
            assert (await there.get(f"/Conversations/{talk}"))["sid"] == talk
            await there.delete(f"/Conversations/{talk}")
            answer = await here.http.get(f"/v1/Conversations/{talk}")
            assert answer.status_code == 404
