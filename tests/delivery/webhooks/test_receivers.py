"""A receiver gets so many requests at once, and few while it is in trouble."""

from delivery.nodes import until
from partywire.delivery.webhooks.receivers import MOST_AT_ONCE, Receivers


def test_a_receiver_gets_so_many_at_once() -> None:
    receivers = Receivers()
    for number in range(MOST_AT_ONCE):
        assert receivers.room("a") == MOST_AT_ONCE - number
        receivers.begin("a")
    assert (receivers.room("a"), receivers.active("a")) == (0, MOST_AT_ONCE)
    assert (receivers.room("b"), receivers.active("b")) == (MOST_AT_ONCE, 0)
    receivers.end("a")
    assert receivers.room("a") == 1


async def test_one_in_trouble_is_asked_one_at_a_time_with_rests_between() -> None:
    receivers = Receivers()
    receivers.begin("a")
    receivers.begin("a")
    assert [receivers.note("a", is_trouble=True) for _ in range(3)] == [0.0, 0.0, 0.05]
    assert receivers.room("a") == 0
    assert not receivers.may_go_on("a")
    receivers.end("a")
    receivers.end("a")
    await until(lambda: receivers.room("a") == 1)
    receivers.begin("a")
    assert receivers.room("a") == 0
    assert receivers.may_go_on("a")
    assert receivers.note("a", is_trouble=True) == 0.1
    assert receivers.note("a", is_trouble=False) == 0.0
    assert receivers.room("a") == MOST_AT_ONCE - 1


def test_rests_grow_up_to_a_bound() -> None:
    for receivers, most in ((Receivers(), 5.0), (Receivers(0.2), 0.2)):
        receivers.begin("a")
        rests = [receivers.note("a", is_trouble=True) for _ in range(100)]
        assert sorted(rests) == rests
        assert rests[-1] == most


def test_one_that_is_well_and_idle_is_forgotten() -> None:
    receivers = Receivers()
    receivers.begin("a")
    receivers.note("a", is_trouble=True)
    receivers.end("a")
    assert list(receivers._known) == ["a"]
    receivers.begin("a")
    receivers.note("a", is_trouble=False)
    receivers.end("a")
    assert receivers._known == {}
