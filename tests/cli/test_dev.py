"""``partywire dev``: the bench."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.commands import UNUSABLE, assert_fails, newer_schema, run
from harness import Client, Server, account, assert_refused, dev_server, partywire_command

FIXED = ("--seed", "7", "--frozen-at", "2026-01-01T12:00:00Z")
ADA = ("AC" + "a" * 32, "ada's token")


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM])
def test_a_bench_prints_one_line_ends_well_and_leaves_nothing(
    tmp_path: Path, wish: signal.Signals
) -> None:
    server = Server(["dev", "--port", "0"], {"TMPDIR": str(tmp_path)})
    with Client(server.url, account()) as client:
        client.made("/Conversations")
    assert [one.name.startswith("partywire-") for one in tmp_path.iterdir()] == [True]
    server.process.send_signal(wish)
    assert server.process.wait(20) == 0
    assert server.process.stdout is not None
    assert server.process.stdout.read() == b""
    assert server.stop() == 0
    assert (server.stderr(), list(tmp_path.iterdir())) == ("", [])


def test_benches_on_port_0_do_not_meet() -> None:
    with dev_server() as first, dev_server() as second:
        assert first.url != second.url
        with Client(first.url, ADA) as client:
            client.made("/Conversations", {"UniqueName": "general"})
        with Client(second.url, ADA) as client:
            assert_refused(client.get("/Conversations/general"), 404, 20404)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


# In a process of its own: a server freezes what the collector sees.
@pytest.mark.parametrize("command", ["dev", "serve"])
def test_a_port_in_use_is_said_to_be(command: str, taken: int, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/partywire.db"
    arguments = [command, "--port", str(taken), "--database", database]
    done = subprocess.run(
        [*partywire_command(), *arguments], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (69, "")
    assert "Cannot listen: " in done.stderr
    assert "in use" in done.stderr
    assert "Traceback" not in done.stderr


@UNUSABLE
def test_a_database_that_cannot_be_used_is_no_traceback(tmp_path: Path, database: object) -> None:
    named: str = database(tmp_path / "partywire.db")  # type: ignore[operator]
    result = run("dev", "--port", "0", "--database", named)
    assert_fails(result, 74, "The database cannot be used: ")


def test_a_newer_database_is_left_to_the_newer_program(tmp_path: Path) -> None:
    result = run("dev", "--port", "0", "--database", newer_schema(tmp_path / "partywire.db"))
    assert_fails(result, 78, "run the newer program")


def test_who_opens_the_bench_to_others_is_warned() -> None:
    # Ends before it listens, so that nobody can reach it.
    result = run("dev", "--host", "0.0.0.0", "--database", "postgresql://x")
    assert_fails(result, 74, "Anybody who can reach 0.0.0.0 can use this bench.")
    for host in ("127.0.0.1", "localhost", "::1"):
        quiet = run("dev", "--host", host, "--database", "postgresql://x")
        assert "Anybody" not in quiet.stderr


def test_a_named_database_outlives_the_bench(tmp_path: Path) -> None:
    database = ("--database", f"sqlite:///{tmp_path}/partywire.db")
    with dev_server(*database) as server, Client(server.url, ADA) as client:
        made = client.made("/Conversations", {"UniqueName": "general"})
    assert (tmp_path / "partywire.db.key").is_file()
    with dev_server(*database) as server, Client(server.url, ADA) as client:
        assert client.seen("/Conversations/general")["sid"] == made["sid"]


def test_any_account_and_any_key_are_let_in_apart(server: Server) -> None:
    for credentials in (account(), ("SK" + account()[0][2:], "secret")):
        with Client(server.url, credentials) as client:
            client.made("/Conversations", {"UniqueName": "general"})
    with Client(server.url, ("ada", "token")) as client:
        assert_refused(client.get("/Conversations"), 401, 20003)


def _everything(server: Server) -> str:
    with Client(server.url, ADA) as client:
        said: list[Any] = [
            client.made("/Services", {"FriendlyName": "Support"}),
            client.made("/Conversations", {"UniqueName": "general", "Timers.Closed": "PT10M"}),
            client.made("/Conversations/general/Participants", {"Identity": "ada"}),
            client.made("/Conversations/general/Messages", {"Body": "hello", "Author": "ada"}),
            client.made("/Users/ada/Conversations/general", {"LastReadMessageIndex": "0"}),
            client.get("/Conversations", PageSize=1).json(),
            client.get("/Conversations/nobody").json(),
        ]
    return json.dumps(said).replace(server.url, "http://bench")


def test_two_runs_with_a_seed_and_a_frozen_clock_give_identical_answers() -> None:
    answers = []
    for _ in range(2):
        with dev_server(*FIXED) as server:
            answers.append(_everything(server))
    assert answers[0] == answers[1]
    assert "2026-01-01T12:00:00Z" in answers[0]


def test_another_seed_gives_other_sids() -> None:
    with dev_server(*FIXED) as server:
        first = _everything(server)
    with dev_server(*FIXED, "--seed", "8") as server:
        assert _everything(server) != first


def test_a_user_has_room_for_as_many_conversations_as_configured() -> None:
    with dev_server("--conversations-per-user", "1") as server, Client(server.url, ADA) as client:
        for name in ("first", "second"):
            client.made("/Conversations", {"UniqueName": name})
        ada = {"Identity": "ada"}
        client.made("/Conversations/first/Participants", ada)
        assert_refused(client.post("/Conversations/second/Participants", ada), 400, 50214)


def test_urls_are_of_the_host_that_was_asked(server: Server) -> None:
    with Client(server.url, account()) as client:
        asked = client.http.get("/v1/Users", headers={"Host": "elsewhere.example:99"})
    assert httpx.URL(asked.json()["meta"]["url"]).netloc == b"elsewhere.example:99"


def test_a_built_page_is_served_to_whoever_looks_at_demo_data(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("two people")
    with dev_server("--demo", "--demo-page", str(tmp_path)) as server:
        with Client(server.url, None) as nobody:
            answer = nobody.http.get("/demo")
            assert (answer.status_code, answer.text) == (200, "two people")
            assert nobody.http.head("/demo").headers["content-length"] == "10"
        assert f"in a browser: {server.url}/demo\n" in server.stderr()


def test_a_page_without_anybody_to_show_is_wrong_usage(tmp_path: Path) -> None:
    assert_fails(run("dev", "--demo-page", str(tmp_path)), 2, "--demo-page needs --demo")


def test_other_benches_have_no_page(server: Server) -> None:
    with Client(server.url, None) as nobody:
        assert_refused(nobody.http.get("/demo"), 404, 20404)
