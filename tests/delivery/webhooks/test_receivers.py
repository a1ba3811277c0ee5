"""A receiver gets so many requests at once, and few while it is in trouble."""

import pytest

from delivery.nodes import until
from partywire.delivery.webhooks import receivers as module
from partywire.delivery.webhooks.receivers import MOST_AT_ONCE, MOST_UNPROVEN, Receivers


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


def taken(receivers: Receivers, receiver: str) -> None:
    receivers.begin(receiver)
    receivers.note(receiver, is_trouble=False)
    receivers.end(receiver)


def failed(receivers: Receivers, receiver: str) -> None:
    receivers.begin(receiver)
    receivers.note(receiver, is_trouble=True)
    receivers.end(receiver)


def test_those_who_never_answer_leave_room_for_those_who_did() -> None:
    receivers = Receivers()
    taken(receivers, "good")
    names = [f"silent {number}" for number in range(1000)]
    for name in names:
        for _ in range(receivers.room(name)):
            receivers.begin(name)
    assert sum(receivers.active(name) for name in names) == MOST_UNPROVEN
    assert receivers.room("new") == 0
    assert receivers.room("good") == MOST_AT_ONCE
    receivers.begin("good")
    receivers.note("good", is_trouble=True)  # it is one of them
    assert receivers.room("good") == 0
    receivers.note("good", is_trouble=False)
    assert receivers.room("good") == MOST_AT_ONCE - 1
    for name in names:
        for _ in range(receivers.active(name)):
            receivers.end(name)
    receivers.end("good")
    assert (receivers.room("new"), receivers._unproven) == (MOST_AT_ONCE, 0)


def test_where_many_are_not_proven_each_gets_one_at_a_time() -> None:
    receivers = Receivers()
    for number in range(module._CROWD):
        receivers.begin(str(number))
    assert receivers.room("new") == 1
    receivers.begin("new")
    assert receivers.room("new") == 0


def test_those_who_took_the_last_come_first_and_those_who_failed_last() -> None:
    receivers = Receivers()
    good, bad, new = (
        [f"{kind} {number}" for number in range(20)] for kind in ("good", "bad", "new")
    )
    for name in good:
        taken(receivers, name)
    for name in bad:
        failed(receivers, name)
    found = receivers.in_turn([*bad, *new, *good])
    assert [set(found[:20]), set(found[20:40]), set(found[40:])] == [{*good}, {*new}, {*bad}]
    assert len({tuple(receivers.in_turn([*good])) for _ in range(5)}) > 1


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_REMEMBERED", 3)
    receivers = Receivers()
    receivers.begin("busy")
    receivers.note("busy", is_trouble=True)
    for number in range(10):
        taken(receivers, f"good {number}")
        failed(receivers, f"bad {number}")
    assert list(receivers._known) == ["busy", "bad 8", "bad 9"]
    assert list(receivers._proven) == ["good 7", "good 8", "good 9"]
