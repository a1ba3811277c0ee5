"""Posting in one statement leaves what the long way leaves, however many do it at once."""

import random
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from msgspec.structs import replace

from conftest import call_of
from domain.posts import TRAPS, sizes
from domain.scenes import HOUR, MINUTE, close, later, talk
from domain.test_messaging_bindings import PHONE, PROXY, group, joins
from engines import ON_POSTGRESQL, Side
from partywire import errors
from partywire.domain import conversations, messages
from partywire.domain.call import Call, Resources
from partywire.errors import ApiError
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import Message, MessageChanges

pytestmark = ON_POSTGRESQL

_SID = re.compile(r"\b[A-Z]{2}[0-9a-f]{32}\b")

Step = Callable[[Call, str], Awaitable[Any]]


def post(**changes: Any) -> Step:
    async def act(call: Call, room: str) -> Message:
        return await messages.create(call, room, MessageChanges(**{"body": "hello", **changes}))

    return act


def join(**new: Any) -> Step:
    async def act(call: Call, room: str) -> None:
        await joins(call, room, **new)

    return act


def update(**changes: Any) -> Step:
    async def act(call: Call, room: str) -> None:
        await conversations.update(call, room, ConversationChanges(**changes))

    return act


def after(milliseconds: int, step: Step) -> Step:
    async def act(call: Call, room: str) -> Any:
        return await step(later(call, milliseconds), room)

    return act


async def delete(call: Call, room: str) -> None:
    await conversations.delete(call, room)


class _LongWay:
    """A database in which nothing is posted in one statement."""

    together = None

    def __init__(self, database: Any) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


def by_the_long_way(call: Call) -> Call:
    database: Any = _LongWay(call.database)
    return replace(call, resources=replace(call.resources, database=database))


class World:
    """One account with one conversation, and what was answered there."""

    def __init__(self, call: Call, room: str) -> None:
        self.call, self.room = call, room
        self.answers: list[str] = []

    async def does(self, step: Step, milliseconds: int) -> None:
        """Takes a step, this long after the last one."""
        self.call = replace(self.call, now=self.call.now + milliseconds)
        try:
            self.answers.append(repr(await step(self.call, self.room)))
        except ApiError as error:
            self.answers.append(type(error).__name__)

    def left(self, side: Side) -> str:
        """Answers and rows, with SIDs numbered in the order in which they are met."""
        url = self.call.resources.config.database
        where = f"WHERE service_sid = '{self.call.service_sid}'"
        found = list(self.answers)
        for table, order in (
            ("conversations", "sid"),
            ("participants", "sid"),
            ("messages", "message_index"),
            ("events", "arrival"),
        ):
            row = "(to_jsonb(t) - 'arrival' - 'position')::text"
            query = f"SELECT {row} FROM {table} t {where} ORDER BY {order}"
            found += [f"{table} {row}" for (row,) in side.rows(url, query)]
        return _numbered("\n".join(found))


def _numbered(text: str) -> str:
    met: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return met.setdefault(match[0], f"{match[0][:2]}-{len(met)}")

    return _SID.sub(number, text)


@pytest.fixture
async def worlds(resources: Resources) -> tuple[World, World]:
    """Two accounts with the same conversation: one posts at once, the other by the long way."""
    quick = await call_of(resources, "AC" + "1" * 32)
    slow = by_the_long_way(await call_of(resources, "AC" + "2" * 32))
    return World(quick, (await talk(quick)).sid), World(slow, (await talk(slow)).sid)


