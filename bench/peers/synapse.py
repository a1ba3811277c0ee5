"""Matrix Synapse, on SQLite and on PostgreSQL: the chat server that installs from PyPI alone."""

import contextlib
import itertools
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import load
from bench.data import Made
from bench.load import Request, Target
from bench.peers import matrix
from bench.peers.duels import Duel
from bench.peers.matrix import Homeserver
from bench.peers.packages import from_pip, version_of
from bench.servers import Server, answers, await_that, free_port, running
from bench.track import NotMeasured, Track, say

PACKAGES = ("matrix-synapse", "psycopg2-binary")
SECRET = "bench"
CONNECTIONS = 16
# A sync takes Synapse's one process a good part of a second: more would only wait for longer.
SYNC_CONNECTIONS = 2
SYNC_SECONDS, LONG_SYNC_SECONDS = 5, 15
ROUNDS = 2
FEW, MANY = 50, 200
MESSAGES_EACH = 10
BOUND = 20
NO_LIMIT = {"per_second": 1e9, "burst_count": 10**9}
_MODULE = ["-m", "synapse.app.homeserver", "-c", "homeserver.json"]


def _settings(port: int, database: dict[str, Any]) -> dict[str, Any]:
    """Its configuration: nothing that costs it time for nothing, and no limits of rate."""
    listener = {
        "port": port,
        "bind_addresses": ["127.0.0.1"],
        "type": "http",
        "tls": False,
        "resources": [{"names": ["client"]}],
    }
    return {
        "server_name": "bench.localhost",
        "listeners": [listener],
        "database": database,
        "pid_file": "pid",
        "log_config": "log.json",
        "media_store_path": "media",
        "signing_key_path": "signing.key",
        "registration_shared_secret": SECRET,
        "macaroon_secret_key": SECRET,
        "form_secret": SECRET,
        "report_stats": False,
        "trusted_key_servers": [],
        "presence": {"enabled": False},
        # Kept answers would be measured instead of answering.
        "caches": {"sync_response_cache_duration": "0s"},
        "rc_message": NO_LIMIT,
        "rc_registration": NO_LIMIT,
        "rc_joins": {"local": NO_LIMIT, "remote": NO_LIMIT},
        "rc_joins_per_room": NO_LIMIT,
        "rc_invites": {"per_room": NO_LIMIT, "per_user": NO_LIMIT, "per_issuer": NO_LIMIT},
        "rc_room_creation": NO_LIMIT,
    }


QUIET = {
    "version": 1,
    "handlers": {"errors": {"class": "logging.StreamHandler"}},
    "root": {"level": "WARNING", "handlers": ["errors"]},
}


def _database(track: Track, engine: str) -> dict[str, Any]:
    if engine == "SQLite":
        return {"name": "sqlite3", "args": {"database": "homeserver.db"}}
    place = urlsplit(track.cluster().database("synapse"))
    named = {"host": place.hostname, "port": place.port, "user": place.username}
    return {"name": "psycopg2", "args": {**named, "dbname": "synapse", "cp_min": 5, "cp_max": 10}}


