"""A place that keeps one request waiting is known, until it has answered."""

import pytest

from partywire.delivery.push import waiting as module
from partywire.delivery.push.waiting import Waiting


def test_a_place_that_was_asked_long_ago_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    waiting = Waiting()
    assert not waiting.is_long("here")
    with waiting.at("here"):
        now[0] += module.LONG
        assert not waiting.is_long("here")
        with waiting.at("here"):
            now[0] += 0.1
            assert waiting.is_long("here")
            assert not waiting.is_long("there")
        assert waiting.is_long("here")
    assert not waiting.is_long("here")


def test_what_the_oldest_was_asked_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    waiting = Waiting()
    first, second = waiting.at("here"), waiting.at("here")
    first.__enter__()
    now[0] += module.LONG + 1
    second.__enter__()
    assert waiting.is_long("here")
    first.__exit__(None, None, None)
    assert not waiting.is_long("here")
    second.__exit__(None, None, None)


def test_nothing_is_kept_of_a_place_that_has_answered() -> None:
    waiting = Waiting()
    with pytest.raises(KeyError), waiting.at("here"):
        raise KeyError
    assert waiting._since == {}
