"""Whatever is written, and wherever clients are: once all is quiet, their copies are right.

Two nodes of one database; clients lose their sockets at any time, and go on at either node.
"""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import NOON, call_of
from delivery.nodes import ended, until
from partywire.app import opened
from partywire.config import Config
from partywire.delivery import feed as feeding
from partywire.delivery.feed import Feed
from partywire.domain import (
    conversations,
    messages,
    participants,
    user_conversations,
    users,
)
from partywire.domain.call import Call
from partywire.errors import ApiError
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.participants import NewParticipant
from partywire.model.user_conversations import UserConversationChanges
from partywire.model.users import UserChanges
from partywire.storage import outbox
from partywire.wire.socket.sync import replay
from wire.socket.sync import clients
from wire.socket.sync.clients import Client, Node

PEOPLE = ("ann", "ben")
ROOMS = 2
NODES = 2

people = st.sampled_from(PEOPLE)
rooms = st.integers(0, ROOMS - 1)
numbers = st.integers(0, 3)
texts = st.text("ab", min_size=1, max_size=2)
writes = st.one_of(
    st.tuples(st.just("post"), rooms, texts),
    st.tuples(st.just("edit"), rooms, numbers, texts),
    st.tuples(st.just("erase"), rooms, numbers),
    st.tuples(st.just("join"), rooms, people),
    st.tuples(st.just("leave"), rooms, people),
    st.tuples(st.just("read"), rooms, people, numbers),
    st.tuples(st.just("mute"), rooms, people),
    st.tuples(st.just("rename"), rooms, texts),
    st.tuples(st.just("delete"), rooms),
    st.tuples(st.just("greet"), people, texts),
)
moves = st.one_of(
    st.tuples(st.just("connect"), people, st.integers(0, NODES - 1)),
    st.tuples(st.just("lose"), people),
    st.tuples(st.just("work"), people),
    st.tuples(st.just("settle")),
)
steps = st.one_of(
    writes,
    moves,
    st.tuples(st.just("together"), st.lists(writes, min_size=1, max_size=4), moves),
)


