"""Servers that are killed while timers end: each is told once, with the date at which it ended."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import ends
from crash import evidence
from crash.evidence import PostgresqlRows, Rows
from crash.nodes import PATIENCE_SECONDS, Node, account_in, kill_all
from crash.scale import AT_LENGTH
from engines import Side
from harness import Client, Server
from receivers import Receiver

pytestmark = pytest.mark.crash

TALKS = 300 if AT_LENGTH else 40
KILLS = 10 if AT_LENGTH else 2
APART_MILLISECONDS = 20
TIMERS = {"Timers.Inactive": "PT1M", "Timers.Closed": "PT10M"}
INACTIVE, CLOSED = ("active", "inactive", "TIMER"), ("inactive", "closed", "TIMER")
STATE_UPDATED = "SELECT count(*) FROM events WHERE kind = 'conversation.state_updated'"
HOLDER = "SELECT holder FROM claims WHERE duty = 'timers'"

Told = tuple[str, str, str, str]  # from, to, why and when


@pytest.fixture
def key(tmp_path: Path) -> str:
    return str(tmp_path / "key")


@pytest.fixture
def credentials(database_url: str, key: str) -> tuple[str, str]:
    return account_in(database_url, Path(key))


@contextmanager
def looking(url: str) -> Iterator[Rows]:
    """The tables, from outside."""
    if url.startswith("postgresql:"):
        side = Side()
        yield PostgresqlRows(side, url)
        side.close()
        return
    with evidence.reading(Path(url.removeprefix("sqlite:///"))) as rows:
        yield rows


class House:
    """Servers on one database, and conversations whose timers are told to a receiver."""

    def __init__(self, url: str, key: str, credentials: tuple[str, str], told: Receiver) -> None:
        self.url, self.credentials, self.receiver = url, credentials, told
        self._options = ["--database", url, "--key-file", key]
        self._options += ["--allow-target", "127.0.0.0/8"]
        self._options += ["--webhook-first-pause", "0.02", "--webhook-longest-pause", "0.5"]
        self._stack = ExitStack()

    def node(self, *more: str) -> Node:
        made = Node([*self._options, *more], self.credentials)
        self._stack.callback(made.end)
        return made

    def furnish(self, server: Server, number: int = TALKS) -> list[str]:
        """Makes conversations; returns their SIDs."""
        with Client(server.url, self.credentials) as client:
            hook = {"PostWebhookUrl": f"{self.receiver.url}/hook"}
            hook["Filters"] = "onConversationStateUpdated"
            client.made("/Configuration/Webhooks", hook)
            return [client.made("/Conversations", TIMERS)["sid"] for _ in range(number)]

    def close(self) -> None:
        self._stack.close()

    def heard(self) -> dict[str, list[tuple[str, Told]]]:
        """Of each conversation: id and content of what came, in order."""
        found: dict[str, list[tuple[str, Told]]] = {}
        for received in list(self.receiver.received):
            told = received.parameters
            what = (told["StateFrom"], told["StateTo"], told["Reason"], told["StateUpdated"])
            came = found.setdefault(told["ConversationSid"], [])
            came.append((received.headers["webhook-id"], what))
        return found

    def until_heard(self, number: int) -> None:
        """Waits until so many changes were told, those that came again not counted."""
        until(lambda: len({each for c in self.heard().values() for each in c}) >= number)

    def assert_told(self, expected: dict[str, list[Told]]) -> None:
        """Each conversation's changes were told once, in order; what came again had the same id."""
        heard = self.heard()
        for sid, came in heard.items():
            once = list(dict.fromkeys(came))
            assert [what for _, what in once] == expected[sid]
            assert len({name for name, _ in once}) == len(once)
        assert heard.keys() == expected.keys()
        changes = sum(len(each) for each in expected.values())
        with looking(self.url) as rows:
            evidence.assert_each_state_follows_from_the_one_before(evidence.events(rows))
            assert list(rows.execute(STATE_UPDATED)) == [(changes,)]


@pytest.fixture
def house(
    database_url: str, key: str, credentials: tuple[str, str], receiver: Receiver
) -> Iterator[House]:
    made = House(database_url, key, credentials, receiver)
    yield made
    made.close()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def told(*changes: tuple[tuple[str, str, str], int]) -> list[Told]:
    return [(*change, ends.moment(date)) for change, date in changes]


