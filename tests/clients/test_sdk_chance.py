"""Chance: writes over REST and SDK, networks that break and servers that end, then one truth."""

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clients.sdk_runtime import Chatter, Driver, Refused, World
from harness import Client, Server, account

STEPS = 60


def said(message: dict[str, Any]) -> tuple[int, str | None, list[str]]:
    """Of a message as REST has it: place, text and files."""
    files = [each["sid"] for each in message["media"] or []]
    return message["index"], message["body"], files


class Play:
    """Two clients, and a server that may be another one at each step."""

    def __init__(self, driver: Driver, database: tuple[str, ...], seed: int) -> None:
        self.chance = random.Random(seed)
        self.driver, self.database, self.credentials = driver, database, account()
        self.begin()
        for name in ("alice", "bob", "carol"):
            self.world.rest.made("/Users", {"Identity": name})
        self.chatters = [self.world.chatter("alice"), self.world.chatter("bob")]
        self.is_away = dict.fromkeys(self.chatters, False)

    def begin(self) -> None:
        """Starts a server."""
        self.server = Server(["dev", "--port", "0", *self.database])
        self.world = World(self.driver, Client(self.server.url, self.credentials))

    def end(self) -> None:
        """Kills it."""
        self.world.rest.http.close()
        self.server.kill()

    def talks(self) -> list[str]:
        """SIDs of all conversations."""
        return [one["sid"] for one in self.world.rest.items("/Conversations", "conversations")]

    # --- what may happen ----------------------------------------------------------------------

    def starts(self) -> None:
        names = self.chance.sample(["alice", "bob", "carol"], 2)
        self.world.conversation(*names, FriendlyName=f"{self.chance.random()}")

    def posts(self) -> None:
        for _ in range(self.chance.randint(1, 5)):
            self.world.post(self._talk(), f"{self.chance.random()}")

    def renames(self) -> None:
        name = f"{self.chance.random()}"
        self.world.rest.made(f"/Conversations/{self._talk()}", {"FriendlyName": name})

    def deletes(self) -> None:
        if self.chance.random() < 0.3:
            self.world.rest.delete(f"/Conversations/{self._talk()}")

    def edits(self) -> None:
        message = self._of("Messages")
        if message:
            # The text beside a file stays: it is refused then.
            self.world.rest.post(message, {"Body": f"{self.chance.random()}"})

    def unsays(self) -> None:
        message = self._of("Messages")
        if message:
            self.world.rest.delete(message)

    def comes(self) -> None:
        name = self.chance.choice(["alice", "bob", "carol"])
        path = f"/Conversations/{self._talk()}/Participants"
        self.world.rest.post(path, {"Identity": name})  # who is in there already is refused

    def goes(self) -> None:
        participant = self._of("Participants")
        if participant:
            self.world.rest.delete(participant)

    def sends(self) -> None:
        chatter, talk = self._listener()
        if talk:
            # Where it is not told of yet that it was thrown out, it is refused.
            with contextlib.suppress(Refused):
                chatter.send(conversation=talk, body=f"{self.chance.random()}")

    def sends_files(self) -> None:
        chatter, talk = self._listener()
        if talk:
            files = [
                {"content": "AAECAw==", "type": "image/png", "name": f"{number}.png"}
                for number in range(self.chance.randint(1, 2))
            ]
            with contextlib.suppress(Refused):
                chatter.sendFiles(conversation=talk, files=files)

    def reads(self) -> None:
        chatter, talk = self._listener()
        if talk:
            with contextlib.suppress(Refused):
                chatter.read(conversation=talk, index=self.chance.choice([None, 0, 1]))

    def breaks(self) -> None:
        chatter = self.chance.choice(self.chatters)
        self.rest_of(chatter)
        chatter.drop()
        self.is_away[chatter] = False  # who was away is back with this

    def turns(self) -> None:
        chatter = self.chance.choice(self.chatters)
        if self.is_away[chatter]:
            chatter.back()
        else:
            self.rest_of(chatter)
            chatter.away()
        self.is_away[chatter] = not self.is_away[chatter]

    def restarts(self) -> None:
        if self.chance.random() < 0.4:
            for chatter in self.chatters:
                self.rest_of(chatter)
            self.end()
            self.begin()
            for chatter in self.chatters:
                chatter.moved(port=self.world.port)

    def rest_of(self, chatter: Chatter) -> None:
        """Lets a client open what it was told of: the SDK does not try that twice."""
        if not self.is_away[chatter]:
            self.settled(chatter)

    def _talk(self) -> str:
        if not self.talks():
            self.starts()
        return self.chance.choice(self.talks())

    def _of(self, kind: str) -> str | None:
        path = f"/Conversations/{self._talk()}/{kind}"
        things = self.world.rest.items(path, kind.lower())
        return f"{path}/{self.chance.choice(things)['sid']}" if things else None

    def _listener(self) -> tuple[Chatter, str | None]:
        chatter = self.chance.choice(self.chatters)
        mine = list(self.truth(chatter.identity))
        return chatter, self.chance.choice(mine) if mine and not self.is_away[chatter] else None

    # --- what is so in the end ----------------------------------------------------------------

    def truth(self, identity: str) -> dict[str, Any]:
        """A user's conversations, as REST has them."""
        rest, found = self.world.rest, {}
        mine = rest.items(f"/Users/{identity}/Conversations", "conversations")
        for sid, one in ((each["conversation_sid"], each) for each in mine):
            inside = rest.items(f"/Conversations/{sid}/Participants", "participants")
            found[sid] = {
                "name": one["friendly_name"],
                "unread": one["unread_messages_count"],
                "messages": [said(each) for each in self.world.messages(sid)],
                "inside": sorted((each["sid"], each["last_read_message_index"]) for each in inside),
            }
        return found

    def seen(self, chatter: Chatter) -> dict[str, Any] | None:
        """The same, as a client has it; None while something comes or goes."""
        try:
            state = chatter.state()
        except Refused:
            return None
        return {
            one["sid"]: {
                "name": one["friendlyName"],
                "unread": one["unread"],
                "messages": [
                    (each["index"], each["body"], each["files"]) for each in one["messages"]
                ],
                "inside": sorted((each["sid"], each["read"]) for each in one["participants"]),
            }
            for one in state["conversations"]
        }

    def settled(self, chatter: Chatter) -> None:
        """Waits until both are the same: as long as the client is told of something."""
        truth = self.truth(chatter.identity)
        for _ in range(30):
            told = len(chatter.told())
            seen = self.seen(chatter)
            if seen == truth:
                return
            with contextlib.suppress(AssertionError):
                self.driver.until(lambda: len(chatter.told()) > told, str, seconds=1)  # noqa: B023
        assert seen == truth


@pytest.fixture
def play(
    driver: Driver, own_database: tuple[str, ...], request: pytest.FixtureRequest
) -> Iterator[Play]:
    """A play of its own chance."""
    made = Play(driver, own_database, request.param)
    yield made
    made.end()


@pytest.mark.parametrize("play", [1, 2, 3], indirect=True)
def test_whatever_happens_each_client_ends_with_what_rest_has(play: Play) -> None:
    acts: list[Callable[[], None]] = [
        *[play.starts, play.posts, play.posts, play.renames, play.deletes, play.edits],
        *[play.unsays, play.comes, play.comes, play.goes, play.sends, play.sends_files, play.reads],
        *[play.breaks, play.turns, play.restarts],
    ]
    for _ in range(STEPS):
        play.chance.choice(acts)()
    for chatter, is_away in play.is_away.items():
        if is_away:
            chatter.back()
    for chatter in play.chatters:
        play.settled(chatter)
        told = [one["sid"] for one in chatter.told("messageAdded")]
        assert len(told) == len(set(told))
