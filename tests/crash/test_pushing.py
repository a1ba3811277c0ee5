"""Servers are killed while they push: what was owed arrives, and nobody who muted is told."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from cli.commands import run
from crash import evidence
from crash.evidence import PostgresqlRows, Rows
from crash.nodes import Node, account_in
from crash.pushing import Device, Gateways, with_devices
from crash.scale import AT_LENGTH, tell
from engines import Side
from harness import Client

pytestmark = pytest.mark.crash

MESSAGES = 600 if AT_LENGTH else 60
KILLS = 10 if AT_LENGTH else 2
ROOMS = 5
PATIENCE = 900.0 if AT_LENGTH else 300.0  # seconds: the sixth attempt comes after 170
AUTHOR, TOLD, MUTED, LEFT = "ann", ("bob", "cem"), "dee", "eve"
LOG = "SELECT message_sid, identity, binding_sid, outcome FROM pushes"
HOLDER = "SELECT holder FROM claims WHERE duty = 'push'"


@pytest.fixture
def rows(
    engine: str, database: tuple[str, str], request: pytest.FixtureRequest
) -> Callable[[str], list[tuple[object, ...]]]:
    """Asks the database from outside."""

    def ask(query: str) -> list[tuple[object, ...]]:
        if engine == "postgresql":
            outside: Side = request.getfixturevalue("outside")
            seen: Rows = PostgresqlRows(outside, database[0])
            return [*seen.execute(query)]
        with evidence.reading(Path(database[0].removeprefix("sqlite:///"))) as connection:
            return [*connection.execute(query)]

    return ask


class Scene:
    """A few rooms with the same people, one of whom muted all of them, and one of whom left.

    Attributes:
        nodes: the servers.
        said: of each message that was acknowledged, the SID.
    """

    def __init__(
        self, nodes: list[Node], devices: Mapping[str, list[Device]], gateways: Gateways
    ) -> None:
        self.nodes, self.devices, self.gateways = nodes, devices, gateways
        self.said: list[str] = []
        with Client(nodes[0].server.url, nodes[0].credentials) as client:
            self.rooms = [client.made("/Conversations")["sid"] for _ in range(ROOMS)]
            for room in self.rooms:
                self._peopled(client, f"/Conversations/{room}/Participants", room)

    def _peopled(self, client: Client, door: str, room: str) -> None:
        for who in (AUTHOR, *TOLD, MUTED, LEFT):
            seat = client.made(door, {"Identity": who})["sid"]
            if who == LEFT:
                assert client.delete(f"{door}/{seat}").status_code == 204
        client.made(f"/Users/{MUTED}/Conversations/{room}", {"NotificationLevel": "muted"})

    async def post(self, number: int) -> None:
        """Posts so many messages, into all rooms at once, through any node."""

        async def write(room: str, node: Node) -> None:
            for _ in range(number // ROOMS):
                url = f"{node.server.url}/v1/Conversations/{room}/Messages"
                answer = await http.post(url, data={"Author": AUTHOR, "Body": "hello"})
                assert answer.status_code == 201, answer.text
                self.said.append(answer.json()["sid"])

        credentials = self.nodes[0].credentials
        async with httpx.AsyncClient(auth=credentials, timeout=60, trust_env=False) as http:
            writers = (
                write(room, self.nodes[place % len(self.nodes)])
                for place, room in enumerate(self.rooms)
            )
            await asyncio.gather(*writers)

    def owed(self) -> set[tuple[str, str]]:
        """Which device is to be told of which message."""
        ends = [each.endpoint for who in TOLD for each in self.devices[who]]
        return {(end, sid) for end in ends for sid in self.said}

    def decided(self, sid: str) -> list[tuple[str, str | None, str, str]]:
        """What the log is to say of a message."""
        told = [(sid, who, each.binding, "sent") for who in TOLD for each in self.devices[who]]
        return [(sid, AUTHOR, "", "author"), (sid, MUTED, "", "muted"), *told]


@pytest.fixture
def gateways(tmp_path: Path) -> Iterator[Gateways]:
    with Gateways(tmp_path) as made:
        yield made


def until(holds: Callable[[], bool], what: Callable[[], str]) -> None:
    """Waits until it does."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.02)


def until_taken(gateways: Gateways, number: int) -> None:
    """Waits until so many pushes came through."""
    until(lambda: gateways.taken >= number, lambda: f"{gateways.taken} of {number} came")


def who_pushes(scene: Scene, rows: Callable[[str], list[tuple[object, ...]]]) -> Node:
    """Waits until one of the nodes has the duty; returns which."""
    found: list[Node] = []

    def is_held() -> bool:
        [(holder,)] = rows(HOLDER)
        process = int(str(holder).rsplit(".", 2)[1]) if holder else None
        found[:] = [node for node in scene.nodes if process in node.pids]
        return bool(found)

    until(is_held, lambda: "nobody pushes")
    return found[0]


@pytest.mark.parametrize(
    ("engine", "size"),
    [("sqlite", 1), ("postgresql", 1), ("postgresql", 2)],
    indirect=["engine"],
)
def test_every_push_that_is_owed_arrives_however_often_the_server_is_killed(
    database: tuple[str, str],
    rows: Callable[[str], list[tuple[object, ...]]],
    gateways: Gateways,
    size: int,
) -> None:
    url, key = database
    credentials = account_in(url, Path(key))
    people = (AUTHOR, *TOLD, MUTED, LEFT)
    devices = with_devices(database, credentials[0], gateways, people)
    arguments = ["--database", url, "--key-file", key, *gateways.arguments]
    chance, began = random.Random(), time.monotonic()
    with ExitStack() as stack:
        nodes = [Node(arguments, credentials) for _ in range(size)]
        for node in nodes:
            stack.callback(node.end)
        scene = Scene(nodes, devices, gateways)
        for _ in range(KILLS):
            before, number = gateways.taken, MESSAGES // KILLS
            asyncio.run(scene.post(number))
            until_taken(gateways, before + chance.randint(1, number * 4))
            pushing = who_pushes(scene, rows)
            pushing.kill()
            pushing.start()
        owed = scene.owed()
        until(
            lambda: owed <= gateways.shown().keys(),
            lambda: f"{len(owed - gateways.shown().keys())} of {len(owed)} are missing",
        )
        until(lambda: "waiting" not in outcomes(rows(LOG)), lambda: f"{outcomes(rows(LOG))}")
        for node in nodes:
            node.leave()
    assert len(scene.said) == MESSAGES // KILLS // ROOMS * ROOMS * KILLS
    shown = gateways.shown()
    assert shown.keys() == owed
    of_message = {(sid, *sorted({*ids})) for (_, sid), ids in shown.items()}
    assert len(of_message) == len({name for _, name in of_message}) == len(scene.said)
    found = Counter(rows(LOG))
    assert found == Counter(each for sid in scene.said for each in scene.decided(sid))
    explained = run("push", "explain", scene.said[0], "--database", url, "--key-file", key)
    assert len(explained.stdout.splitlines()) == len(scene.decided(scene.said[0]))
    doubles = sum(len(ids) - 1 for ids in shown.values())
    figures = {"messages": len(scene.said), "pushes": len(owed), "twice": doubles, "kills": KILLS}
    tell({**figures, "seconds": round(time.monotonic() - began)})


def outcomes(found: list[tuple[object, ...]]) -> Counter[object]:
    return Counter(outcome for *_, outcome in found)
