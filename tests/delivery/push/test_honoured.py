"""Whatever happens in whatever order: the devices are shown what the model says, and no more.

Muting above all: no device of somebody who muted a conversation is ever told of it. And the log
says of each message, user and device what the model says.
"""

import contextlib
import itertools
import json
import random
import secrets
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import call_of
from delivery.push.gateways import Asked, Reply, World, error
from delivery.push.model import PAUSE, Model
from delivery.push.scenes import (
    at_duty,
    configured,
    credential,
    device,
    log,
    placed,
    planned,
    sending,
    settled,
)
from domain.scenes import talk
from partywire.clock import FrozenClock
from partywire.delivery.push import planning
from partywire.delivery.push.planning import Planner
from partywire.domain import bindings, messages, participants, user_conversations, users
from partywire.domain.call import Call, Resources
from partywire.errors import NotFound
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant
from partywire.model.user_conversations import UserConversationChanges
from partywire.storage import pushes

PEOPLE = ("ann", "bob", "cem", "dee", "eve")
TALKS, PAGE = 2, 2

ACTS = (
    *("say",) * 5,
    *("mute", "unmute", "join", "leave") * 2,
    *("unsay", "bind", "unbind", "decide", "die", "die", "send"),
    *("bind_deaf", "lose", "refuse", "delay", "wait", "banish", "reconfigure"),
)


def acts(seed: int, length: int) -> list[tuple[str, str, int]]:
    """What happens: with a shorter length the beginning of the same."""
    chance = random.Random(seed)
    return [
        (chance.choice(ACTS), chance.choice(PEOPLE), chance.randrange(TALKS)) for _ in range(length)
    ]


class Died(Exception):
    """The node ends in the middle of its work."""


