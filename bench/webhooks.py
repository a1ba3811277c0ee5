"""Webhooks: what a receiver that hangs costs those who post, and the other receiver."""

import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlencode

from bench import data, load, servers
from bench.data import Made
from bench.load import Request
from bench.servers import LAST_CORE, Server, free_port
from bench.tables import Row, Table, per_second
from bench.track import Track, say

CONNECTIONS = 64
CONVERSATIONS = 50
BOUND = 0.9
ALLOWED = ("--allow-target", "127.0.0.0/8")
NONE, HEALTHY, HANGING = "no webhook", "two that answer", "one that answers, one that hangs"

_DELIVERED = """SELECT count(*) FROM deliveries d JOIN accounts a ON a.id = d.webhook
    WHERE d.state = 'delivered'"""


class Contestant:
    """A database whose account and service tell webhooks of each message.

    Its server runs only in its own turn: what waits is sent on after the load has ended.

    Args:
        track: where it runs.
        made: the database.
        urls: the account's webhook, and the service's.

    Attributes:
        delivered: the most deliveries to the account's webhook in a second, of all rounds.
    """

    def __init__(self, track: Track, made: Made, urls: tuple[str, ...]) -> None:
        self.delivered = 0.0
        self._track, self._made, self._urls = track, made, urls

    def measured(self) -> float:
        """Messages posted in a second, while webhooks are told as fast as it goes."""
        authorization = load.basic(self._made.username, self._made.password)
        paths = [f"/v1/Conversations/{sid}/Messages" for sid in self._made.conversations]
        plain = load.post(authorization, "Author=alice&Body=Hello", *paths[:CONVERSATIONS])
        headers = (("X-Twilio-Webhook-Enabled", "true"),)
        request = Request(plain.targets, authorization, "POST", headers=headers)
        with self._track.serving(self._made, options=ALLOWED) as server:
            if self._urls:
                self._tell(server, *self._urls)
            before, began = self._count(), time.monotonic()
            rate = self._track.loading(server, request, CONNECTIONS)()
            told = (self._count() - before) / (time.monotonic() - began)
        self.delivered = max(self.delivered, told)
        return rate

    def _tell(self, server: Server, account: str, service: str) -> None:
        found = json.loads(self._send(server, "GET", "/v1/Configuration"))
        place = f"/v1/Services/{found['default_chat_service_sid']}/Configuration/Webhooks"
        self._send(server, "POST", "/v1/Configuration/Webhooks", account)
        self._send(server, "POST", place, service)

    def _send(self, server: Server, method: str, path: str, url: str | None = None) -> bytes:
        form = {"PostWebhookUrl": url, "Filters": "onMessageAdded"}
        target = load.Target(path, None if url is None else urlencode(form))
        authorization = load.basic(self._made.username, self._made.password)
        return load.send(server.url, Request((target,), authorization, method), target)

    def _count(self) -> int:
        with contextlib.closing(sqlite3.connect(self._made.file)) as connection:
            return int(connection.execute(_DELIVERED).fetchone()[0])


def _contestants(track: Track, stack: ExitStack) -> dict[str, Contestant]:
    body = track.folder / "taken"
    body.write_bytes(b"{}")
    healthy = stack.enter_context(servers.bare(body, 200, core=LAST_CORE)).url
    hanging = stack.enter_context(_hanging(track))
    urls = {HEALTHY: (f"{healthy}/a", f"{healthy}/b"), HANGING: (f"{healthy}/a", hanging)}
    found: dict[str, Contestant] = {}
    for number, name in enumerate((NONE, HEALTHY, HANGING)):
        folder = track.folder / f"webhooks-{number}"
        made = asyncio.run(data.made(folder, user_conversations_count=CONVERSATIONS))
        found[name] = Contestant(track, made, urls.get(name, ()))
    return found


@contextlib.contextmanager
def _hanging(track: Track) -> Iterator[str]:
    """The URL of somebody who takes connections and never says a word."""
    command = ["python3", "-c", _SILENT, str(port := free_port())]
    log = track.folder / "silent.log"
    with servers.running(command, log, core=LAST_CORE):
        yield f"http://127.0.0.1:{port}/"


_SILENT = """
import socket, sys
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=1024)
kept = []
while True:
    kept.append(listening.accept())
"""


def tables(track: Track) -> Iterator[Table]:
    """What posting costs beside webhooks, and what one that hangs takes from the other."""
    say("webhooks")
    with ExitStack() as stack:
        found = _contestants(track, stack)
        measures: dict[str, Callable[[], float]] = {
            name: one.measured for name, one in found.items()
        }
        best = track.best(measures)
    rows = []
    for name, one in found.items():
        told = "" if name == NONE else per_second(one.delivered)
        cells = (name, per_second(best[name]), f"{best[name] / best[NONE]:.2f}", told)
        rows.append(Row(cells))
    ratio = best[HANGING] / best[HEALTHY]
    others = found[HANGING].delivered / max(found[HEALTHY].delivered, 1e-9)
    rows += [
        Row(("posting: one hangs / both answer", f"{ratio:.2f}", f"≥ {BOUND}"), ratio >= BOUND),
        Row(("the other one is told", f"{others:.2f}", f"≥ {BOUND}"), others >= BOUND),
    ]
    yield Table(
        "Webhooks: one that hangs, and everybody else",
        ("webhooks", "posted", "to none", "told to the first"),
        tuple(rows),
        f"SQLite, one process on one core, {CONNECTIONS} connections post to {CONVERSATIONS} "
        "conversations and ask for webhooks; wrk and the receivers on the other core. The account "
        "has one webhook and the service another; each message is told to both, by the process "
        "that takes it. The last two lines compare with a second webhook that answers.",
    )
