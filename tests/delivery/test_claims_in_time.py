"""A claim is one node's at any moment, by whichever clock, in any order of beats and answers."""

import random
from collections.abc import Callable

import pytest

from delivery.nodes import Nodes
from partywire.delivery import duties
from partywire.delivery.duties import Duty, Worker
from partywire.storage import claims
from partywire.storage.claims import Claim
from partywire.storage.database import Database, StorageFailure


async def idle(_worker: Worker) -> float:
    return 1.0


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(duties, "monotonic", made)
    return made


def worker(database: Database, name: str) -> Worker:
    return Worker(database, Duty("sweep", idle), name, every=1.0, patience=3.0)


async def test_who_cannot_confirm_a_claim_stops_before_others_may_take_it(
    nodes: Nodes, clock: Clock
) -> None:
    ada, ben = worker(await nodes.one(), "ada"), worker(await nodes.one(), "ben")
    await ada._beat()
    await ben._beat()
    assert (ada.is_ours, ben.is_ours) == (True, False)

    clock.now += 1.9
    await ben._beat()
    assert (ada.is_ours, ben.is_ours) == (True, False)
    clock.now += 0.2
    await ben._beat()
    assert (ada.is_ours, ben.is_ours) == (False, False)
    clock.now += 1.0
    await ben._beat()
    assert (ada.is_ours, ben.is_ours) == (False, True)


async def test_an_answer_that_took_long_does_not_make_a_claim_old(
    nodes: Nodes, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = worker(await nodes.one(), "ada"), worker(await nodes.one(), "ben")
    await ada._beat()
    look = claims.look

    async def slow(database: Database, duty: str) -> Claim:
        clock.now += 5.0
        await ada._beat()
        return await look(database, duty)

    monkeypatch.setattr(claims, "look", slow)
    await ben._beat()
    assert (ada.is_ours, ben.is_ours) == (True, False)


async def test_a_claim_of_ours_that_we_do_not_know_of_is_confirmed_first(
    nodes: Nodes, clock: Clock
) -> None:
    database = await nodes.one()
    ada = worker(database, "ada")
    await ada._beat()
    ada._seen = Claim("sweep", "somebody else", -1)
    await ada._beat()
    assert ada.is_ours
    assert await claims.look(database, "sweep") == Claim("sweep", "ada", 2)


@pytest.mark.parametrize("seed", range(5))
async def test_in_any_order_of_beats_and_answers_it_is_never_two_s(
    nodes: Nodes, clock: Clock, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    workers = [worker(await nodes.one(), name) for name in "abc"]
    taken = set()
    look, beat = claims.look, claims.beat

    def passes(ask: Callable[..., object]) -> Callable[..., object]:
        async def asked(*arguments: object) -> object:
            clock.now += chance.choice([0, 0, 0.5, 2.0])
            answer = await ask(*arguments)  # type: ignore[misc]
            clock.now += chance.choice([0, 0, 0.5, 2.0])
            if chance.random() < 0.1:
                raise StorageFailure("the answer was lost")
            return answer

        return asked

    monkeypatch.setattr(claims, "look", passes(look))
    monkeypatch.setattr(claims, "beat", passes(beat))
    for _ in range(120):
        clock.now += chance.choice([0.1, 0.5, 1.0, 1.5])
        await chance.choice(workers)._beat()
        ours = [at for at, one in enumerate(workers) if one.is_ours]
        assert len(ours) <= 1
        taken.update(ours)
    assert len(taken) > 1
