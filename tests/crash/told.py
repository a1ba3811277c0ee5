"""Messages posted to be told to an unreliable webhook, and what must be true of what it hears."""

import asyncio
import random
import time
from collections.abc import Sequence

import httpx

from crash.scale import AT_LENGTH
from crash.unreliable import Came, Unreliable
from harness import Client

PATIENCE = 600.0 if AT_LENGTH else 90.0  # seconds
SHORT_PAUSES = ("--webhook-first-pause", "0.02", "--webhook-longest-pause", "0.5")
REACHING = ("--allow-target", "127.0.0.0/8", *SHORT_PAUSES)
_SPEAK = {"X-Twilio-Webhook-Enabled": "true"}
_PAUSE_SECONDS = 0.05  # of a writer that got no answer


def rooms_told_to(unreliable: Unreliable, client: Client, number: int) -> list[str]:
    """Conversations whose account has the webhook."""
    hook = {"PostWebhookUrl": unreliable.url, "Filters": "onMessageAdded"}
    client.made("/Configuration/Webhooks", hook)
    return [client.made("/Conversations")["sid"] for _ in range(number)]


async def post(
    urls: Sequence[str], credentials: tuple[str, str], rooms: Sequence[str], n: int
) -> int:
    """Has so many messages acknowledged, in all rooms at once, each by whichever node is there."""

    async def write(room: str) -> int:
        posted, each = 0, n // len(rooms)
        while posted < each:
            assert time.monotonic() < deadline
            url = f"{random.choice(urls)}/v1/Conversations/{room}/Messages"
            try:
                answer = await http.post(url, data={"Body": "hello"}, headers=_SPEAK)
            except httpx.HTTPError:
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            posted += answer.status_code == 201
        return posted

    deadline = time.monotonic() + PATIENCE
    async with httpx.AsyncClient(auth=credentials, trust_env=False, timeout=PATIENCE) as http:
        return sum(await asyncio.gather(*(write(room) for room in rooms)))


def until(taken: int, unreliable: Unreliable) -> None:
    """Waits until it has taken so many."""
    deadline = time.monotonic() + PATIENCE
    while unreliable.taken < taken:
        assert time.monotonic() < deadline, f"{unreliable.taken} of {taken} came"
        time.sleep(0.02)


def stored(client: Client, rooms: Sequence[str]) -> dict[str, int]:
    """How many messages each conversation has."""
    return {room: _there(client, room) for room in rooms}


def _there(client: Client, room: str) -> int:
    found = client.seen(f"/Conversations/{room}/Messages", Order="desc", PageSize=1)
    return int(found["messages"][0]["index"]) + 1 if found["messages"] else 0


def assert_all_came_in_order(unreliable: Unreliable, kept: dict[str, int]) -> None:
    """In each room each message, in order; what came more than once, under the same id."""
    for room, number in kept.items():
        _assert_in_order(unreliable.came[room])
        assert {one.index for one in unreliable.came[room]} == set(range(number))


def _assert_in_order(came: list[Came]) -> None:
    """Each index once after the other; what is repeated is the last, under the same id."""
    seen: list[tuple[str, int]] = []
    for one in came:
        if not seen or one.index != seen[-1][1]:
            assert one.index == len(seen), came
            seen.append((one.sid, one.index))
        assert one.sid == seen[-1][0]
    assert len({sid for sid, _ in seen}) == len(seen)
    assert {one.index for one in came if one.taken} == set(range(len(seen)))
