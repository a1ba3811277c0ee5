"""What somebody sees who waits: a bar on a terminal, lines elsewhere, nothing on stdout."""

import io
import sys

import pytest

from partywire.cli.waiting import Progress


class Terminal(io.StringIO):
    """A screen."""

    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Shows stderr to somebody: no fixture, because pytest puts its own back before the test."""
    made = Terminal()
    monkeypatch.setattr(sys, "stderr", made)
    return made


def test_elsewhere_there_is_a_line_for_each_table(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        assert not progress.begun
        progress.phase("copying", 2500, 0)
        progress.moved("users", 500)
        progress.moved("messages", 1000)
        progress.moved("messages", 1000)
        progress.phase("proving", 5000, 0)
        assert progress.begun

    assert capsys.readouterr() == (
        "",
        "copying: 0 of 2,500\n"
        "copying: 500 of 2,500 users\n"
        "copying: 1,500 of 2,500 messages\n"
        "proving: 0 of 5,000\n",
    )


def test_a_long_table_has_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        progress.phase("copying", 1_000_000, 300_000)
        for _ in range(70):
            progress.moved("messages", 10_000)

    said = capsys.readouterr().err.splitlines()
    assert said[0] == "copying: 300,000 of 1,000,000"
    assert said[-1] == "copying: 910,000 of 1,000,000 messages"
    assert len(said) == 2 + 6


def test_on_a_terminal_there_is_a_bar_that_starts_where_an_earlier_attempt_ended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = terminal(monkeypatch)
    with Progress() as progress:
        progress.phase("copying", 200, 50)
        progress.moved("messages", 100)
        progress.moved("messages", 50)
        progress.phase("proving", 400, 0)

    copying, _, proving = screen.getvalue().partition("proving")
    assert [share for share in ("25%", "75%", "100%") if share not in copying] == []
    assert "copying" in copying
    assert "messages" not in copying
    assert "0%" in proving
    assert capsys.readouterr().out == ""


def test_nothing_to_do_is_no_division_by_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    with Progress() as progress:
        progress.phase("copying", 0, 0)

    assert "copying" in screen.getvalue()
