"""Media: whatever happens in whatever order, the store holds what living messages have."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import NOON, call_of
from delivery.push.scenes import placed
from domain.files import PICTURE, held, sent
from domain.test_media import ROWS
from engines import Side
from partywire import errors
from partywire.app import opened
from partywire.clock import FrozenClock
from partywire.config import Config
from partywire.delivery.duties import Worker
from partywire.delivery.media import FOLLOWER, Emptying, Ended, Sweep, clearing
from partywire.domain import conversations, media, messages
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import MessageChanges
from partywire.storage import claims
from partywire.storage.claims import NOBODY, Claim

# The second engine costs a round trip for each statement, and is asked the same.
EXAMPLES = {"sqlite": 60, "postgresql": 25}
TALKS = 2
LATER = 25 * 60 * 60 * 1000

nth = st.integers(0, 9)
talk = st.integers(0, TALKS - 1)
steps = st.one_of(
    st.just(("send",)),
    st.sampled_from([("break off",), ("crash",)]),
    st.tuples(st.just("post"), nth, talk),
    st.tuples(st.just("delete file"), nth),
    st.tuples(st.just("delete message"), nth),
    st.tuples(st.just("delete talk"), talk),
    st.sampled_from([("follow",), ("sweep",), ("empty",)]),
)


class Crash(BaseException):
    """The end of a node, as an upload sees it."""


class World:
    """One database and one folder, and what should be seen of its files.

    Attributes:
        free: files that no message has.
        posted: message to the file that it has, and the talk that it is in.
        left: files whose talk is gone, which the follower has not heard of perhaps.
        gone: files that are not to be seen again.
    """

    def __init__(self, call: Call, worker: Worker) -> None:
        self.call, self.worker = call, worker
        self.ended = Ended(call.database)
        self.free: list[str] = []
        self.posted: dict[str, tuple[str, int]] = {}
        self.left: list[str] = []
        self.gone: list[str] = []
        self.talks: dict[int, str] = {}

    async def do(self, step: tuple[Any, ...]) -> None:
        name, *arguments = step
        await getattr(self, name.replace(" ", "_"))(*arguments)

    async def send(self) -> None:
        self.free.append((await sent(self.call)).sid)

    async def break_off(self) -> None:
        await self._fails(errors.BadRequest)

    async def crash(self) -> None:
        await self._fails(Crash)

    async def _fails(self, error: type[BaseException]) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"x"
            raise error

        with pytest.raises(error):
            await media.upload(self.call, PICTURE, pieces())

    async def post(self, nth: int, talk: int) -> None:
        if not self.free:
            return
        if talk not in self.talks:
            made = await conversations.create(self.call, ConversationChanges())
            self.talks[talk] = made.sid
        file = self.free.pop(nth % len(self.free))
        message = await messages.create(self.call, self.talks[talk], MessageChanges(), [file])
        self.posted[message.sid] = (file, talk)

    async def delete_file(self, nth: int) -> None:
        if self.free:
            file = self.free.pop(nth % len(self.free))
            await media.remove(self.call, file)
            self.gone.append(file)

    async def delete_message(self, nth: int) -> None:
        if self.posted:
            sid = list(self.posted)[nth % len(self.posted)]
            file, talk = self.posted.pop(sid)
            await messages.delete(self.call, self.talks[talk], sid)
            self.gone.append(file)

    async def delete_talk(self, talk: int) -> None:
        if talk in self.talks:
            await conversations.delete(self.call, self.talks.pop(talk))
            for sid, (file, where) in list(self.posted.items()):
                if where == talk:
                    del self.posted[sid]
                    self.left.append(file)

    async def follow(self) -> None:
        await placed(self.call.database)
        while await self.ended.go_on(self.worker):
            pass
        self.gone += self.left
        self.left = []

    async def sweep(self) -> None:
        await Sweep(FrozenClock(NOON + LATER)).go_on(self.worker)
        self.gone += self.free
        self.free = []

    async def empty(self) -> None:
        emptying = Emptying(self.call.resources.objects)
        while await emptying.go_on(self.worker):
            pass

    async def check(self) -> None:
        there = [*self.free, *(file for file, _ in self.posted.values())]
        for sid in there:
            file = await media.fetch(self.call, sid)
            pieces = media.content(self.call.resources, file, 0, 3)
            assert [piece async for piece in pieces] == [b"abc"]
        for sid in self.gone:
            with pytest.raises(errors.MediaNotFound):
                await media.fetch(self.call, sid)
        # Nothing is in the store of which the database does not know, or will hear.
        assert set(there) <= set(held(self.call.resources))

    async def check_end(self) -> None:
        for step in (self.follow, self.sweep, self.empty):
            await step()
        await self.check()
        kept = sorted(file for file, _ in self.posted.values())
        assert held(self.call.resources) == kept
        assert await self.call.database.all(ROWS) == kept


async def lived(url: str, folder: str, taken: list[tuple[Any, ...]]) -> None:
    config = Config(
        database=url,
        key_file=f"{folder}/key",
        media=f"{folder}/media",
        open_accounts=True,
        frozen_at=NOON,
    )
    async with opened(config) as resources:
        call = await call_of(resources)
        async with call.database.transaction() as transaction:
            await claims.beat(transaction, Claim(FOLLOWER, NOBODY, 0), "ada")
        world = World(call, Worker(call.database, clearing(resources), "ada"))
        for step in taken:
            await world.do(step)
            await world.check()
        await world.check_end()


@pytest.fixture
def places(engine: str, request: pytest.FixtureRequest) -> Any:
    """Makes an empty database for each example, and a folder beside it."""

    @contextlib.contextmanager
    def place() -> Iterator[tuple[str, str]]:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/partywire.db"
            if engine == "postgresql":
                side: Side = request.getfixturevalue("side")
                url = request.getfixturevalue("used_again")
                side.emptied(url)
            yield url, folder

    return place


def test_the_store_holds_what_living_messages_have(engine: str, places: Any) -> None:
    @settings(max_examples=EXAMPLES[engine])
    @given(st.lists(steps, max_size=14))
    def all_of_it(taken: list[tuple[Any, ...]]) -> None:
        with places() as (url, folder):
            asyncio.run(lived(url, folder, taken))

    all_of_it()
