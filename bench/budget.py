"""The speed budget of the design: to bare ASGI on SQLite, to pgbench on PostgreSQL."""

import contextlib
from collections.abc import Iterator

from msgspec import Struct
from tools.postgresql import NotToBeHad

from bench import load, pgbench, servers
from bench.data import Made
from bench.load import Request
from bench.tables import Row, Table, not_measured, per_second
from bench.track import Track, say

SHAPE = {"user_conversations_count": 200}
OF_PGBENCH = 0.25
LOGGING = "the same, with a line in the log for each request"


class Case(Struct, frozen=True):
    """One operation of the budget."""

    name: str
    request: Request
    status: int
    connections: int
    of_bare: float


def cases(made: Made) -> list[Case]:
    """The three operations."""
    authorization = load.basic(made.username, made.password)
    base = f"/v1/Users/{made.user}/Conversations"
    fetch = load.get(authorization, f"{base}/{made.conversations[0]}")
    page = load.get(authorization, f"{base}?PageSize=50")
    return [
        Case("fetch a UserConversation", fetch, 200, 16, 0.45),
        Case("list 50 UserConversations", page, 200, 16, 0.12),
        Case("post a message, durable", posting(made, 1), 201, 64, 0.20),
    ]


def posting(made: Made, spread: int) -> Request:
    """Posts to so many conversations in turn."""
    paths = (f"/v1/Conversations/{sid}/Messages" for sid in made.conversations[:spread])
    return load.post(load.basic(made.username, made.password), "Author=alice&Body=Hello", *paths)


def _row(name: str, ours: float, theirs: float, bound: float | None = None) -> Row:
    ratio = ours / theirs
    cells = (name, per_second(ours), per_second(theirs), f"{ratio:.3f}")
    if bound is None:
        return Row(cells)
    return Row((*cells, f"≥ {bound}"), ratio >= bound)


def on_sqlite(track: Track) -> Iterator[Row]:
    """Ours, and bare ASGI answering the same bytes."""
    made = track.made("SQLite", **SHAPE)
    with track.serving(made) as ours, track.serving(made, access_log=True) as logging:
        for number, case in enumerate(cases(made)):
            say(f"SQLite: {case.name}")
            body = track.folder / "body"
            body.write_bytes(load.send(ours.url, case.request, case.request.targets[0]))
            with servers.bare(body, case.status) as bare:
                entered = {"ours": ours, "bare": bare} | ({} if number else {"logging": logging})
                contestants = {
                    each: track.loading(server, case.request, case.connections)
                    for each, server in entered.items()
                }
                best = track.best(contestants)
            name = f"{case.name} ({len(body.read_bytes()):,} bytes)"
            yield _row(name, best["ours"], best["bare"], case.of_bare)
            if number == 0:
                yield _row(LOGGING, best["logging"], best["bare"])


def on_postgresql(track: Track) -> Iterator[Row]:
    """Ours, and pgbench running what our server sent."""
    made = track.made("PostgreSQL", **SHAPE)
    operations = [(case.name, case.request, case.connections) for case in cases(made)]
    operations += [("the same, spread over 50 conversations", posting(made, 50), 64)]
    sent = pgbench.captured(track, made, [request for _, request, _ in operations])
    with track.serving(made) as ours:
        for (name, request, connections), scripts in zip(operations, sent, strict=True):
            say(f"PostgreSQL: {name}")
            measure = track.loading(ours, request, connections)
            measure()  # opens the connections that are counted next
            clients = pgbench.connections_of(made)
            contestants = {"ours": measure, "pgbench": scripts.running(track, clients)}
            best = track.best(contestants)
            label = f"{name}; {scripts.told}, {clients} connections"
            yield _row(label, best["ours"], best["pgbench"], OF_PGBENCH)


def tables(track: Track) -> Iterator[Table]:
    """Both tables."""
    with contextlib.suppress(NotToBeHad):
        track.made("PostgreSQL", **SHAPE)  # before the database that it copies grows by posting
    yield Table(
        "Speed on SQLite, to bare ASGI",
        ("operation", "Partywire", "bare ASGI", "ratio", "budget"),
        tuple(on_sqlite(track)),
        'One process on one core, wrk on the other. "Bare ASGI" is uvicorn (httptools, uvloop) '
        "answering the same bytes with the same headers and doing nothing else. 16 connections "
        "for reads, 64 for posting; a message is acknowledged after `COMMIT` with "
        "`synchronous=FULL`. Neither logs requests, unless the line says so.",
    )
    try:
        rows = tuple(on_postgresql(track))
    except NotToBeHad as reason:
        rows = (not_measured("all", reason),)
    yield Table(
        "Speed on PostgreSQL, to pgbench",
        ("operation", "Partywire", "pgbench", "ratio", "budget"),
        rows,
        "pgbench runs the very statements that our server sent for one such request, as "
        "PostgreSQL's own log shows them, prepared, on the same server and data, with as many "
        "connections as our server had open. Partywire and pgbench have the first core, wrk the "
        "last, PostgreSQL takes what it gets of both. `fsync` and `synchronous_commit` are on.",
    )
