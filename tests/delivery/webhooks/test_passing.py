"""The time by which deliveries are due goes on, whatever the clock does."""

from delivery.nodes import until
from partywire.clock import FrozenClock
from partywire.delivery.webhooks.passing import Passing


async def test_it_goes_on_where_the_clock_stands_still() -> None:
    passing = Passing(FrozenClock(1000))
    before = passing.now()
    assert before >= 1000
    await until(lambda: passing.now() > before)


def test_it_follows_a_clock_that_is_ahead_and_not_one_that_is_set_back() -> None:
    clock = FrozenClock(1000)
    passing = Passing(clock)
    clock.advance(1_000_000)
    assert passing.now() == 1_001_000
    clock.advance(-1_000_999)
    assert passing.now() >= 1000
