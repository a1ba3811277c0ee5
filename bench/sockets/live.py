"""How soon those who subscribed are told of a message, to a bare WebSocket that tells as much."""

import contextlib
import statistics
from collections.abc import Iterator
from contextlib import ExitStack

from msgspec import Struct
from tools.postgresql import NotToBeHad

from bench import servers
from bench.budget import posting
from bench.data import Made
from bench.servers import LAST_CORE, Server
from bench.sockets import client, crowd
from bench.sockets.client import Socket
from bench.sockets.crowd import Crowd
from bench.sockets.speaking import Poster, Speaker, best, caller, percentile
from bench.tables import Row, Table, not_measured, per_second
from bench.track import ENGINES, Pace, Track, say

CROWD = 1_000
BURST = 20
SHAPE = {"user_conversations_count": 50, "people": CROWD}

_ADDED = b'"list_item_added"'


class Pair(Struct, frozen=True):
    """Ours, and the bare one with messages of the same size."""

    ours: Speaker
    bare: Speaker


@contextlib.contextmanager
def _listening(made: Made, tokens: list[str], ours: Server, bare: Server) -> Iterator[Pair]:
    """As many listeners as tokens; of a single one, what is bare is an echo."""
    thing = crowd.messages_of(made)
    with ExitStack() as stack:

        def opened(path: str) -> Socket:
            return stack.enter_context(client.dialed(bare.address, path))

        subscribed = [
            stack.enter_context(client.subscribed(ours.address, token, thing)) for token in tokens
        ]
        poster = stack.enter_context(contextlib.closing(Poster(ours.address, posting(made, 1))))
        listeners = Crowd(subscribed, lambda message: _ADDED in message)
        us = Speaker(poster.say, poster.rest, listeners)
        us.heard()
        size = len(listeners.last)
        speaking = opened("/speak" if len(tokens) > 1 else "/echo")
        others = [opened("/crowd") for _ in tokens] if len(tokens) > 1 else [speaking]
        told = Crowd(others, lambda message: len(message) == size)
        yield Pair(us, caller(speaking, bytes(size), told))


def _row(name: str, ours: float, bare: float) -> Row:
    """Two times."""
    shown = (f"{ours * 1000:,.2f} ms", f"{bare * 1000:,.2f} ms")
    return Row((name, *shown, f"{ours / bare:.1f} times as long"))


def _alone(engine: str, pair: Pair, pace: Pace) -> Iterator[Row]:
    say(f"{engine}: one subscriber")
    measures = {
        "ours": pair.ours.heard,
        "bare": pair.bare.heard,
        "answered": pair.ours.answered,
    }
    found = best(measures, pace.rounds, pace.seconds)
    size = len(pair.ours.listeners.last)
    for part, what in ((0.5, "the median"), (0.99, "the 99th percentile")):
        name = f"{engine}: a message over REST until the subscriber has it ({size:,} bytes), {what}"
        yield _row(name, percentile(found["ours"], part), percentile(found["bare"], part))
    until = percentile(found["answered"], 0.5)
    bare = percentile(found["bare"], 0.5)
    yield _row(f"{engine}: the same message until it is answered, the median", until, bare)


def _together(engine: str, pair: Pair, pace: Pace) -> Iterator[Row]:
    say(f"{engine}: {CROWD:,} subscribers")
    found = best({"ours": pair.ours.heard, "bare": pair.bare.heard}, pace.rounds, pace.seconds)
    medians = [statistics.median(found[each]) for each in ("ours", "bare")]
    yield _row(f"{engine}: a message until the last of {CROWD:,} sockets has it", *medians)
    bursts = {
        "ours": lambda: pair.ours.heard(BURST),
        "bare": lambda: pair.bare.heard(BURST),
    }
    found = best(bursts, pace.rounds, pace.seconds)
    ours, bare = (CROWD * BURST / statistics.median(found[each]) for each in ("ours", "bare"))
    name = f"{engine}: told to {CROWD:,} sockets, {BURST} messages posted at once"
    yield Row((name, per_second(ours), per_second(bare), f"{ours / bare:.2f}"))


def _rows(track: Track, engine: str) -> Iterator[Row]:
    made = track.made(engine, **SHAPE)
    tokens = crowd.tokens_of(made, CROWD)
    with ExitStack() as stack:
        stack.enter_context(servers.many_files())
        ours = stack.enter_context(track.serving(made))
        bare = stack.enter_context(servers.bare_sockets(track.folder))
        stack.enter_context(servers.on_core(LAST_CORE))
        with _listening(made, tokens[:1], ours, bare) as pair:
            yield from _alone(engine, pair, track.pace)
        with _listening(made, tokens, ours, bare) as pair:
            yield from _together(engine, pair, track.pace)


def tables(track: Track) -> Iterator[Table]:
    """One table, both engines."""
    rows: list[Row] = []
    for engine in ENGINES:
        try:
            rows += _rows(track, engine)
        except NotToBeHad as reason:
            rows.append(not_measured(engine, reason))
    yield Table(
        "From a post to those who subscribed, to a bare WebSocket",
        ("what", "Partywire", "bare", "ratio"),
        tuple(rows),
        f"{CROWD:,} people of one conversation, each with a socket of the chat SDK's protocol "
        "that is subscribed to its messages; somebody posts over REST, durably. What is bare is "
        "uvicorn with the same WebSocket, and behind it a loop that sends what comes to everybody, "
        "in frames of the same size; to the one who sent it, where there is one subscriber. The "
        "servers have the first core, all sockets' other ends the last; each message comes "
        "20 ms after everybody has heard the one before. Medians of the best round.",
    )
