"""The limits: what the machine can do at all."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.postgresql import NotToBeHad

from bench import budget, load, pgbench, servers
from bench.machine import said_by
from bench.tables import Row, Table, counted, not_measured, per_second
from bench.track import NotMeasured, Track, say

ROUNDS, SECONDS = 2, 2
RECORD = 1024  # bytes; about what a message takes in a journal
GROUP = 64  # records that share one fdatasync
CLIENTS = (1, 10, 64)


def _bare(track: Track) -> Iterator[Row]:
    body = track.folder / "small"
    body.write_bytes(b"{}")
    with servers.bare(body, 200) as bare:
        for connections in (1, 16, 64):
            request = load.get(load.basic("AC", "token"), "/")
            best = track.best(
                {"bare": track.loading(bare, request, connections, seconds=SECONDS)}, ROUNDS
            )
            name = f"bare ASGI, 2 bytes, {counted(connections, 'connection')}"
            yield Row((name, per_second(best["bare"])))


def flushed(file: Path, group: int, seconds: float) -> float:
    """Records per second that reach the disk, ``group`` of them with each flush."""
    record, written = os.urandom(RECORD) * group, 0
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        # As a journal does: over space that is there, so that no length changes.
        os.write(opened, bytes(64 * 2**20))
        os.fsync(opened)
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            os.pwrite(opened, record, written * RECORD % (32 * 2**20))
            os.fdatasync(opened)
            written += group
        return written / (time.monotonic() - began)
    finally:
        os.close(opened)
        file.unlink()


def _disk(track: Track) -> Iterator[Row]:
    def measure(group: int) -> Callable[[], float]:
        return lambda: flushed(track.folder / "flushed", group, SECONDS)

    best = track.best({str(group): measure(group) for group in (1, GROUP)}, ROUNDS)
    file_system = said_by("stat", "-f", "-c", "%T", str(track.folder))
    for group in (1, GROUP):
        name = f"disk ({file_system}), {RECORD:,} bytes and fdatasync, {group} at a time"
        yield Row((name, per_second(best[str(group)])))


def _host(track: Track) -> Table:
    say("limits of the machine")
    rows = (*_bare(track), *_disk(track))
    return Table("Limits: bare ASGI and the disk", ("what", "at most"), rows)


def _database(track: Track) -> Table:
    say("limits of PostgreSQL")
    head = ("what pgbench runs", *(counted(number, "client") for number in CLIENTS))
    title = "Limits: pgbench with our statements"
    notes = (
        "As in the budget's table, but with other numbers of clients; for scale, the least that "
        "a statement can cost."
    )
    try:
        made = track.made("PostgreSQL", **budget.SHAPE)
        cases = budget.cases(made)
        sent = pgbench.captured(track, made, [case.request for case in cases])
    except (NotToBeHad, NotMeasured) as reason:
        return Table(title, head, (not_measured("all", reason),), notes)
    nothing = pgbench.Scripts(("SELECT 1;\n",), {}, sent[0].database, 1)
    scripts = {"`SELECT 1`": nothing}
    scripts |= {case.name: script for case, script in zip(cases, sent, strict=True)}
    rows = []
    for name, script in scripts.items():
        best = track.best({str(n): script.running(track, n, SECONDS) for n in CLIENTS}, ROUNDS)
        rows.append(Row((name, *(per_second(best[str(n)]) for n in CLIENTS))))
    return Table(title, head, tuple(rows), notes)


def tables(track: Track) -> Iterator[Table]:
    """The machine's, and PostgreSQL's."""
    yield _host(track)
    yield _database(track)
