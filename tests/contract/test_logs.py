"""The log of a server that did everything: which request went where, and nothing that was sent."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.table import ROWS
from contract.world import World, body_for, query_for
from harness import Client, Server, assert_refused, serve_account

# Words that the requests below bring, in every place where a client may write something.
MARK = "Zyxwv"
NEVER = (MARK, "ada", "mallory", "hello", "tea", "secret", "+15550100", "example.com")


class Done:
    """A server that was asked for everything, and has ended since."""

    def __init__(self, folder: Path) -> None:
        file = folder / "partywire.db"
        self.credentials = serve_account(file)
        server = Server(["serve", "--port", "0", "--database", f"sqlite:///{file}"])
        self.asked: list[dict[str, Any]] = []  # what the log should say
        try:
            with Client(server.url, self.credentials) as client:
                client.http.event_hooks = {"response": [self._heard]}
                self._ask_everything(client)
                self._ask_wrongly(client)
            with Client(server.url, (self.credentials[0], f"{MARK}token")) as stranger:
                assert_refused(stranger.get("/Conversations"), 401, 20003)
        finally:
            assert server.stop() == 0
        self.stderr = server.stderr()
        self.lines: list[dict[str, Any]] = [json.loads(one) for one in self.stderr.splitlines()]

    def _heard(self, answer: Any) -> None:
        self._last = {"status": answer.status_code, "request": answer.headers["twilio-request-id"]}

    def _ask(self, client: Client, method: str, path: str, route: str, **more: Any) -> None:
        client.http.request(method, path, **more)
        known = self.credentials[0] if path.startswith("/v1/") else None
        self.asked.append({"method": method, "route": route, "account": known, **self._last})

    def _ask_everything(self, client: Client) -> None:
        worlds = [World(client, default=True), World(client, default=False)]
        # Deletions last: what they take away, others want.
        for row in sorted(ROWS, key=lambda row: row.operation.method == "DELETE"):
            world = worlds[row.door == "service"]
            query = {**query_for(row), f"{MARK}query": f"{MARK}value"}
            form = body_for(row)
            self._ask(
                client,
                row.operation.method,
                row.path(world.sids),
                row.template,
                params=query,
                data=None if form is None else {**form, f"{MARK}name": f"{MARK}body"},
                headers={f"X-{MARK}": MARK},
            )

    def _ask_wrongly(self, client: Client) -> None:
        user = "/v1/Users/{Sid}"
        self._ask(client, "GET", f"/v1/Users/{MARK}", user)
        self._ask(client, "PUT", f"/v1/Users/{MARK}", user)
        self._ask(client, "GET", f"/v1/{MARK}/{MARK}", "unmatched")
        self._ask(client, "GET", f"/{MARK}", "unmatched")
        long = {"Body": MARK * 20_000}
        template = "/v1/Conversations/{ConversationSid}/Messages"
        self._ask(client, "POST", f"/v1/Conversations/{MARK}/Messages", template, data=long)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    return Done(tmp_path_factory.mktemp("log"))


def test_every_request_has_one_line_that_says_where_it_went(done: Done) -> None:
    written = {line["request"]: line for line in done.lines}
    assert len(written) == len(done.lines)
    assert len(done.asked) > len(ROWS)
    for asked in done.asked:
        line = dict(written[asked["request"]])
        assert line.pop("duration_ms") > 0
        assert line.pop("time") > "2026"
        assert line == {"level": "INFO", **asked}


def test_the_operations_were_done(done: Done) -> None:
    # A log of refusals alone would prove little.
    served = [asked for asked in done.asked if asked["status"] < 300]
    assert len(served) > 0.8 * len(ROWS)


def test_nothing_that_was_sent_stands_in_the_log(done: Done) -> None:
    # Words may stand in a route, and happen to stand in the digits of a SID.
    without_routes = re.sub(r'"route":"[^"]*"|\b[A-Z]{2}[0-9a-f]{32}\b', "", done.stderr)
    for word in (*NEVER, done.credentials[1]):
        assert word not in without_routes, word


def test_no_sid_but_the_account_s_stands_in_the_log(done: Done) -> None:
    sids = set(re.findall(r"\b[A-Z]{2}[0-9a-f]{32}\b", done.stderr))
    assert {sid for sid in sids if not sid.startswith("RQ")} == {done.credentials[0]}


def test_times_go_on(done: Done) -> None:
    times = [line["time"] for line in done.lines]
    assert times == sorted(times)
    assert times[-1] <= time.strftime("%Y-%m-%dT%H:%M:%S.999Z", time.gmtime())
