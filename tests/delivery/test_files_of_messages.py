"""Whatever happens to messages, the store holds what some message has, or none yet: no more."""

import random
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.nodes import until
from delivery.push.scenes import placed
from domain.attached import known
from domain.files import held, sent
from domain.scenes import talk
from partywire.delivery.background import working
from partywire.delivery.duties import Worker
from partywire.delivery.media import FOLLOWER, Emptying, Ended, clearing
from partywire.domain import conversations, messages
from partywire.domain.call import Call, Resources
from partywire.model.media import attachments
from partywire.model.messages import Message, MessageChanges
from partywire.storage import claims
from partywire.storage.claims import NOBODY, Claim

NOTHING: Final = MessageChanges()


class Life:
    """A server's life, step by step, and what should be left of it.

    Attributes:
        free: SIDs of files that no message has.
        said: the messages that are there, with their rooms.
    """

    def __init__(self, call: Call, worker: Worker, chance: random.Random) -> None:
        self.call, self.chance = call, chance
        self.free: list[str] = []
        self.rooms: list[str] = []
        self.said: dict[str, Message] = {}
        self._worker = worker
        self._ended, self._emptying = Ended(call.database), Emptying(call.resources.objects)

    async def upload(self) -> None:
        self.free.append((await sent(self.call)).sid)

    async def talk(self) -> None:
        self.rooms.append((await talk(self.call)).sid)

    async def post(self) -> None:
        if not self.rooms:
            return
        files = self.chance.sample(self.free, min(len(self.free), self.chance.randint(0, 3)))
        changes = NOTHING if files else MessageChanges(body="hello")
        made = await messages.create(self.call, self.chance.choice(self.rooms), changes, files)
        self.said[made.sid] = made
        self.free = [sid for sid in self.free if sid not in files]

    async def delete(self) -> None:
        if self.said:
            gone = self.said.pop(self.chance.choice(list(self.said)))
            await messages.delete(self.call, gone.conversation_sid, gone.sid)

    async def end(self) -> None:
        if self.rooms:
            gone = self.rooms.pop(self.chance.randrange(len(self.rooms)))
            await conversations.delete(self.call, gone)
            there = self.said.items()
            self.said = {sid: each for sid, each in there if each.conversation_sid != gone}

    async def follow(self) -> bool:
        await placed(self.call.database)
        return await self._ended.go_on(self._worker)

    async def empty(self) -> bool:
        return await self._emptying.go_on(self._worker)

    @property
    def left(self) -> list[str]:
        """SIDs of the files that must be there."""
        had = [each.sid for said in self.said.values() for each in attachments(said.media)]
        return sorted(had + self.free)


STEPS: Final = ["upload", "upload", "upload", "talk", "post", "post", "post", "delete", "end"]
WORK: Final = ["follow", "empty"]


@pytest.fixture
async def ada(call: Call) -> Worker:
    """Who has the duty."""
    async with call.database.transaction() as transaction:
        await claims.beat(transaction, Claim(FOLLOWER, NOBODY, 0), "ada")
    return Worker(call.database, clearing(call.resources), "ada")


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.sampled_from(STEPS + WORK), max_size=40), seed=st.integers(0, 2**32))
async def test_what_is_left_is_what_somebody_has(
    call: Call, ada: Worker, steps: list[str], seed: int
) -> None:
    before = set(held(call.resources))
    life = Life(call, ada, random.Random(seed))
    for step in steps:
        await getattr(life, step)()
        # What somebody has is never gone meanwhile.
        assert set(life.left) <= set(held(call.resources))
    while await life.follow() or await life.empty():
        pass
    assert sorted(set(held(call.resources)) - before) == life.left
    rows = await known(call.database)
    assert sorted({each.sid for each in rows} - before) == life.left


async def test_a_node_deletes_what_a_message_had_while_it_runs(
    call: Call, resources: Resources
) -> None:
    room = await talk(call)
    gone, kept = await sent(call, b"gone"), await sent(call, b"kept")
    said = await messages.create(call, room.sid, NOTHING, [gone.sid])
    await messages.create(call, room.sid, NOTHING, [kept.sid])
    async with working(resources):
        await messages.delete(call, room.sid, said.sid)
        await until(lambda: held(resources) == [kept.sid])
        await conversations.delete(call, room.sid)
        await until(lambda: held(resources) == [])
