"""What an idle socket costs, and whether many are held while posting goes on."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

from bench import budget
from bench.budget import SHAPE
from bench.servers import many_files, resident_kib
from bench.sockets import client, crowd
from bench.tables import Row, Table, per_second
from bench.track import Track

IDLE = 5_000
WARM_UP = 50


def _rows(track: Track) -> Iterator[Row]:
    made = track.made("SQLite", **SHAPE)
    (token,) = crowd.tokens_of(made, 1)
    with track.serving(made) as server, ExitStack() as stack:
        for _ in range(WARM_UP):
            client.connected(server.address, token).connection.close()
        posting = track.loading(server, budget.posting(made, 1), 64)
        alone = max(posting() for _ in range(track.pace.rounds))
        before, began = resident_kib(server.pid), time.monotonic()
        opened = [stack.enter_context(client.connected(server.address, token)) for _ in range(IDLE)]
        spent = time.monotonic() - began
        after = resident_kib(server.pid)
        sizes = (f"{before / 1024:.1f} MiB", f"{after / 1024:.1f} MiB")
        each = f"{(after - before) * 1024 / IDLE:,.0f} bytes"
        yield Row((f"{IDLE:,} idle sockets, {IDLE / spent:,.0f} begun in a second", *sizes, each))
        held = max(posting() for _ in range(track.pace.rounds))
        alive = sum(one.is_open() for one in opened)
        name = f"messages posted alone, and with {alive:,} of {IDLE:,} sockets held"
        yield Row((name, per_second(alone), per_second(held), f"{held / alone:.2f}"))


def tables(track: Track) -> Iterator[Table]:
    """One table."""
    with many_files():
        rows = tuple(_rows(track))
    yield Table(
        "Idle sockets of one process",
        ("what", "before", "after", "each, or ratio"),
        rows,
        "Each socket has shown a good token and says nothing more; all over loopback, on SQLite. "
        "The client answers no pings, so that all of it has to happen within 45 seconds.",
    )
