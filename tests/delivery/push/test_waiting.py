"""A place that keeps one request waiting is known, until it has answered."""

import contextlib

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
        now[0] += 0.1
        assert waiting.is_long("here")
        assert not waiting.is_long("there")
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


def test_a_place_that_answers_others_is_not_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """One request that is lost there is no reason to leave it alone."""
    now = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    waiting = Waiting()
    with waiting.at("here"):
        now[0] += 5 * module.LONG
        assert waiting.is_long("here")
        assert not waiting.answers("here")
        with pytest.raises(KeyError), waiting.at("here"):
            raise KeyError
        assert waiting.is_long("here")
        assert not waiting.answers("here")
        with waiting.at("here"):
            pass
        assert not waiting.is_long("here")
        assert waiting.answers("here")
        now[0] += module.LONG + 1
        assert waiting.is_long("here")
    assert not waiting.answers("here")


def test_at_one_place_no_more_than_so_many_wait() -> None:
    waiting = Waiting()
    with contextlib.ExitStack() as stack:
        for _ in range(module._MOST):
            assert not waiting.is_long("here")
            stack.enter_context(waiting.at("here"))
        assert waiting.is_long("here")
        assert not waiting.is_long("there")


def test_nothing_is_kept_of_a_place_that_has_answered() -> None:
    waiting = Waiting()
    with pytest.raises(KeyError), waiting.at("here"):
        raise KeyError
    with waiting.at("here"):
        pass
    assert (waiting._since, waiting._answered) == ({}, {})