class World:
    """Two nodes of one database, two people with a client each, and two rooms."""

    def __init__(self, nodes: list[Node], call: Call) -> None:
        self._nodes, self._call = nodes, call
        self._rooms: dict[int, str] = {}
        self._clients: dict[str, Client] = {}

    async def begin(self, people_: dict[str, str]) -> None:
        """New people for each story, in the same database."""
        self._names = people_
        for name, identity in people_.items():
            self._clients[name] = Client(*await clients.user(self._call, identity))

        for number, who in itertools.product(range(ROOMS), people_):
            await self._join(number, who)
        for number, who in enumerate(people_):
            await self._post(number % ROOMS, "hello")
            await self._connect(who, number % NODES)
            await self._work(who)

    async def do(self, step: tuple[Any, ...]) -> None:
        act = getattr(self, f"_{step[0]}")
        with contextlib.suppress(ApiError):
            await act(*step[1:])

    async def _together(self, writes_: list[tuple[Any, ...]], move: tuple[Any, ...]) -> None:
        """Both at once; what is replayed goes on only after the writes have been told."""
        writing = asyncio.gather(*map(self.do, writes_))

        async def room() -> None:
            await asyncio.shield(writing)
            await self._told()

        for node in self._nodes:
            node.room = room
        await asyncio.gather(self.do(move), writing)
        for node in self._nodes:
            node.room = clients.at_once

    async def _told(self) -> None:
        """Waits until all that happened has been told."""
        await clients.placed(self._call)
        last = await outbox.last(self._call.database)
        for node in self._nodes:
            await until(partial(node.hub.has_told, last))

    async def _room(self, number: int) -> str:
        if number not in self._rooms:
            made = await conversations.create(self._call, ConversationChanges())
            self._rooms[number] = made.sid
        return self._rooms[number]

    async def _message(self, room: int, number: int) -> tuple[str, str]:
        sid = await self._room(room)
        found = await messages.page(self._call, sid, "desc", PageRequest(4))
        return sid, found.items[number % len(found.items)].sid if found.items else "IM"

    async def _post(self, room: int, text: str) -> None:
        await messages.create(self._call, await self._room(room), MessageChanges(body=text))

    async def _edit(self, room: int, number: int, text: str) -> None:
        key = await self._message(room, number)
        await messages.update(self._call, *key, MessageChanges(body=text))

    async def _erase(self, room: int, number: int) -> None:
        await messages.delete(self._call, *await self._message(room, number))

    async def _join(self, room: int, who: str) -> None:
        new = NewParticipant(identity=self._names[who])
        await participants.create(self._call, await self._room(room), new)

    async def _leave(self, room: int, who: str) -> None:
        await participants.delete(self._call, await self._room(room), self._names[who])

    async def _read(self, room: int, who: str, number: int) -> None:
        changes = UserConversationChanges(last_read_message_index=number)
        key = (self._names[who], await self._room(room))
        await user_conversations.update(self._call, *key, changes)

    async def _mute(self, room: int, who: str) -> None:
        changes = UserConversationChanges(notification_level="muted")
        key = (self._names[who], await self._room(room))
        await user_conversations.update(self._call, *key, changes)

    async def _rename(self, room: int, text: str) -> None:
        changes = ConversationChanges(friendly_name=text)
        await conversations.update(self._call, await self._room(room), changes)

    async def _delete(self, room: int) -> None:
        if room in self._rooms:
            await conversations.delete(self._call, self._rooms.pop(room))

    async def _greet(self, who: str, text: str) -> None:
        await users.update(self._call, self._names[who], UserChanges(friendly_name=text))

    async def _connect(self, who: str, node: int) -> None:
        await self._clients[who].disconnect()
        await self._clients[who].connect(self._nodes[node])

    async def _lose(self, who: str) -> None:
        await self._clients[who].disconnect()

    async def _work(self, who: str) -> None:
        await self._clients[who].work()

    async def _settle(self) -> None:
        """Waits until nothing happens any more."""
        quiet = False
        while not quiet:
            await self._told()
            worked = [await client.work() for client in self._clients.values()]
            quiet = not any(worked)

    async def end(self) -> None:
        """Everybody is connected, all is quiet, and their copies are what the server has."""
        for client in self._clients.values():
            if client.socket is None:
                await client.connect(self._nodes[0])
        await self._settle()
        for client in self._clients.values():
            fresh = Client(client.grant, client.user_sid)
            await fresh.connect(self._nodes[1])
            while await fresh.work():
                pass
            assert client.state == fresh.state
            await fresh.disconnect()
            await client.disconnect()


@contextlib.asynccontextmanager
async def worlds(url: str, folder: Path) -> AsyncIterator[tuple[list[Node], Call]]:
    """Two nodes that follow their feeds, and a call of an account."""
    async with contextlib.AsyncExitStack() as stack:
        nodes = []
        for number in range(NODES):
            config = Config(
                database=url,
                key_file=str(folder / "key"),
                open_accounts=True,
                seed=number,
                frozen_at=NOON,
            )
            resources = await stack.enter_async_context(opened(config))
            feed = Feed(resources.database)
            running = asyncio.create_task(feed.run())
            stack.push_async_callback(ended, running)
            node = Node(resources)
            await stack.enter_async_context(node.hub.following(feed.follow))
            nodes.append(node)
        yield nodes, await call_of(nodes[0].resources)


def test_copies_become_what_the_server_has(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "_LOOKING_SECONDS", 0.02)
    monkeypatch.setattr(feeding, "_GATHERING_SECONDS", 0.001)
    monkeypatch.setattr(replay, "_PAGE", 2)
    count = 0
    with asyncio.Runner() as runner:
        stack = contextlib.AsyncExitStack()
        nodes, call = runner.run(stack.enter_async_context(worlds(database_url, tmp_path)))

        async def story(told: list[tuple[Any, ...]]) -> None:
            world = World(nodes, call)
            await world.begin({who: f"{who}{count}" for who in PEOPLE})
            for step in told:
                await world.do(step)
            await world.end()

        @settings(max_examples=40)
        @given(st.lists(steps, min_size=10, max_size=30))
        def check(told: list[tuple[Any, ...]]) -> None:
            nonlocal count
            count += 1
            runner.run(asyncio.wait_for(story(told), 30))

        try:
            check()
        finally:
            runner.run(stack.aclose())
