"""emulate, which keeps conversations in memory; it knows no users and no unread counts."""

import contextlib
import json
import shutil
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import load
from bench.load import Request, Target
from bench.peers.duels import Duel
from bench.peers.packages import from_npm
from bench.servers import Server, answers, await_that, free_port, running
from bench.track import Track

NAME = "emulate 0.8.0"
PACKAGES = ("emulate@0.8.0",)
CONNECTIONS = 16
MOST = 4_500  # requests; after 5,000 it answers 403 to everything
ACCOUNT, TOKEN = "AC" + "be" * 16, "bench"
AUTHORIZATION = load.basic(ACCOUNT, TOKEN)
SERVICES = "/conversations/v1/Services"
BODY = "Author=alice&Body=Hello"


@contextlib.contextmanager
def _emulate(track: Track) -> Iterator[Server]:
    folder = from_npm("emulate", *PACKAGES)
    port = free_port()
    seed = track.folder / "emulate.json"
    seed.write_text(json.dumps({"twilio": {"account": {"sid": ACCOUNT, "auth_token": TOKEN}}}))
    node = [shutil.which("node") or "node", "-r", str(Path(__file__).with_name("loopback.cjs"))]
    command = [*node, "node_modules/emulate/dist/index.js", "start", "--service", "twilio"]
    command += ["--port", str(port), "--seed", str(seed)]
    log, url = track.folder / "emulate.log", f"http://127.0.0.1:{port}"
    with running(command, log, folder=folder) as process:
        await_that(lambda: answers(url), process, log)
        yield Server(url, process.pid)


def _made(url: str, path: str, **form: str) -> str:
    """Creates something; returns its SID."""
    target = Target(path, urllib.parse.urlencode(form))
    request = Request((target,), AUTHORIZATION, "POST")
    return json.loads(load.send(url, request, target))["sid"]


def _measuring(track: Track, method: str, path: str) -> Callable[[], float]:
    """A server for each measurement, which stops before the wall."""

    def measure() -> float:
        with _emulate(track) as server:
            service = _made(server.url, SERVICES, FriendlyName="Bench")
            base = f"{SERVICES}/{service}/Conversations"
            conversation = _made(server.url, base, FriendlyName="Talk")
            target = Target(f"{base}/{conversation}{path}", BODY if method == "POST" else None)
            request = Request((target,), AUTHORIZATION, method)
            return track.loading(server, request, CONNECTIONS, most=MOST)()

    return measure


def duels(track: Track) -> Iterator[Duel]:
    """Fetching a conversation, and posting."""
    made = track.made("SQLite", user_conversations_count=50)
    authorization = load.basic(made.username, made.password)
    conversation = f"/v1/Conversations/{made.conversations[0]}"
    with track.serving(made) as ours:
        yield Duel(
            "fetch a Conversation (in memory) ↔ the same",
            _measuring(track, "GET", ""),
            track.loading(ours, load.get(authorization, conversation), CONNECTIONS),
        )
        post = load.post(authorization, BODY, f"{conversation}/Messages")
        yield Duel(
            "post a message (in memory) ↔ the same, durable",
            _measuring(track, "POST", "/Messages"),
            track.loading(ours, post, CONNECTIONS),
        )
