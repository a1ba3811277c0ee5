"""The race against the peers: each in turns with Partywire, on the same cores."""

from collections.abc import Callable, Iterator
from functools import partial

from tools.postgresql import NotToBeHad

from bench.load import LoadFailed
from bench.peers import emulate, go_servers, prism, synapse
from bench.peers.duels import Duel
from bench.peers.matrix import Refused
from bench.servers import NotStarted
from bench.tables import Row, Table, not_measured, per_second
from bench.track import ENGINES, NotMeasured, Track, say

ABSENT = (NotMeasured, NotToBeHad, NotStarted, LoadFailed, Refused)

NOTES = (
    "The closest equivalent requests; each peer in turns with Partywire, the server on the first "
    "core, wrk on the last, and as much data on both sides: 50 or 200 conversations of one user, "
    "ten messages in each of the first 50. 16 connections, but 2 for Synapse's syncs, which more "
    "would only make wait. Partywire answers from the engine that the peer has, SQLite where it "
    "has none. The peers are as their packages bring them, with logs of requests and limits of "
    "rate switched off. Synapse's cache of whole sync answers is off, for it would be measured "
    "in place of a sync. Its sliding sync leaves the unread counts at 0. Read receipts walk over "
    "500 messages and then from the start again, where Synapse has nothing more to write. "
    "emulate stops at 5,000 requests, so that each figure is a fresh start's first 4,500; what "
    "it stores is in memory."
)


def _row(track: Track, peer: str, duel: Duel) -> Row:
    say(f"{peer}: {duel.what}")
    name = f"{peer}: {duel.what}"
    try:
        best = track.best({"theirs": duel.theirs, "ours": duel.ours}, duel.rounds)
    except LoadFailed as reason:
        return not_measured(name, reason, met=False)
    theirs, ours = best["theirs"], best["ours"] / duel.share
    ratio = ours / theirs
    cells = (name, per_second(ours), per_second(theirs), f"{ratio:,.1f}")
    if duel.bound is None:
        return Row(cells)
    return Row((*cells, f"≥ {duel.bound}"), ratio >= duel.bound)


def _rows(track: Track, peer: str, duels: Callable[[], Iterator[Duel]]) -> Iterator[Row]:
    try:
        for duel in duels():
            yield _row(track, peer, duel)
    except ABSENT as reason:
        yield not_measured(peer, reason)


def tables(track: Track) -> Iterator[Table]:
    """One table."""
    rows = [
        *_rows(track, prism.NAME, partial(prism.duels, track)),
        *_rows(track, emulate.NAME, partial(emulate.duels, track)),
    ]
    for engine in ENGINES:
        try:
            name = f"{synapse.version()} on {engine}"
        except NotMeasured as reason:
            rows.append(not_measured(f"Synapse on {engine}", reason))
            continue
        rows += _rows(track, name, partial(synapse.duels, track, engine))
    for name in go_servers.MODULES:
        try:
            go_servers.tried(name)
        except NotMeasured as reason:
            rows.append(not_measured(name, reason))
    head = ("theirs ↔ ours", "Partywire", "the peer", "ratio", "bound")
    yield Table("Peers", head, tuple(rows), NOTES)
