"""However many post at once, through whichever node: each message is there once, in one order."""

import asyncio
import random
from collections.abc import AsyncIterator

import msgspec
import pytest
from msgspec.structs import replace

from conftest import call_of
from domain.posts import TRAPS, sizes
from domain.scenes import talk
from engines import ON_POSTGRESQL
from partywire.app import opened
from partywire.config import Config
from partywire.domain import conversations, messages, participants
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import Message, MessageChanges
from partywire.model.pages import PageRequest
from partywire.storage import outbox

pytestmark = ON_POSTGRESQL


class Nodes:
    """Two nodes, and what each post was answered."""

    def __init__(self, one: Call, two: Call) -> None:
        self.calls = (one, two)
        self.posted: list[Message] = []

    async def post(self, chance: random.Random, rooms: list[str], authors: list[str]) -> None:
        call = chance.choice(self.calls)
        body = f"{len(self.posted)} {chance.choice(TRAPS)}"
        given = MessageChanges(author=chance.choice(authors), body=body)
        self.posted.append(await messages.create(call, chance.choice(rooms), given))


@pytest.fixture
async def nodes(config: Config) -> AsyncIterator[Nodes]:
    async with opened(replace(config, seed=1)) as one, opened(replace(config, seed=2)) as two:
        yield Nodes(await call_of(one), await call_of(two))


async def told_of(call: Call) -> list[Message]:
    """The messages that events tell of, in the order of the feed."""
    while await outbox.is_to_place(call.database):
        async with call.database.transaction() as transaction:
            await outbox.place(transaction)
    found = await outbox.after(call.database, 0, 100_000)
    assert [event.position for event in found] == list(range(1, len(found) + 1))
    added = [event.payload for event in found if event.kind == "message.added"]
    return [msgspec.json.decode(payload, type=Message) for payload in added]


@pytest.mark.parametrize("seed", range(3))
async def test_however_many_post_each_message_is_there_once_as_it_was_posted(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    at_once = sizes(monkeypatch)
    chance, call = random.Random(seed), nodes.calls[0]
    rooms = [(await talk(call, "ada", "ben")).sid for _ in range(3)]

    async def many() -> None:
        for _ in range(12):
            await nodes.post(chance, rooms, ["ada", "ben", "nobody", ',"index":0,'])

    async def disturb() -> None:
        for _ in range(12):
            state = chance.choice(["inactive", "active"])
            await conversations.update(call, chance.choice(rooms), ConversationChanges(state=state))

    await asyncio.gather(disturb(), *(many() for _ in range(24)))

    assert max(at_once) > 1  # some were written together
    told = await told_of(call)
    for room in rooms:
        mine = sorted((m for m in nodes.posted if m.conversation_sid == room), key=by_index)
        assert [message.index for message in mine] == list(range(len(mine)))
        assert await everything(nodes.calls[1], room) == mine
        assert [message for message in told if message.conversation_sid == room] == mine
        seats = await participants.page(call, room, PageRequest(10))
        by_name = {seat.identity: seat.sid for seat in seats.items}
        assert {"ada", "ben"} == set(by_name)
        for message in mine:
            assert message.participant_sid == by_name.get(message.author)


def by_index(message: Message) -> int:
    return message.index


async def everything(call: Call, room: str) -> list[Message]:
    found = await messages.page(call, room, "asc", PageRequest(10_000))
    return found.items