async def assert_alike(
    worlds: tuple[World, World], side: Side, *steps: Step, chance: random.Random | None = None
) -> str:
    """Both worlds take the steps and look alike afterwards; returns how they look."""
    for number, step in enumerate(steps):
        pause = MINUTE if chance is None else chance.randrange(-MINUTE, HOUR)
        for world in worlds:
            await world.does(step, pause if number else 0)
    quick, slow = (world.left(side) for world in worlds)
    assert quick == slow
    return quick


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many messages each statement posts."""
    return sizes(monkeypatch)


ADA = join(identity="ada")
TIMERS = update(inactive_timer=HOUR, closed_timer=3 * HOUR)
QUICK: dict[str, list[Step]] = {
    "one": [post()],
    "several": [post(body="a"), post(body="b"), post(body="c")],
    "timers": [TIMERS, post(), post()],
    "one timer": [update(closed_timer=HOUR), post()],
    "everything": [
        post(author="x", subject="s", attributes='{"index":0,"participant_sid":null}'),
    ],
    "imported": [post(date_created=5), post(date_created=10**14)],
    "an identity": [ADA, post(author="ada"), post(author="Ada")],
    "an address": [join(address=PHONE, proxy_address=PROXY), post(author=PHONE)],
    "an identity like an address": [
        join(address=PHONE, proxy_address=PROXY),
        join(identity=PHONE),
        post(author=PHONE),
    ],
    "two addresses alike": [
        join(address=PHONE, proxy_address=PROXY),
        join(address=PHONE, proxy_address="+15550101"),
        post(author=PHONE),
    ],
    "no author": [post(author="")],
    "webhooks": [post()],
    "traps": [post(body=trap, author=trap, subject=trap) for trap in TRAPS],
    "a participant of the system's name": [join(identity="system"), post(), post(author="system")],
}
LONG: dict[str, list[Step]] = {
    "inactive": [TIMERS, update(state="inactive"), post(), post()],
    "closed": [post(), update(state="closed"), post()],
    "updated by import": [post(date_created=5, date_updated=7)],
    "over its inactive timer": [TIMERS, after(HOUR, post())],
    "over its closed timer": [TIMERS, after(3 * HOUR, post()), post()],
    "over its only timer": [update(closed_timer=HOUR), after(HOUR, post())],
    "removed": [delete, post()],
    "a projection": [join(identity="ada", projected_address=PROXY), post(author=PROXY)],
}


@pytest.mark.parametrize("name", QUICK)
async def test_what_one_statement_leaves_is_what_several_leave(
    worlds: tuple[World, World], side: Side, at_once: list[int], name: str
) -> None:
    steps = QUICK[name]
    if name == "webhooks":
        for world in worlds:
            world.call = replace(world.call, webhooks=True)

    seen = await assert_alike(worlds, side, *steps)

    assert len(at_once) == seen.count("\nmessages ") > 0


@pytest.mark.parametrize("name", LONG)
async def test_what_one_statement_cannot_do_is_done_by_several(
    worlds: tuple[World, World], side: Side, name: str
) -> None:
    await assert_alike(worlds, side, *LONG[name])


@pytest.mark.parametrize("only", ["inactive_timer", "closed_timer"])
async def test_one_statement_posts_until_a_timer_ends(
    call: Call, at_once: list[int], only: str
) -> None:
    for beyond in (-1, 0):
        room = await talk(call)
        await update(**{only: HOUR})(call, room.sid)
        posting = after(HOUR + beyond, post())(call, room.sid)
        if only == "closed_timer" and beyond == 0:
            with pytest.raises(errors.ConversationClosed):
                await posting
        else:
            await posting
    assert at_once == [1]


async def test_a_conversation_that_is_woken_is_quick_again(
    worlds: tuple[World, World], side: Side, at_once: list[int]
) -> None:
    seen = await assert_alike(worlds, side, update(state="inactive"), post(), post(), post())
    assert seen.count("\nmessages ") == 3
    assert at_once == [1, 1]


async def test_a_group_takes_messages_from_its_members_only(
    resources: Resources, side: Side, at_once: list[int]
) -> None:
    quick = await call_of(resources, "AC" + "1" * 32)
    slow = by_the_long_way(await call_of(resources, "AC" + "2" * 32))
    worlds = World(quick, await group(quick, PHONE)), World(slow, await group(slow, PHONE))

    seen = await assert_alike(worlds, side, post(), post(author="ben"), post(author=PHONE))

    assert seen.splitlines()[:2] == ["AuthorNotInGroup"] * 2
    assert seen.count("\nmessages ") == 1
    assert at_once == []


async def test_refusals_are_those_of_the_long_way(call: Call) -> None:
    closed, nowhere = (await talk(call)).sid, "CH" + "f" * 32
    await close(call, closed)
    with pytest.raises(errors.ConversationClosed):
        await post()(call, closed)
    with pytest.raises(errors.NotFound):
        await post()(call, nowhere)


@pytest.mark.parametrize("seed", range(6))
async def test_any_course_of_things_leaves_the_same(
    worlds: tuple[World, World], side: Side, at_once: list[int], seed: int
) -> None:
    chance = random.Random(seed)
    people = ["ada", "ben", PHONE, PROXY, "+15550009", "", *TRAPS]
    others = [
        ADA,
        join(identity="ben", projected_address="+15550009"),
        join(address=PHONE, proxy_address=PROXY),
        TIMERS,
        update(closed_timer=None),
        update(state="inactive"),
        update(state="active"),
    ]

    def step() -> Step:
        if chance.random() < 0.25:
            return chance.choice(others)
        return post(author=chance.choice(people), body=chance.choice(["hello", *TRAPS]))

    await assert_alike(worlds, side, *[step() for _ in range(40)], chance=chance)

    assert at_once
