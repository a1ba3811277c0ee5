from time import monotonic

import pytest

from partywire.wire.http import remembered
from partywire.wire.http.remembered import Remembered, until_forgotten


def test_what_was_found_just_now_is_remembered() -> None:
    memory: Remembered[str, int] = Remembered()
    memory.keep("a", 1, monotonic())

    assert memory.get("a") == 1
    assert memory.get("b") is None


def test_what_was_asked_too_long_ago_is_not_remembered_however_late_it_was_kept() -> None:
    memory: Remembered[str, int] = Remembered()
    memory.keep("a", 1, monotonic() - 0.1)

    assert memory.get("a") is None


async def test_who_waits_until_it_is_forgotten_finds_nothing() -> None:
    memory: Remembered[str, int] = Remembered()
    memory.keep("a", 1, monotonic())

    await until_forgotten()

    assert memory.get("a") is None


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST", 2)
    memory: Remembered[int, int] = Remembered()
    for number in range(3):
        memory.keep(number, number, monotonic())

    assert [memory.get(number) for number in range(3)] == [None, None, 2]
