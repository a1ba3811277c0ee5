"""What a worker knows of itself, and what all workers know together."""

import asyncio
import time
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from conftest import NOON
from partywire.storage.timings import Timings
from partywire.wire.http import figures
from partywire.wire.http.figures import Counter, Figures, Happened, Shared, Spent
from partywire.wire.http.traffic import BOUNDS, Traffic

PATIENCE = 20.0


class Load:
    """A server with three connections, two of them at work."""

    connections = 3
    sockets = 1
    in_flight = 2


def counter(worker: int = 1, requests: int = 0, timings: Timings | None = None) -> Counter:
    """A worker that has answered so many requests."""
    traffic = Traffic()
    for _ in range(requests):
        traffic.finished(traffic.route("GET", "/v1/Users"), 200, 0.5, NOON, "", b"RQ1")
    return Counter(traffic, Load(), lambda: False, timings, worker=worker)


def answered(found: list[Figures]) -> dict[int, int]:
    """How many requests each worker has answered."""
    return {one.worker: sum(sum(at.statuses.values()) for at in one.routes) for one in found}


def written(folder: Path) -> int:
    """How many workers have put their figures there."""
    return len(list(folder.glob("worker-?.json")))


def test_a_worker_tells_what_it_has_counted() -> None:
    found = counter(4, requests=2, timings=Timings(5, 0.5, 1, 0.25)).figures()
    assert found.worker == 4
    assert (found.connections, found.sockets, found.in_flight) == (3, 1, 2)
    assert not found.draining
    assert found.database == {"read": Spent(5, 0.5), "transaction": Spent(1, 0.25)}
    buckets = [0] * (len(BOUNDS) + 1)
    buckets[BOUNDS.index(0.5)] = 2
    assert found.routes == [Happened("GET", "/v1/Users", {200: 2}, buckets, 1.0)]
    assert found.started <= found.written <= time.time()
    assert found.processor_seconds > 0


def test_a_system_that_says_nothing_of_its_processes_is_no_obstacle(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert (counter().figures().resident or 0) > 1024 * 1024
    monkeypatch.setattr(figures, "_RESIDENT", tmp_path / "none")
    monkeypatch.setattr(figures, "_OPEN", tmp_path / "none")
    found = counter().figures()
    assert (found.resident, found.open_files) == (None, None)


def test_a_database_that_does_not_say_is_left_out() -> None:
    assert counter().figures().database == {}


def test_lines_that_the_log_dropped_are_told() -> None:
    log = SimpleNamespace(dropped=7)
    made = Counter(Traffic(), Load(), lambda: True, log=log)  # type: ignore[arg-type]
    assert (made.figures().lines_dropped, made.figures().draining) == (7, True)


def test_a_worker_alone_needs_no_folder() -> None:
    assert answered(Shared(counter(requests=3), None).everybody()) == {1: 3}


async def test_whichever_worker_is_asked_tells_of_all(tmp_path: Path) -> None:
    workers = [Shared(counter(number, requests=number), tmp_path) for number in (1, 2, 3)]
    async with workers[0].written(), workers[1].written(), workers[2].written():
        deadline = time.monotonic() + PATIENCE
        while written(tmp_path) < 3:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
        for worker in workers:
            assert answered(worker.everybody()) == {1: 1, 2: 2, 3: 3}


async def test_what_was_told_once_is_told_by_the_others_too(tmp_path: Path) -> None:
    traffic = Traffic()
    one = Shared(Counter(traffic, Load(), lambda: False, worker=1), tmp_path)
    other = Shared(counter(2), tmp_path)
    for count in range(1, 4):
        traffic.finished(traffic.route("GET", "/v1/Users"), 200, 0.5, NOON, "", b"RQ1")
        assert answered(one.everybody())[1] == count
        # Between two of its regular writings, and yet no figure goes back.
        assert answered(other.everybody())[1] == count


async def test_a_worker_keeps_its_figures_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "_EVERY_SECONDS", 0.01)
    traffic = Traffic()
    one = Shared(Counter(traffic, Load(), lambda: False, worker=1), tmp_path)
    other = Shared(counter(2), tmp_path)
    async with one.written():
        traffic.finished(traffic.route("GET", "/v1/Users"), 200, 0.5, NOON, "", b"RQ1")
        deadline = time.monotonic() + PATIENCE
        while answered(other.everybody()).get(1) != 1:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)


def test_a_worker_without_news_is_dead(tmp_path: Path) -> None:
    silent = msgspec.structs.replace(counter(2).figures(), written=time.time() - 60)
    (tmp_path / "worker-2.json").write_bytes(msgspec.json.encode(silent))
    assert answered(Shared(counter(1), tmp_path).everybody()) == {1: 0}


async def test_a_folder_that_is_gone_does_not_end_the_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "_EVERY_SECONDS", 0.01)
    folder = tmp_path / "shared"
    async with Shared(counter(1), folder).written():
        await asyncio.sleep(0)  # the first writing fails
        folder.mkdir()
        deadline = time.monotonic() + PATIENCE
        while not (folder / "worker-1.json").exists():
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
