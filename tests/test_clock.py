"""The only source of time."""

import time

from partywire.clock import FrozenClock, SystemClock


def test_the_system_clock_tells_the_machine_s_time_in_milliseconds() -> None:
    before = time.time_ns()
    now = SystemClock().now()
    after = time.time_ns()
    assert before // 1_000_000 <= now <= after // 1_000_000


def test_a_frozen_clock_stands_still_until_it_is_moved() -> None:
    clock = FrozenClock(5)
    assert (clock.now(), clock.now()) == (5, 5)
    clock.advance(60_000)
    assert clock.now() == 60_005
