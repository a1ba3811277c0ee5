"""Prism, which answers any call of an OpenAPI document with its examples, and keeps nothing."""

import contextlib
import shutil
from collections.abc import Iterator

from bench import load
from bench.peers.duels import Duel
from bench.peers.packages import from_npm
from bench.servers import Server, answers, await_that, free_port, running
from bench.track import Track

NAME = "Prism 5.15.11"
PACKAGES = ("@stoplight/prism-cli@5.15.11", "@twilio/cli-core")
DOCUMENT = "node_modules/@twilio/cli-core/src/services/twilio-api/twilio_conversations_v1.json"
FETCH_BOUND = 25
CONNECTIONS = 16

# Any credentials and any SIDs will do; these are of the right form.
AUTHORIZATION = load.basic("AC" + "a" * 32, "token")
USER = f"/v1/Users/US{'a' * 32}/Conversations"


@contextlib.contextmanager
def _prism(track: Track) -> Iterator[Server]:
    folder = from_npm("prism", *PACKAGES)
    port = free_port()
    # Told to be silent: by itself it writes lines about every request, which slows it down.
    options = ["-v", "silent", "-h", "127.0.0.1", "-p", str(port)]
    command = [shutil.which("node") or "node", "node_modules/@stoplight/prism-cli/dist/index.js"]
    log, url = track.folder / "prism.log", f"http://127.0.0.1:{port}"
    with running([*command, "mock", *options, DOCUMENT], log, folder=folder) as process:
        await_that(lambda: answers(url), process, log)
        yield Server(url, process.pid)


def duels(track: Track) -> Iterator[Duel]:
    """Fetching, and listing: of fifty here, of none there, for Prism's lists are empty."""
    made = track.made("SQLite", user_conversations_count=50)
    authorization = load.basic(made.username, made.password)
    base = f"/v1/Users/{made.user}/Conversations"
    with _prism(track) as theirs, track.serving(made) as ours:

        def duel(what: str, their_path: str, our_path: str, bound: float | None) -> Duel:
            their_request = load.get(AUTHORIZATION, their_path)
            our_request = load.get(authorization, our_path)
            return Duel(
                what,
                track.loading(theirs, their_request, CONNECTIONS),
                track.loading(ours, our_request, CONNECTIONS),
                bound,
            )

        yield duel(
            "fetch a UserConversation (an example) ↔ the same",
            f"{USER}/CH{'a' * 32}",
            f"{base}/{made.conversations[0]}",
            FETCH_BOUND,
        )
        yield duel(
            "list UserConversations (always empty) ↔ 50 with unread",
            f"{USER}?PageSize=50",
            f"{base}?PageSize=50",
            None,
        )