def test_what_ends_while_the_server_is_dead_is_told_with_the_dates_at_which_it_ended(
    house: House,
) -> None:
    server = house.node()
    sids = house.furnish(server.server, 6)
    both, one, running = sids[:2], sids[2:4], sids[4:]
    server.kill()
    date = ends.now()
    inactive = dict.fromkeys(both, date) | dict.fromkeys(one, date + 2)
    ends.moved(house.url, "date_inactive", inactive)
    ends.moved(house.url, "date_closed", dict.fromkeys(both, date + 1))
    until(lambda: ends.now() > date + 2)
    assert house.heard() == {}

    server.start()
    house.until_heard(6)

    with Client(server.server.url, house.credentials) as client:
        shown = {each["sid"]: each for each in client.items("/Conversations", "conversations")}
    states = [[shown[sid]["state"] for sid in each] for each in (both, one, running)]
    assert states == [["closed"] * 2, ["inactive"] * 2, ["active"] * 2]
    for each in (both, one):
        assert {shown[sid]["date_updated"] for sid in each} <= {
            f"{ends.moment(date + late)[:19]}Z" for late in (1, 2)
        }
    house.assert_told(
        {
            **{sid: told((INACTIVE, date), (CLOSED, date + 1)) for sid in both},
            **{sid: told((INACTIVE, date + 2)) for sid in one},
        }
    )
    server.leave()


def test_what_nobody_lived_to_see_taken_is_told_again_under_the_same_id(house: House) -> None:
    server = house.node()
    [sid] = house.furnish(server.server, 1)
    house.receiver.may_answer = lambda: False
    date = ends.now()
    ends.moved(house.url, "date_inactive", {sid: date})
    until(lambda: bool(house.heard()))
    server.kill()
    house.receiver.may_answer = lambda: True

    server.start()
    until(lambda: len(house.heard()[sid]) > 1)

    assert len({*house.heard()[sid]}) == 1
    house.assert_told({sid: told((INACTIVE, date))})
    server.leave()


def test_a_server_that_is_killed_among_timers_loses_none_and_tells_none_twice(
    house: House,
) -> None:
    server = house.node()
    sids = house.furnish(server.server)
    expected: dict[str, list[Told]] = {}
    for number in range(KILLS):
        some = sids[number::KILLS]
        inactive = one_by_one(house, "date_inactive", some)
        expected |= {sid: told((INACTIVE, inactive[sid])) for sid in some}
        # More than before: it dies with some of these done, and mostly not all.
        house.until_heard(sum(map(len, expected.values())) - len(some) + 1)
        server.kill()
        server.start()
    house.until_heard(TALKS)
    house.assert_told(expected)
    server.leave()


def one_by_one(house: House, name: str, sids: Sequence[str]) -> dict[str, int]:
    """Lets timers end from now on, one shortly after the other; returns when each does."""
    date = ends.now()
    dates = {sid: date + number * APART_MILLISECONDS for number, sid in enumerate(sids)}
    ends.moved(house.url, name, dates)
    return dates


def test_a_node_dies_among_timers_and_another_one_tells_the_rest_once(house: House) -> None:
    nodes = [house.node(), house.node("--workers", "2")]
    sids = house.furnish(nodes[0].server)
    inactive = one_by_one(house, "date_inactive", sids[: TALKS // 2])
    house.until_heard(1)
    died, lived = holder(house, nodes)
    kill_all(died.server)
    until(lambda: ends.now() > max(inactive.values()))
    closed = one_by_one(house, "date_closed", sids)

    house.until_heard(TALKS + TALKS // 2)

    expected = {
        sid: told((INACTIVE, inactive[sid]), (CLOSED, closed[sid]))
        if sid in inactive
        else told((("active", "closed", "TIMER"), closed[sid]))
        for sid in sids
    }
    house.assert_told(expected)
    assert holder(house, nodes)[0] is lived
    lived.leave()


def holder(house: House, nodes: list[Node]) -> tuple[Node, Node]:
    """The node that ends timers now, and the other."""
    with looking(house.url) as rows:
        [(name,)] = rows.execute(HOLDER)
    process = int(name.rsplit(".", 2)[1])
    [one] = [node for node in nodes if process in node.pids]
    [other] = [node for node in nodes if node is not one]
    return one, other