class Run:
    """One account's world beside its model."""

    def __init__(self, call: Call, world: World, patch: pytest.MonkeyPatch) -> None:
        self.call, self.world, self.patch = call, world, patch
        self.names = (f"{uuid.uuid4().hex[:8]} {number}" for number in itertools.count())
        self.model = Model(PAGE, [{} for _ in range(TALKS)], {each: [] for each in PEOPLE})
        self.bound: dict[str, str] = {}
        self.said: dict[str, str] = {}
        self.talks: list[str] = []
        self.credential = ""
        self.delayed: set[tuple[str, str]] = set()

    def answer(self, asked: Asked) -> Reply:
        """What Google says to a push."""
        if asked.path == "/token":
            return self.world.google._answer(asked)
        message = json.loads(asked.body)["message"]
        token, text = message["token"], message["data"]["twi_body"]
        if token in self.model.lost:
            return error(404, "NOT_FOUND", "UNREGISTERED")
        if text in self.model.refused:
            return error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
        if text in self.model.delayed and (token, text) not in self.delayed:
            self.delayed.add((token, text))
            return error(503, "UNAVAILABLE", "UNAVAILABLE", str(PAUSE))
        return self.world.google._answer(asked)

    async def begin(self) -> None:
        self.world.google.gateway.answer = self.answer
        await configured(self.call, new_message_enabled=1, new_message_template="${MESSAGE}")
        secret = self.world.google.secret
        self.credential = (await credential(self.call, "fcm", secret=secret)).sid
        self.talks = [(await talk(self.call)).sid for _ in range(TALKS)]
        for index, person in enumerate(PEOPLE):
            for _ in range(index % 3):
                await self.bind(person, 0)
            for place in range(TALKS):
                await self.join(person, place)

    async def say(self, who: str, where: int) -> None:
        text = next(self.names)
        self.model.say(who, where, text)
        changes = MessageChanges(author=who, body=text)
        made = await messages.create(self.call, self.talks[where], changes)
        self.said[text] = made.sid

    async def unsay(self, _who: str, where: int) -> None:
        texts = self.model.texts.get(where)
        if texts:
            text = texts.pop()
            self.model.deleted.add(text)
            await messages.delete(self.call, self.talks[where], self.said[text])

    async def mute(self, who: str, where: int, level: str = "muted") -> None:
        if self.model.mute(who, where, level == "muted"):
            changes = UserConversationChanges(notification_level=level)  # type: ignore[arg-type]
            await user_conversations.update(self.call, who, self.talks[where], changes)

    async def unmute(self, who: str, where: int) -> None:
        await self.mute(who, where, "default")

    async def join(self, who: str, where: int) -> None:
        if self.model.join(who, where):
            new = NewParticipant(identity=who)
            await participants.create(self.call, self.talks[where], new)

    async def leave(self, who: str, where: int) -> None:
        if self.model.leave(who, where):
            await user_conversations.delete(self.call, who, self.talks[where])

    async def bind(self, who: str, _where: int, *wants: str) -> None:
        if len(self.model.devices[who]) < 3:
            token = next(self.names)
            kinds = wants or ("new_message",)
            made = await device(self.call, who, "fcm", token, self.credential, kinds)
            self.bound[token] = made.sid
            self.model.devices[who].append(token)
            if wants:
                self.model.deaf.add(token)

    async def bind_deaf(self, who: str, where: int) -> None:
        """A device that does not want to hear of messages."""
        await self.bind(who, where, "added_to_conversation")

    async def lose(self, who: str, _where: int) -> None:
        self.model.lost.update(self.model.devices[who][:1])

    async def refuse(self, _who: str, where: int) -> None:
        self.model.refused.update(self.model.texts.get(where, [])[-1:])

    async def delay(self, _who: str, where: int) -> None:
        self.model.delayed.update(self.model.texts.get(where, [])[-1:])

    async def wait(self, *_: object) -> None:
        clock = self.call.resources.clock
        assert isinstance(clock, FrozenClock)
        clock.advance(PAUSE * 1000)
        self.model.seconds += PAUSE

    async def banish(self, who: str, _where: int) -> None:
        with contextlib.suppress(NotFound):
            await users.delete(self.call, who)
        self.model.banish(who)

    async def reconfigure(self, *_: object) -> None:
        self.model.enabled = not self.model.enabled
        enabled = int(self.model.enabled)
        await configured(self.call, new_message_enabled=enabled)

    async def unbind(self, who: str, _where: int) -> None:
        if self.model.devices[who]:
            token = self.model.devices[who].pop()
            await bindings.delete(self.call, self.bound[token])

    async def decide(self, *_: object) -> None:
        self.model.decide()
        await planned(self.call)

    async def die(self, who: str, where: int) -> None:
        """A node begins to decide, and ends at the decision of some number."""
        most = 1 + PEOPLE.index(who) * (1 + where)
        self.model.decide(most)
        await placed(self.call.database)
        worker, add, left = await at_duty(self.call), pushes.add, [most]

        async def dying(*arguments: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Died
            await add(*arguments)

        with self.patch.context() as patch:
            patch.setattr(pushes, "add", dying)
            try:
                while await Planner(self.call.resources, lambda: None).go_on(worker):
                    pass
            except Died:
                pass

    async def send(self, *_: object) -> None:
        self.model.send()
        async with sending(self.call):
            await settled(self.call)

    async def compare(self) -> None:
        of_text = {sid: text for text, sid in self.said.items()}
        of_binding = {"": ""} | {sid: token for token, sid in self.bound.items()}
        found = [push for push in await log(self.call.database) if push.message_sid in of_text]
        assert sorted(
            (
                *(of_text[push.message_sid or ""], push.identity or ""),
                *(of_binding[push.binding_sid], push.outcome),
            )
            for push in found
        ) == sorted(
            (each.text, each.who, each.device or "", each.outcome) for each in self.model.decisions
        )
        assert all(push.reason for push in found)
        shown = [
            (each.device, each.payload["twi_body"])
            for each in self.world.google.pushed
            if each.device in self.bound
        ]
        assert sorted(shown) == sorted(self.model.shown)

    async def whole(self, seed: int, length: int) -> None:
        """From the beginning until nothing is left to do."""
        await self.begin()
        for name, person, place in acts(seed, length):
            act: Callable[[str, int], Awaitable[None]] = getattr(self, name)
            await act(person, place)
        await self.decide()
        await self.send()
        await self.wait()
        await self.send()
        await self.compare()


async def went(resources: Resources, world: World, seed: int, length: int) -> None:
    """A run with people of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "_MOST_PARTICIPANTS", PAGE)
        patch.setattr(planning, "_MOST_DECISIONS", PAGE)
        call = await call_of(resources, "AC" + uuid.uuid4().hex)
        await Run(call, world, patch).whole(seed, length)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32 - 1), length=st.integers(1, 80))
async def test_devices_are_shown_what_the_model_says(
    resources: Resources, world: World, seed: int, length: int
) -> None:
    await went(resources, world, seed, length)


async def test_they_are_in_a_run_that_nobody_has_chosen(resources: Resources, world: World) -> None:
    """Another one each time; what it was is said when it fails."""
    for _ in range(10):
        seed, length = secrets.randbits(32), 20 + secrets.randbelow(100)
        try:
            await went(resources, world, seed, length)
        except AssertionError as wrong:
            raise AssertionError(f"seed {seed}, length {length}: {wrong}") from wrong
