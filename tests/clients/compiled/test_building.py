"""How client programs are built, and what is said where they cannot be."""

import sys
from pathlib import Path

import pytest

from clients.compiled import building
from clients.compiled.building import Stamp, Unavailable, run


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(building, "ROOT", tmp_path)
    made = tmp_path / "main.go"
    made.write_text("package main")
    return made


def test_a_stamp_holds_until_a_source_changes(source: Path, tmp_path: Path) -> None:
    place = tmp_path / "built-from"
    assert not Stamp(place, [source]).holds
    Stamp(place, [source]).press()
    assert Stamp(place, [source]).holds
    source.write_text("package other")
    assert not Stamp(place, [source]).holds


def test_a_stamp_does_not_hold_for_one_source_more(source: Path, tmp_path: Path) -> None:
    place = tmp_path / "built-from"
    Stamp(place, [source]).press()
    more = tmp_path / "more.go"
    more.write_text("")
    assert not Stamp(place, [source, more]).holds


def failing(said: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; print({said!r}); sys.exit(1)"]


def test_what_cannot_be_fetched_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot fetch: no such host"):
        run(failing("dial: no such host\nhelp"), tmp_path, fetching="no such host")


def test_what_fails_otherwise_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="checksum mismatch"):
        run(failing("checksum mismatch"), tmp_path, fetching="no such host")


def test_what_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be run"):
        run([tmp_path / "nothing"], tmp_path)
