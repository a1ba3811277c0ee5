"""``partywire webhooks``: deliveries are looked at and sent once more, while a server runs."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator

from cli.commands import assert_fails, run, serving
from harness import Client, account, dev_server, serve_account
from receivers import Receiver, Reply, receiving

PATIENCE = 20.0
SPEAK = {"X-Twilio-Webhook-Enabled": "true"}
NOBODY = "WD" + "0" * 32


class Looking:
    """What the commands say of a database."""

    def __init__(self, database: Path) -> None:
        self.database = database

    def webhooks(self, *arguments: str) -> str:
        result = run("webhooks", *arguments, "--database", f"sqlite:///{self.database}")
        assert result.exit_code == 0, result.output
        return result.stdout

    def lines(self, *arguments: str) -> list[list[str]]:
        return [line.split("\t") for line in self.webhooks("list", *arguments).splitlines()]

    def until(self, state: str, number: int) -> list[list[str]]:
        """Waits until so many are in this state."""
        deadline = time.monotonic() + PATIENCE
        while len(found := self.lines("--state", state)) < number:
            assert time.monotonic() < deadline
        return found


class Bench(Looking):
    """A server, a receiver, and a conversation between them."""

    def __init__(self, database: Path, client: Client, receiver: Receiver) -> None:
        super().__init__(database)
        self.client, self.receiver = client, receiver
        self.room: str = client.made("/Conversations")["sid"]
        url = receiver.url.replace("//", "//ann:secret@")
        hook = {
            "Target": "webhook",
            "Configuration.Url": f"{url}/hook",
            "Configuration.Filters": "onMessageAdded",
        }
        self.hook: str = client.made(f"/Conversations/{self.room}/Webhooks", hook)["sid"]

    def say(self, body: str) -> None:
        path = f"/Conversations/{self.room}/Messages"
        answer = self.client.post(path, {"Body": body}, headers=SPEAK)
        assert answer.status_code == 201


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    file = tmp_path / "partywire.db"
    credentials = serve_account(file)
    with (
        receiving() as receiver,
        serving(file, "--allow-target", "127.0.0.0/8") as server,
        Client(server.url, credentials) as client,
    ):
        yield Bench(file, client, receiver)


def test_a_delivery_that_was_given_up_is_seen_and_sent_once_more(bench: Bench) -> None:
    bench.receiver.reply = lambda _: Reply(400, b"no\x1b[2J", (("X-Why", "because"),))
    bench.say("hello\nthere")
    [[sid, state, attempts, date, account, event, webhook, room, url]] = bench.until("dead", 1)
    assert (state, attempts, event) == ("dead", "1", "onMessageAdded")
    assert (webhook, room) == (bench.hook, bench.room)
    assert url == f"{bench.receiver.url}/hook"
    assert date.endswith("Z")
    assert bench.lines("--account", account, "--webhook", webhook, "--conversation", room)
    assert bench.lines("--conversation", "CH" + "0" * 32) == []

    shown = bench.webhooks("show", sid)
    [received] = bench.receiver.received
    for line in (
        f"delivery:     {sid}",
        "state:        dead",
        f"to:           POST {bench.receiver.url}/hook",
        '  Body: "hello\\nthere"',
        "attempt 1: 400 (",
        f"    X-Twilio-Signature: {received.headers['x-twilio-signature']}",
        "    Authorization: (not kept)",
        "    x-why: because",
        '    "no\\u001b[2J"',
    ):
        assert f"\n{line}" in f"\n{shown}", shown
    assert f'  signed: "{bench.receiver.url}/hookAccountSid{account}' in shown
    assert "secret" not in shown
    token = bench.client.credentials[1] if bench.client.credentials else ""
    assert RequestValidator(token).validate(
        f"{bench.receiver.url}/hook", received.parameters, received.headers["x-twilio-signature"]
    )

    bench.receiver.reply = lambda _: Reply()
    again = run("webhooks", "replay", sid, "--database", f"sqlite:///{bench.database}")
    assert (again.exit_code, again.stderr) == (0, f"{sid} waits again\n")
    [[other, *_]] = bench.until("delivered", 1)
    assert other == sid
    first, second = bench.receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == sid
    assert second.parameters["RetryCount"] == "1"


def test_all_that_were_given_up_are_sent_once_more(bench: Bench) -> None:
    bench.receiver.reply = lambda _: Reply(404)
    for number in range(3):
        bench.say(str(number))
    bench.until("dead", 3)
    assert len(bench.lines("--limit", "2")) == 2
    bench.receiver.reply = lambda _: Reply()
    database = ("--database", f"sqlite:///{bench.database}")
    result = run("webhooks", "replay", "--dead", *database)
    assert result.stderr == "3 deliveries wait again\n"
    bench.until("delivered", 3)


def test_what_is_not_there_is_said_so(bench: Bench) -> None:
    database = ("--database", f"sqlite:///{bench.database}")
    assert_fails(run("webhooks", "show", NOBODY, *database), 1, "There is no delivery")
    assert_fails(run("webhooks", "replay", NOBODY, *database), 1, "There is no delivery")
    nobody = run("webhooks", "replay", "--dead", "--account", "ACnobody", *database)
    assert_fails(nobody, 1, "There is no account ACnobody")


def test_what_waits_is_sent_anyway(bench: Bench) -> None:
    bench.receiver.reply = lambda _: Reply(503, headers=(("Retry-After", "3000"),))
    bench.say("hello")
    [[sid, *_]] = bench.until("waiting", 1)
    bench.receiver.wait(1)
    waiting = run("webhooks", "replay", sid, "--database", f"sqlite:///{bench.database}")
    assert_fails(waiting, 1, "waits already")


@pytest.mark.parametrize("given", [(), (NOBODY, "--dead"), (NOBODY, "--account", "AC1")])
def test_it_must_be_said_what_is_to_be_sent_once_more(given: tuple[str, ...]) -> None:
    assert run("webhooks", "replay", *given).exit_code == 2


def test_a_mistyped_database_is_not_made(tmp_path: Path) -> None:
    result = run("webhooks", "list", "--database", f"sqlite:///{tmp_path}/no.db")
    assert_fails(result, 74, "is not there")
    assert list(tmp_path.iterdir()) == []


def test_a_pre_event_is_seen_and_cannot_be_sent_once_more(bench: Bench) -> None:
    bench.receiver.reply = lambda _: Reply(403, b"not here")
    hook = {"PreWebhookUrl": f"{bench.receiver.url}/pre", "Filters": "onMessageAdd"}
    bench.client.made("/Configuration/Webhooks", hook)
    path = f"/Conversations/{bench.room}/Messages"
    assert bench.client.post(path, {"Body": "hello"}, headers=SPEAK).status_code == 400
    [[sid, state, attempts, _, account, event, webhook, room, _]] = bench.until("refused", 1)
    assert (state, attempts, event, room) == ("refused", "1", "onMessageAdd", bench.room)
    assert account == webhook
    shown = bench.webhooks("show", sid)
    for line in ("Body: hello", "attempt 1: 403", "not here", f"signed: {bench.receiver.url}/pre"):
        assert line in shown
    options = ("--database", f"sqlite:///{bench.database}")
    assert_fails(run("webhooks", "replay", sid, *options), 1, "has been decided")


OURSELVES = [
    *("127.0.0.1", "localhost", "0.0.0.0", "2130706433", "0x7f.1", "0177.0.0.1", "127.1"),
    *("[::1]", "[::ffff:127.0.0.1]", "[::]", "ann:secret@127.0.0.1", "example.com@127.0.0.1"),
]


def listen(client: Client, receiver: Receiver, host: str) -> str:
    """A conversation whose webhook is at a host; returns its path."""
    room = f"/Conversations/{client.made('/Conversations')['sid']}"
    url = receiver.url.replace("127.0.0.1", host)
    hook = {"Target": "webhook", "Configuration.Filters": "onMessageAdded"}
    client.made(f"{room}/Webhooks", {**hook, "Configuration.Url": f"{url}/hook"})
    return room


def test_a_server_sends_nothing_to_its_own_machine_unless_it_may(tmp_path: Path) -> None:
    file = tmp_path / "partywire.db"
    credentials = serve_account(file)
    with (
        receiving() as receiver,
        serving(file) as server,
        Client(server.url, credentials) as client,
    ):
        for host in OURSELVES:
            path = f"{listen(client, receiver, host)}/Messages"
            assert client.post(path, {"Body": "hello"}, headers=SPEAK).status_code == 201
        looking = Looking(file)
        for sid, *_ in looking.until("dead", len(OURSELVES)):
            assert "neither public nor allowed" in looking.webhooks("show", sid)
        assert receiver.received == []


def test_a_bench_sends_to_its_own_machine() -> None:
    with (
        receiving() as receiver,
        dev_server() as server,
        Client(server.url, account()) as client,
    ):
        path = f"{listen(client, receiver, '127.0.0.1')}/Messages"
        assert client.post(path, {"Body": "hello"}, headers=SPEAK).status_code == 201
        assert receiver.wait(1)[0].parameters["Body"] == "hello"
