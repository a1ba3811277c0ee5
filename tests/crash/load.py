"""Writers that change things as fast as they can, and the ledger of what they were promised."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Protocol

import httpx

WRITERS, TALKS = 8, 3
MOST_GUESTS = 20  # of one writer; conversations have room for a thousand


class Fact(NamedTuple):
    """A change: its event's kind, and what it was about.

    ``about`` is a SID; of something that is still to be made, the text that tells it apart.
    ``state`` is a participant's horizon and notification level after an update.
    """

    kind: str
    about: str
    state: tuple[int | None, str] | None = None


class Ledger:
    """What was acknowledged to each writer, in order, and what was asked for without an answer."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, list[Fact]] = {}
        self.under_way: Counter[Fact] = Counter()

    def promised(self) -> Iterator[Fact]:
        return itertools.chain.from_iterable(self.acknowledged.values())


class NoAnswer(Exception):
    """Nobody knows whether it was done."""


class Door(Protocol):
    """Where a writer's requests go."""

    async def ask(self, method: str, path: str, form: dict[str, Any] | None) -> httpx.Response:
        """An answer that is not the refusal of a server in trouble.

        Raises:
            NoAnswer: there is none.
        """


class OneServer:
    """The door of a server that is alone."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def ask(self, method: str, path: str, form: dict[str, Any] | None) -> httpx.Response:
        try:
            return await self._http.request(method, path, data=form)
        except httpx.TransportError as error:
            raise NoAnswer from error


class Writer:
    """One client that changes things of many kinds."""

    def __init__(self, door: Door, ledger: Ledger, name: str, chance: random.Random) -> None:
        self.door, self.ledger, self.name, self.chance = door, ledger, name, chance
        self.seats: dict[str, str] = {}  # conversation to my participant in it
        self.state: dict[str, tuple[int | None, str]] = {}  # participant to what was acknowledged
        self.doubtful: set[str] = set()  # participants of which more may have been changed
        self.newest: dict[str, int] = {}  # conversation to the index of my last message
        self.mine: list[str] = []  # paths of messages that I may delete
        self.guests: list[str] = []  # paths of participants that I may remove
        self.number = itertools.count(1)
        ledger.acknowledged[name] = []

    async def ask(self, fact: Fact, path: str, form: dict[str, Any] | None = None) -> Any:
        """Asks for a change; what the ledger says follows the answer. No form deletes."""
        self.ledger.under_way[fact] += 1
        method = "DELETE" if form is None else "POST"
        answer = await self.door.ask(method, f"/v1{path}", form)
        assert answer.status_code in {200, 201, 204}, answer.text
        said = answer.json() if answer.content else {}
        about = said["sid"] if fact.kind.endswith(".added") else fact.about
        self.ledger.acknowledged[self.name].append(fact._replace(about=about))
        self.ledger.under_way[fact] -= 1
        return said

    def text(self) -> str:
        return f"{self.name} {next(self.number)}"

    async def join(self, talk: str) -> None:
        """Takes a seat of my own."""
        fact = Fact("participant.added", self.name)
        made = await self.ask(fact, f"/Conversations/{talk}/Participants", {"Identity": self.name})
        self.seats[talk] = made["sid"]
        self.state[made["sid"]] = (None, "default")

    async def post(self) -> None:
        talk, body = self.chance.choice(list(self.seats)), self.text()
        path = f"/Conversations/{talk}/Messages"
        made = await self.ask(Fact("message.added", body), path, {"Body": body})
        self.newest[talk] = made["index"]
        self.mine.append(f"{path}/{made['sid']}")

    async def delete_message(self) -> None:
        if self.mine:
            path = self.mine.pop(self.chance.randrange(len(self.mine)))
            await self.ask(Fact("message.removed", path[-34:]), path)

    async def move_horizon(self) -> None:
        talk, seat = self.chance.choice(list(self.seats.items()))
        to = max(0, self.newest.get(talk, 39) - self.chance.randrange(40))
        path = self.chance.choice(
            (
                f"/Conversations/{talk}/Participants/{seat}",
                f"/Users/{self.name}/Conversations/{talk}",
            )
        )
        state = to, self.state[seat][1]
        await self.update(talk, seat, path, state, {"LastReadMessageIndex": to})

    async def mute(self) -> None:
        talk, seat = self.chance.choice(list(self.seats.items()))
        level = self.chance.choice(("muted", "default"))
        path, form = f"/Users/{self.name}/Conversations/{talk}", {"NotificationLevel": level}
        await self.update(talk, seat, path, (self.state[seat][0], level), form)

    async def update(
        self, talk: str, seat: str, path: str, state: tuple[int | None, str], form: dict[str, Any]
    ) -> None:
        if seat in self.doubtful:
            # What else is on it is known only once it is set too.
            state = state[0] or 0, state[1]
            path = f"/Users/{self.name}/Conversations/{talk}"
            form = {"LastReadMessageIndex": state[0], "NotificationLevel": state[1]}
        try:
            await self.ask(Fact("participant.updated", seat, state), path, form)
        except NoAnswer:
            self.doubtful.add(seat)
            raise
        self.state[seat] = state

    async def bring_guest(self) -> None:
        if len(self.guests) >= MOST_GUESTS:
            await self.remove_guest()
            return
        talk, identity = self.chance.choice(list(self.seats)), self.text()
        path = f"/Conversations/{talk}/Participants"
        made = await self.ask(Fact("participant.added", identity), path, {"Identity": identity})
        self.guests.append(f"{path}/{made['sid']}")

    async def remove_guest(self) -> None:
        if self.guests:
            path = self.guests.pop()
            await self.ask(Fact("participant.removed", path[-34:]), path)

    async def come_and_go(self) -> None:
        """A conversation of my own, with a message, that is deleted again."""
        name = self.text()
        made = await self.ask(
            Fact("conversation.added", name), "/Conversations", {"UniqueName": name}
        )
        path, body = f"/Conversations/{made['sid']}", self.text()
        await self.ask(Fact("message.added", body), f"{path}/Messages", {"Body": body})
        await self.ask(Fact("conversation.removed", made["sid"]), path)

    def acts(self) -> list[Callable[[], Awaitable[None]]]:
        """What I do, each as often as it stands here."""
        often = [self.post] * 5 + [self.move_horizon] * 3 + [self.delete_message] * 2
        return [*often, self.mute, self.bring_guest, self.remove_guest, self.come_and_go]

    async def work(self) -> None:
        """Goes on until there is no answer any more."""
        acts = self.acts()
        try:
            while True:
                await self.chance.choice(acts)()
        except NoAnswer:
            return


async def seated(door: Door, ledger: Ledger, name: str, chance: random.Random) -> list[Writer]:
    """Several writers in the same few conversations, each with a seat in all of them."""
    writers = [Writer(door, ledger, f"{name}.{n}", chance) for n in range(WRITERS)]
    for _ in range(TALKS):
        unique = writers[0].text()
        made = await writers[0].ask(
            Fact("conversation.added", unique), "/Conversations", {"UniqueName": unique}
        )
        await asyncio.gather(*(writer.join(made["sid"]) for writer in writers))
    return writers


@asynccontextmanager
async def working(
    url: str, credentials: tuple[str, str], ledger: Ledger, name: str, chance: random.Random
) -> Any:
    """Several writers at work; the end of the block waits until all have given up."""
    async with httpx.AsyncClient(
        base_url=url, auth=credentials, timeout=60, trust_env=False
    ) as http:
        writers = await seated(OneServer(http), ledger, name, chance)
        tasks = [asyncio.create_task(writer.work()) for writer in writers]
        yield
        await asyncio.gather(*tasks)
