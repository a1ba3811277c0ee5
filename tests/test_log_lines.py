"""Lines that a thread writes: all of them, in order, and never at the price of who adds them."""

import fcntl
import logging
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from partywire import log_lines
from partywire.log_lines import MOST_WAITING, LinesHandler, LogLines

PATIENCE = 20.0


def await_that(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[int]:
    opened = os.open(tmp_path / "log", os.O_RDWR | os.O_CREAT)
    yield opened
    os.close(opened)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe's two ends: where to read and where to write."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_lines_are_written_without_being_asked_for(tmp_path: Path, file: int) -> None:
    lines = LogLines(file)
    lines.add(b"one\n")
    await_that(lambda: (tmp_path / "log").read_bytes() == b"one\n")
    lines.add(b"two\n")
    await_that(lambda: (tmp_path / "log").read_bytes() == b"one\ntwo\n")
    lines.close()


def test_what_waits_is_written_before_the_end(tmp_path: Path, file: int) -> None:
    lines = LogLines(file)
    expected = [b"%d\n" % number for number in range(10_000)]
    for line in expected:
        lines.add(line)
    lines.close()
    assert (tmp_path / "log").read_bytes() == b"".join(expected)
    assert lines.dropped == 0


def test_who_adds_lines_while_others_are_written_loses_none(tmp_path: Path, file: int) -> None:
    lines = LogLines(file)
    added = 0
    deadline = time.monotonic() + PATIENCE
    # Long enough for several writes, and always less than would be dropped.
    while (tmp_path / "log").stat().st_size < 100_000 and time.monotonic() < deadline:
        if len(lines.waiting) < MOST_WAITING // 2:
            lines.waiting.append(b"%d\n" % added)
            added += 1
    lines.close()
    assert [int(line) for line in (tmp_path / "log").read_bytes().split()] == list(range(added))


def test_a_reader_that_has_fallen_asleep_stops_nobody(pipe: tuple[int, int]) -> None:
    read, write = pipe
    lines = LogLines(write)
    line = b"x" * 99 + b"\n"
    for _ in range(3 * MOST_WAITING):
        lines.add(line)
    # More than a pipe holds waits or has been dropped, and nothing has waited for the reader.
    assert len(lines.waiting) <= MOST_WAITING
    assert lines.dropped >= MOST_WAITING - 1
    got = bytearray()
    reading = threading.Thread(target=lambda: _read_into(got, read), daemon=True)
    reading.start()
    await_that(lambda: not lines.waiting)
    lines.add(b"awake\n")
    await_that(lambda: got.endswith(b"awake\n"))
    lines.close()
    assert len(got.split()) == 3 * MOST_WAITING - lines.dropped + 1


def _read_into(got: bytearray, end: int) -> None:
    while not got.endswith(b"awake\n"):
        got += os.read(end, 65536)


def _taken(end: int, size: int) -> bytes:
    """So many bytes of a pipe; fails where they do not come."""
    got = bytearray()
    while len(got) < size:
        assert select.select([end], [], [], PATIENCE)[0], f"only {len(got)} bytes came"
        got += os.read(end, 65536)
    return bytes(got)


def test_the_end_does_not_wait_for_ever_for_a_reader(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_lines, "_PATIENCE_SECONDS", 0.2)
    read, write = pipe
    lines = LogLines(write)
    for _ in range(2_000):
        lines.add(b"x" * 999 + b"\n")
    lines.close()
    assert lines._thread.is_alive()
    _taken(read, 2_000_000)
    lines._thread.join(PATIENCE)
    assert not lines._thread.is_alive()


def test_lines_for_a_closed_pipe_are_counted_and_do_no_harm() -> None:
    read, write = os.pipe()
    os.close(read)
    lines = LogLines(write)
    lines.add(b"one\n")
    await_that(lambda: lines.dropped == 1)
    lines.add(b"two\n")
    await_that(lambda: lines.dropped == 2)
    lines.close()
    os.close(write)


def test_a_pipe_that_somebody_made_unblocking_is_waited_for(pipe: tuple[int, int]) -> None:
    read, write = pipe
    os.set_blocking(write, False)
    lines = LogLines(write)
    for number in range(2_000):
        lines.add(b"%0999d\n" % number)
    await_that(lambda: not lines.waiting)
    got = _taken(read, 2_000_000)
    lines.close()
    assert [int(line) for line in got.split()] == list(range(2_000))
    assert lines.dropped == 0


_WRITES = """
import sys
from pathlib import Path
from partywire.log_lines import LogLines
lines = LogLines(1, Path(sys.argv[2]))
for number in range(3_000):
    lines.add((sys.argv[1] * 200 + "\\n").encode())
lines.close()
"""


def test_processes_that_take_turns_do_not_tear_each_other_s_lines(
    tmp_path: Path, pipe: tuple[int, int]
) -> None:
    read, write = pipe
    commands = [[sys.executable, "-c", _WRITES, letter, str(tmp_path / "turn")] for letter in "abc"]
    writers = [subprocess.Popen(command, stdout=write) for command in commands]
    got = _taken(read, 3 * 3_000 * 201)
    assert [writer.wait(PATIENCE) for writer in writers] == [0, 0, 0]
    lines = got.decode().split()
    assert {len(line) for line in lines} == {200}
    assert {frozenset(line) for line in lines} == {frozenset(letter) for letter in "abc"}


def test_nothing_is_written_out_of_turn(tmp_path: Path, file: int) -> None:
    turn = tmp_path / "turn"
    held = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX); "
    held += "print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", held, str(turn)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    lines = LogLines(file, turn)
    lines.add(b"patient\n")
    await_that(lambda: not lines.waiting)  # the thread has taken it, and asks for its turn
    assert (tmp_path / "log").read_bytes() == b""
    holder.communicate()
    await_that(lambda: (tmp_path / "log").read_bytes() == b"patient\n")
    lines.close()
    with turn.open("r+b") as free:
        fcntl.lockf(free, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_record_of_the_program_becomes_one_line(tmp_path: Path, file: int) -> None:
    lines = LogLines(file)
    handler = LinesHandler(lines)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    handler.handle(logging.makeLogRecord({"levelname": "ERROR", "msg": "half \udc80 a \u00fc"}))
    lines.close()
    assert (tmp_path / "log").read_bytes() == "ERROR half \\udc80 a ü\n".encode()
