import random
from collections.abc import AsyncIterator

import pytest

from concurrency.crowd import CLIENTS, Crowd, at_once, crowd
from harness import Server, account

TALKS, POSTS_EACH = 8, 12
PEOPLE = ("ann", "bob", "cid", "dee")


@pytest.fixture
async def clients(server: Server) -> AsyncIterator[Crowd]:
    async with crowd(server.url, account()) as made:
        yield made


@pytest.fixture
async def talks(clients: Crowd) -> list[str]:
    """Eight conversations with four people in each."""

    async def begin(_number: int) -> str:
        sid: str = (await clients.make("/Conversations"))["sid"]
        for person in PEOPLE:
            await clients.make(f"/Conversations/{sid}/Participants", {"Identity": person})
        return sid

    return await at_once(begin, TALKS)


async def test_every_message_is_there_once_and_indexes_have_no_gap(
    clients: Crowd, talks: list[str]
) -> None:
    acknowledged: dict[str, list[tuple[int, str, str]]] = {talk: [] for talk in talks}

    async def post(number: int) -> None:
        for turn in range(POSTS_EACH):
            talk, body = talks[(number + turn) % TALKS], f"{number}/{turn}"
            made = await clients.make(f"/Conversations/{talk}/Messages", {"Body": body})
            acknowledged[talk].append((made["index"], made["sid"], body))

    await at_once(post)

    assert sum(map(len, acknowledged.values())) == CLIENTS * POSTS_EACH
    for talk in talks:
        there = await clients.items(f"/Conversations/{talk}/Messages", "messages")
        assert [each["index"] for each in there] == list(range(len(there)))
        assert [(each["index"], each["sid"], each["body"]) for each in there] == sorted(
            acknowledged[talk]
        )


async def test_the_order_of_sids_is_the_order_of_indexes(clients: Crowd, talks: list[str]) -> None:
    async def post(_number: int) -> tuple[str, int]:
        made = await clients.make(f"/Conversations/{talks[0]}/Messages", {"Body": "x"})
        return made["sid"], made["index"]

    made = sorted(await at_once(post))

    assert [index for _, index in made] == list(range(CLIENTS))


async def test_unread_counts_agree_however_horizons_were_moved_meanwhile(
    clients: Crowd, talks: list[str]
) -> None:
    chance = random.Random(3)

    async def busy(number: int) -> None:
        talk, person = talks[number % TALKS], PEOPLE[number // TALKS % len(PEOPLE)]
        in_talk = f"/Conversations/{talk}"
        for turn in range(6):
            made = await clients.make(f"{in_talk}/Messages", {"Body": "x", "Author": person})
            if chance.random() < 0.3:
                await clients.delete(f"{in_talk}/Messages/{made['sid']}")
            mine = f"/Users/{person}{in_talk}" if turn % 2 else f"{in_talk}/Participants/{person}"
            horizon = chance.randrange(made["index"] + 3)
            await clients.make(mine, {"LastReadMessageIndex": horizon})

    await at_once(busy)

    for talk in talks:
        there = await clients.items(f"/Conversations/{talk}/Messages", "messages")
        for person in PEOPLE:
            pair = await clients.get(f"/Users/{person}/Conversations/{talk}")
            participant = await clients.get(f"/Conversations/{talk}/Participants/{person}")
            horizon = participant["last_read_message_index"]
            assert pair["last_read_message_index"] == horizon
            assert pair["participant_sid"] == participant["sid"]
            assert pair["unread_messages_count"] == sum(m["index"] > horizon for m in there)


async def test_a_list_read_amid_posts_never_counts_backwards(
    clients: Crowd, talks: list[str]
) -> None:
    """Nothing is deleted and no horizon moves, so each look sees as much or more."""
    for talk in talks:
        await clients.make(f"/Users/ann/Conversations/{talk}", {"LastReadMessageIndex": 0})

    async def post_or_look(number: int) -> None:
        seen = dict.fromkeys(talks, 0)
        for turn in range(10):
            if number % 4:
                talk = talks[(number + turn) % TALKS]
                await clients.make(f"/Conversations/{talk}/Messages", {"Body": "x"})
                continue
            page = await clients.get("/Users/ann/Conversations")
            now = {c["conversation_sid"]: c["unread_messages_count"] for c in page["conversations"]}
            assert now.keys() == seen.keys()
            assert all(now[talk] >= seen[talk] for talk in talks)
            seen = now

    await at_once(post_or_look)

    page = await clients.get("/Users/ann/Conversations")
    posted = sum(each["unread_messages_count"] + 1 for each in page["conversations"])
    assert posted == 10 * CLIENTS * 3 // 4
