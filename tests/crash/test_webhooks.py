"""Servers are killed while they tell an unreliable webhook of messages: each arrives, in order."""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from crash.nodes import account_in, kill_all
from crash.scale import AT_LENGTH, tell
from crash.unreliable import Came, Unreliable
from harness import Client, Server

pytestmark = pytest.mark.crash

MESSAGES = 10_000 if AT_LENGTH else 300
KILLS = 20 if AT_LENGTH else 3
ROOMS = 20
FAILING = 0.3
PATIENCE = 600.0 if AT_LENGTH else 90.0  # seconds
SPEAK = {"X-Twilio-Webhook-Enabled": "true"}
SHORT_PAUSES = ("--webhook-first-pause", "0.02", "--webhook-longest-pause", "0.5")


@pytest.fixture
def database(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[str, str]:
    """URL and key file of a database that holds nothing yet."""
    url = f"sqlite:///{tmp_path}/partywire.db"
    if engine == "postgresql":
        url = request.getfixturevalue("durable_url")
    return url, f"{tmp_path}/key"


def started(database: tuple[str, str]) -> Server:
    url, key = database
    place = ("--port", "0", "--database", url, "--key-file", key, "--no-access-log")
    return Server(["serve", *place, "--allow-target", "127.0.0.0/8", *SHORT_PAUSES])


async def post(server: Server, credentials: tuple[str, str], rooms: Sequence[str], n: int) -> int:
    """Posts messages into all rooms at once; returns how many were acknowledged."""
    posted = 0

    async def write(room: str, number: int) -> None:
        nonlocal posted
        for _ in range(number):
            path = f"/v1/Conversations/{room}/Messages"
            answer = await http.post(path, data={"Body": "hello"}, headers=SPEAK)
            posted += answer.status_code == 201

    async with httpx.AsyncClient(base_url=server.url, auth=credentials, trust_env=False) as http:
        with suppress(httpx.HTTPError):
            await asyncio.gather(*(write(room, n // len(rooms)) for room in rooms))
    return posted


def until(taken: int, unreliable: Unreliable) -> None:
    """Waits until it has taken so many."""
    deadline = time.monotonic() + PATIENCE
    while unreliable.taken < taken:
        assert time.monotonic() < deadline, f"{unreliable.taken} of {taken} came"
        time.sleep(0.02)


def assert_in_order(came: list[Came]) -> None:
    """Each index once after the other; what is repeated is the last, under the same id."""
    seen: list[tuple[str, int]] = []
    for one in came:
        if not seen or one.index != seen[-1][1]:
            assert one.index == len(seen), came
            seen.append((one.sid, one.index))
        assert one.sid == seen[-1][0]
    assert len({sid for sid, _ in seen}) == len(seen)
    assert {one.index for one in came if one.taken} == set(range(len(seen)))


def test_every_message_is_told_in_order_however_often_the_server_is_killed(
    database: tuple[str, str],
) -> None:
    credentials = account_in(database[0], Path(database[1]))
    chance, posted, began = random.Random(), 0, time.monotonic()
    with Unreliable(FAILING) as unreliable:
        server = started(database)
        try:
            with Client(server.url, credentials) as client:
                hook = {"PostWebhookUrl": unreliable.url, "Filters": "onMessageAdded"}
                client.made("/Configuration/Webhooks", hook)
                rooms = [client.made("/Conversations")["sid"] for _ in range(ROOMS)]
            for _ in range(KILLS):
                before = unreliable.taken
                posted += asyncio.run(post(server, credentials, rooms, MESSAGES // KILLS))
                until(before + chance.randint(1, (posted - before) * 3 // 4), unreliable)
                kill_all(server)
                server = started(database)
            until(posted, unreliable)
            with Client(server.url, credentials) as client:
                stored = {room: there(client, room) for room in rooms}
            until(sum(stored.values()), unreliable)
            assert server.stop() == 0
        finally:
            if server.process.poll() is None:
                kill_all(server)
    assert sum(stored.values()) >= posted >= MESSAGES * 3 // 4
    for room in rooms:
        assert_in_order(unreliable.came[room])
        assert {one.index for one in unreliable.came[room]} == set(range(stored[room]))
    requests = sum(unreliable.answers.values())
    again = unreliable.answers["200"] - posted
    figures = {"messages": posted, "kills": KILLS, "requests": requests, "taken twice": again}
    tell({**figures, **unreliable.answers, "seconds": round(time.monotonic() - began)})


def there(client: Client, room: str) -> int:
    """How many messages a conversation has."""
    found = client.seen(f"/Conversations/{room}/Messages", Order="desc", PageSize=1)
    return int(found["messages"][0]["index"]) + 1 if found["messages"] else 0
