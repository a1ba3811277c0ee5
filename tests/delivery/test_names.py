"""Names are looked up: each once at a time, and none holds up another."""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
import uvloop

from partywire.delivery.names import Names

LOCALLY = "127.0.0.1"


class Resolver:
    """Answers for all names but those that begin with "dead", until the test ends."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.released = Event()

    def __call__(self, host: str, port: int, *, flags: int = 0, **_more: Any) -> list[Any]:
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "it is no address")
        self.asked[host] += 1
        if host.startswith("dead"):
            self.released.wait()
        if host.startswith("unknown"):
            raise socket.gaierror(socket.EAI_NONAME, "nobody knows it")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (LOCALLY, port))] * 2


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Resolver]:
    made = Resolver()
    monkeypatch.setattr(socket, "getaddrinfo", made)
    yield made
    made.released.set()


async def begun(names: Names, resolver: Resolver, *hosts: str) -> list[asyncio.Task[list[str]]]:
    """Look-ups that are on their way."""
    tasks = [asyncio.create_task(names.addresses(host, 80)) for host in hosts]
    async with asyncio.timeout(20):
        while set(hosts) - resolver.asked.keys():  # noqa: ASYNC110 - other threads' doing
            await asyncio.sleep(0.005)
    return tasks


async def given_up(tasks: list[asyncio.Task[list[str]]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


@pytest.mark.parametrize("host", [LOCALLY, "2130706433", "0x7f.1"])
async def test_an_address_is_its_own(host: str) -> None:
    assert await Names().addresses(host, 80) == [LOCALLY]
    assert await Names().addresses("::1", 80) == ["::1"]


async def test_names_that_nobody_answers_for_hold_up_no_other(resolver: Resolver) -> None:
    names = Names()
    dead = await begun(names, resolver, *(f"dead{number}.example" for number in range(50)))
    for number in range(5):
        assert await names.addresses(f"alive{number}.example", 80) == [LOCALLY]
    assert not any(task.done() for task in dead)
    await given_up(dead)


async def test_a_name_is_looked_up_once_for_all_who_ask(resolver: Resolver) -> None:
    names = Names()
    (first,) = await begun(names, resolver, "dead.example")
    others = await begun(names, resolver, *["dead.example"] * 20)
    await asyncio.sleep(0)
    await given_up([first, *others[:10]])
    resolver.released.set()
    assert await asyncio.gather(*others[10:]) == [[LOCALLY]] * 10
    assert resolver.asked == {"dead.example": 1}
    assert await names.addresses("dead.example", 80) == [LOCALLY]
    assert resolver.asked == {"dead.example": 2}


async def test_who_is_unknown_is_unknown_to_all_who_ask(resolver: Resolver) -> None:
    names = Names()
    asking = [names.addresses("unknown.example", 80) for _ in range(3)]
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(each) for each in found] == [socket.gaierror] * 3


async def test_what_is_no_name_is_said_so() -> None:
    with pytest.raises(UnicodeError):
        await Names().addresses(f"{'a' * 70}.example", 80)


async def test_no_more_names_are_looked_up_at_once_than_may_be(resolver: Resolver) -> None:
    names = Names(most=2)
    dead = await begun(names, resolver, "dead1.example", "dead2.example")
    with pytest.raises(OSError, match="2 names are waiting"):
        await names.addresses("alive.example", 80)
    await given_up(dead)
    with pytest.raises(OSError, match="2 names are waiting"):
        await names.addresses("alive.example", 80)
    resolver.released.set()
    async with asyncio.timeout(20):
        while True:
            try:
                assert await names.addresses("alive.example", 80) == [LOCALLY]
                break
            except OSError:
                await asyncio.sleep(0.005)


def test_a_loop_may_end_while_a_name_is_looked_up(resolver: Resolver) -> None:
    async def leave() -> None:
        await given_up(await begun(Names(), resolver, "dead.example"))

    uvloop.run(leave())
