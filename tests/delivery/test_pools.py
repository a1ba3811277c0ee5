"""Pools of connections: one for each origin, for as long as somebody uses it."""

from functools import partial

import httpcore

from partywire.delivery.pools import Pool, Pools

HERE, THERE = "http://here.example", "https://there.example:8443"


class Kept(Pool):
    """A pool that says whether it was closed."""

    is_closed = False

    async def aclose(self) -> None:
        await super().aclose()
        self.is_closed = True


def pools(seconds: float = 1000.0) -> Pools:
    return Pools(partial(Kept, network_backend=httpcore.AnyIOBackend()), seconds)


def is_closed(pool: Pool) -> bool:
    assert isinstance(pool, Kept)
    return pool.is_closed


async def test_each_origin_has_one_pool_for_all_its_requests() -> None:
    made = pools()
    here, there = made.take(HERE), made.take(THERE)
    assert made.take(HERE) is here is not there
    for origin, pool in ((HERE, here), (HERE, here), (THERE, there)):
        await made.give_back(origin, pool)
    assert made.take(HERE) is here
    assert not is_closed(here)
    await made.close()
    assert is_closed(here)
    assert is_closed(there)


async def test_what_nobody_uses_any_more_is_closed() -> None:
    made = pools(seconds=0.0)
    here, there = made.take(HERE), made.take(THERE)
    await made.give_back(THERE, there)
    assert (is_closed(here), is_closed(there)) == (False, True)
    assert made.take(HERE) is here
    await made.give_back(HERE, here)
    assert not is_closed(here)
    await made.give_back(HERE, here)
    assert is_closed(here)
    assert made.take(HERE) is not here


async def test_a_pool_that_is_left_is_closed_once_nothing_is_in_flight() -> None:
    made = pools()
    first = made.take(HERE)
    assert made.take(HERE) is first
    made.leave(HERE, first)
    second = made.take(HERE)
    assert second is not first
    made.leave(HERE, first)
    await made.give_back(HERE, first)
    assert not is_closed(first)
    await made.give_back(HERE, first)
    assert is_closed(first)
    await made.give_back(HERE, second)
    assert made.take(HERE) is second
    assert made.connections == []
