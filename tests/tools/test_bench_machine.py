"""What the race asks of its machine."""

from pathlib import Path

import pytest
from bench import machine


def test_cores_are_asked_to_stay_awake_until_the_race_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = tmp_path / "cpu_dma_latency"
    monkeypatch.setattr(machine, "_LATENCY", device)
    with machine.awake() as is_awake:
        assert is_awake
        assert device.read_bytes() == bytes(4)  # microseconds, as the kernel reads them
        assert str(device) in _open_files()
    assert str(device) not in _open_files()


def test_who_may_not_ask_is_told_and_races_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_LATENCY", tmp_path / "none" / "cpu_dma_latency")
    with machine.awake() as is_awake:
        assert not is_awake


def test_what_breaks_the_race_is_not_taken_for_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_LATENCY", tmp_path / "cpu_dma_latency")
    with pytest.raises(OSError, match="the disk is full"), machine.awake():
        raise OSError("the disk is full")


def _open_files() -> set[str]:
    return {str(one.resolve()) for one in Path("/proc/self/fd").iterdir()}
