"""Writers that change things as fast as they can, and the ledger of what they were promised."""

import asyncio
import itertools
import random
from collections.abc import Iterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx

WRITERS, TALKS = 8, 3


class Fact(NamedTuple):
    """A change: its event's kind, and what it was about.

    ``about`` is a SID; of something that is still to be made, the text that tells it apart.
    ``state`` is a participant's horizon and notification level after an update.
    """

    kind: str
    about: str
    state: tuple[int | None, str] | None = None


class Ledger:
    """What was acknowledged to each writer, in order, and what each had asked for last."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, list[Fact]] = {}
        self.under_way: dict[str, Fact] = {}

    def promised(self) -> Iterator[Fact]:
        return itertools.chain.from_iterable(self.acknowledged.values())


class Writer:
    """One client that goes on until the server is gone."""

    def __init__(
        self, http: httpx.AsyncClient, ledger: Ledger, name: str, chance: random.Random
    ) -> None:
        self.http, self.ledger, self.name, self.chance = http, ledger, name, chance
        self.seats: dict[str, str] = {}  # conversation to my participant in it
        self.state: dict[str, tuple[int | None, str]] = {}  # participant to what was acknowledged
        self.mine: list[str] = []  # paths of messages that I may delete
        self.guests: list[str] = []  # paths of participants that I may remove
        self.number = itertools.count(1)
        ledger.acknowledged[name] = []

    async def ask(self, fact: Fact, path: str, form: dict[str, Any] | None = None) -> Any:
        """Asks for a change; what the ledger says follows the answer. No form deletes."""
        self.ledger.under_way[self.name] = fact
        method = "DELETE" if form is None else "POST"
        answer = await self.http.request(method, f"/v1{path}", data=form)
        assert answer.status_code in {200, 201, 204}, answer.text
        said = answer.json() if answer.content else {}
        about = said["sid"] if fact.kind.endswith(".added") else fact.about
        self.ledger.acknowledged[self.name].append(fact._replace(about=about))
        del self.ledger.under_way[self.name]
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
        path, body = f"/Conversations/{self.chance.choice(list(self.seats))}/Messages", self.text()
        made = await self.ask(Fact("message.added", body), path, {"Body": body})
        self.mine.append(f"{path}/{made['sid']}")

    async def delete_message(self) -> None:
        if self.mine:
            path = self.mine.pop(self.chance.randrange(len(self.mine)))
            await self.ask(Fact("message.removed", path[-34:]), path)

    async def move_horizon(self) -> None:
        talk, seat = self.chance.choice(list(self.seats.items()))
        to = self.chance.randrange(40)
        path = self.chance.choice(
            (
                f"/Conversations/{talk}/Participants/{seat}",
                f"/Users/{self.name}/Conversations/{talk}",
            )
        )
        await self.update(seat, path, (to, self.state[seat][1]), {"LastReadMessageIndex": to})

    async def mute(self) -> None:
        talk, seat = self.chance.choice(list(self.seats.items()))
        level = self.chance.choice(("muted", "default"))
        path, form = f"/Users/{self.name}/Conversations/{talk}", {"NotificationLevel": level}
        await self.update(seat, path, (self.state[seat][0], level), form)

    async def update(
        self, seat: str, path: str, state: tuple[int | None, str], form: dict[str, Any]
    ) -> None:
        await self.ask(Fact("participant.updated", seat, state), path, form)
        self.state[seat] = state

    async def bring_guest(self) -> None:
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

    async def work(self) -> None:
        """Goes on until there is no answer any more."""
        often = [self.post] * 5 + [self.move_horizon] * 3 + [self.delete_message] * 2
        acts = [*often, self.mute, self.bring_guest, self.remove_guest, self.come_and_go]
        try:
            while True:
                await self.chance.choice(acts)()
        except httpx.TransportError:
            return


@asynccontextmanager
async def working(
    url: str, credentials: tuple[str, str], ledger: Ledger, name: str, chance: random.Random
) -> Any:
    """Several writers at work in the same few conversations, each with a seat in all of them.

    The end of the block waits until all have given up.
    """
    async with httpx.AsyncClient(
        base_url=url, auth=credentials, timeout=60, trust_env=False
    ) as http:
        writers = [Writer(http, ledger, f"{name}.{n}", chance) for n in range(WRITERS)]
        for _ in range(TALKS):
            unique = writers[0].text()
            made = await writers[0].ask(
                Fact("conversation.added", unique), "/Conversations", {"UniqueName": unique}
            )
            await asyncio.gather(*(writer.join(made["sid"]) for writer in writers))
        tasks = [asyncio.create_task(writer.work()) for writer in writers]
        yield
        await asyncio.gather(*tasks)