@contextlib.contextmanager
def _synapse(track: Track, python: Path, engine: str) -> Iterator[Server]:
    folder = track.folder / f"synapse-{engine}"
    folder.mkdir()
    port = free_port()
    settings = _settings(port, _database(track, engine))
    (folder / "homeserver.json").write_text(json.dumps(settings))
    (folder / "log.json").write_text(json.dumps(QUIET))
    keys = [str(python), *_MODULE, "--generate-keys"]
    done = subprocess.run(keys, check=False, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise NotMeasured(f"Synapse: {done.stderr[-300:]}")
    log, url = folder / "log", f"http://127.0.0.1:{port}"
    with running([str(python), *_MODULE], log, folder=folder) as process:
        await_that(lambda: answers(f"{url}/_matrix/client/versions"), process, log)
        yield Server(url, process.pid)


class _Filling:
    """Fills a homeserver as far as the next duel needs."""

    def __init__(self, homeserver: Homeserver) -> None:
        self._homeserver = homeserver
        self._numbers = itertools.count()
        self.alice = homeserver.register("alice")
        self.bob = homeserver.register("bob")
        self.rooms: list[str] = []
        self.events: list[tuple[str, str]] = []

    def up_to(self, rooms: int, messages_each: int) -> None:
        """So many rooms, the new ones with so many messages, the first of which Alice has read."""
        say(f"Synapse: {rooms} rooms")
        ask = self._homeserver.ask
        for number in range(len(self.rooms), rooms):
            room = self._homeserver.room(self.bob, self.alice, f"Talk {number}")
            self.rooms.append(room)
            events = [
                self._homeserver.message(self.bob, room, next(self._numbers))
                for _ in range(messages_each)
            ]
            self.events += [(room, event) for event in events]
            target = matrix.reading(self.alice, [(room, events[0])]).targets[0]
            ask("POST", target.path, {}, self.alice)


class _Ours:
    """Partywire in the part of the homeserver: as many conversations, as many messages."""

    def __init__(self, server: Server, made: Made) -> None:
        self.server = server
        self._authorization = load.basic(made.username, made.password)
        self._conversations = made.conversations
        self._base = f"/v1/Users/{made.user}/Conversations"

    def posting(self) -> Request:
        """A message to each conversation in turn."""
        paths = (f"/v1/Conversations/{sid}/Messages" for sid in self._conversations)
        return load.post(self._authorization, "Author=alice&Body=Hello", *paths)

    def reading(self) -> Request:
        """The read horizon moves along the messages of each conversation in turn."""
        targets = (
            Target(f"{self._base}/{sid}", f"LastReadMessageIndex={index}")
            for sid in self._conversations
            for index in range(MESSAGES_EACH)
        )
        return Request(tuple(targets), self._authorization, "POST")

    def listing(self) -> Request:
        """The first page of fifty."""
        return load.get(self._authorization, f"{self._base}?PageSize=50")

    def walking(self) -> Request:
        """Every page of fifty, in turn."""
        paths = [f"{self._base}?PageSize=50"]
        while len(paths) < MANY // 50:
            request = load.get(self._authorization, paths[-1])
            meta = json.loads(load.send(self.server.url, request, request.targets[0]))["meta"]
            paths.append(meta["next_page_url"].removeprefix(self.server.url))
        return load.get(self._authorization, *paths)


def _few(race: Callable[..., Duel], filling: _Filling, ours: _Ours) -> Iterator[Duel]:
    """The chat list of fifty, then what changes it."""
    unread = "50 UserConversations with unread"
    window, full = matrix.window(filling.alice), matrix.full(filling.alice)
    listed = ours.listing()
    yield race(f"sliding sync, window of 50 of {FEW}, no unread ↔ {unread}", window, listed, BOUND)
    yield race(f"full sync of {FEW} with unread ↔ {unread}", full, listed, BOUND)
    read = matrix.reading(filling.alice, filling.events)
    yield race("read receipt ↔ LastReadMessageIndex, durable", read, ours.reading(), None)
    sent = matrix.sending(filling.bob, filling.rooms)
    yield race("send a message ↔ post a message, durable", sent, ours.posting(), BOUND)


def _many(race: Callable[..., Duel], filling: _Filling, ours: _Ours) -> Iterator[Duel]:
    """The chat list of two hundred."""
    window, full = matrix.window(filling.alice), matrix.full(filling.alice)
    first = f"sliding sync, window of 50 of {MANY}, no unread ↔ 50 UserConversations of {MANY}"
    yield race(first, window, ours.listing(), BOUND)
    pages = MANY // 50
    whole = f"full sync of {MANY} with unread ↔ {pages} pages of 50 with unread"
    yield race(whole, full, ours.walking(), BOUND, pages)


def version() -> str:
    """Which one it is."""
    return f"Synapse {version_of(from_pip('synapse', *PACKAGES), PACKAGES[0])}"


def duels(track: Track, engine: str) -> Iterator[Duel]:
    """All of them, on one engine."""
    python = from_pip("synapse", *PACKAGES)
    shapes = [{"user_conversations_count": number} for number in (FEW, MANY)]
    few, many = (track.made(engine, **shape, messages_each=MESSAGES_EACH) for shape in shapes)
    with _synapse(track, python, engine) as theirs:
        homeserver = Homeserver(theirs.url, SECRET)
        filling = _Filling(homeserver)

        def against(ours: Server) -> Callable[..., Duel]:
            def race(
                what: str, their: Request, our: Request, bound: float | None, share: int = 1
            ) -> Duel:
                measured = track.loading(theirs, their, CONNECTIONS)
                if "sync" in what:
                    slow = {
                        "seconds": SYNC_SECONDS if share == 1 else LONG_SYNC_SECONDS,
                        "most": 10**6,
                    }
                    measured = track.loading(theirs, their, SYNC_CONNECTIONS, **slow)
                return Duel(
                    what, measured, track.loading(ours, our, CONNECTIONS), bound, share, ROUNDS
                )

            return race

        filling.up_to(FEW, MESSAGES_EACH)
        with track.serving(few) as server:
            yield from _few(against(server), filling, _Ours(server, few))
        filling.up_to(MANY, 1)
        with track.serving(many) as server:
            yield from _many(against(server), filling, _Ours(server, many))
        homeserver.close()
