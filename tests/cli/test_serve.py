"""``partywire serve``: the server."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.commands import UNUSABLE, assert_fails, newer_schema, printed, run, serving
from harness import Client, Server, account, assert_refused, serve_account

PATIENCE = 10.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "partywire.db"


@pytest.fixture
def known(file: Path) -> tuple[str, str]:
    """The credentials of an account that was made for the database."""
    return serve_account(file)


def status(server: Server, credentials: tuple[str, str]) -> int:
    with Client(server.url, credentials) as client:
        return client.get("/Conversations").status_code


def await_that(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def urls(value: Any) -> Iterator[str]:
    """Every URL in an answer."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from urls(item)
    elif isinstance(value, str) and "://" in value:
        yield value


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM])
def test_a_server_prints_one_line_ends_well_and_keeps_its_data(
    file: Path, known: tuple[str, str], wish: signal.Signals
) -> None:
    with serving(file, "--no-access-log") as server:
        with Client(server.url, known) as client:
            made = client.made("/Conversations", {"UniqueName": "general"})
        server.process.send_signal(wish)
        assert server.process.wait(20) == 0
        assert server.process.stdout is not None
        assert server.process.stdout.read() == b""
        assert (server.stop(), server.stderr()) == (0, "")
    with serving(file) as server, Client(server.url, known) as client:
        assert client.seen("/Conversations/general")["sid"] == made["sid"]


def test_only_known_accounts_are_let_in(file: Path, known: tuple[str, str]) -> None:
    with serving(file) as server:
        assert status(server, known) == 200
        for wrong in (account(), ("SK" + "1" * 32, "secret"), (known[0], "token"), (known[0], "")):
            with Client(server.url, wrong) as client:
                assert_refused(client.get("/Conversations"), 401, 20003)
        with Client(server.url, None) as client:
            assert_refused(client.get("/Conversations"), 401, 20003)


def test_one_account_does_not_see_another_s(file: Path, known: tuple[str, str]) -> None:
    other = serve_account(file)
    with serving(file) as server:
        with Client(server.url, known) as client:
            sid = client.made("/Conversations", {"UniqueName": "general"})["sid"]
        with Client(server.url, other) as client:
            refused = client.get(f"/Conversations/{sid}")
    assert_refused(refused, 404, 20404)
    # Where a SID exists is a secret here, unlike on a bench.
    assert "partywire-hint" not in refused.headers
    assert known[0] not in str(refused.headers)


def test_who_has_no_account_yet_is_told_how_to_make_one(file: Path) -> None:
    with serving(file) as server:
        await_that(lambda: "No account exists yet" in server.stderr())
        assert f"partywire account create --database sqlite:///{file}" in server.stderr()
        made = serve_account(file)
        assert status(server, made) == 200


def test_every_url_starts_with_the_public_one(file: Path, known: tuple[str, str]) -> None:
    public = "https://chat.example.com"
    with serving(file, "--public-url", f"{public}/") as server, Client(server.url, known) as client:
        client.http.headers["Host"] = "evil.example"
        said = [client.made("/Conversations", {"UniqueName": name}) for name in ("a", "b")]
        said.append(client.made("/Conversations/a/Participants", {"Identity": "ada"}))
        said.append(client.made("/Conversations/a/Messages", {"Body": "hello"}))
        said += [client.seen("/Services"), client.seen("/Conversations", PageSize=1)]
        said += [client.seen("/Users/ada"), client.seen("/Users/ada/Conversations")]
        service_sid = client.seen("/Services")["services"][0]["sid"]
        said.append(client.at(f"/v1/Services/{service_sid}").seen("/Users"))
    found = list(urls(said))
    assert len(found) > 20
    assert [url for url in found if not url.startswith(f"{public}/v1/")] == []


def test_a_rotated_token_ends_on_a_running_server(file: Path, known: tuple[str, str]) -> None:
    key = printed("key", "create", known[0], "--database", f"sqlite:///{file}")
    by_key = (key["TWILIO_API_KEY"], key["TWILIO_API_SECRET"])
    with serving(file) as server:
        assert status(server, known) == 200
        new = printed("account", "rotate", known[0], "--database", f"sqlite:///{file}")
        await_that(lambda: status(server, known) == 401)
        assert status(server, (known[0], new["TWILIO_AUTH_TOKEN"])) == 200
        assert status(server, by_key) == 200


def test_a_deleted_key_ends_on_a_running_server(file: Path, known: tuple[str, str]) -> None:
    database = ("--database", f"sqlite:///{file}")
    with serving(file) as server:
        made = printed("key", "create", known[0], *database)
        by_key = (made["TWILIO_API_KEY"], made["TWILIO_API_SECRET"])
        assert status(server, by_key) == 200
        assert run("key", "delete", known[0], by_key[0], *database).exit_code == 0
        await_that(lambda: status(server, by_key) == 401)
        assert status(server, known) == 200


@UNUSABLE
def test_a_database_that_cannot_be_used_is_no_traceback(file: Path, database: object) -> None:
    named: str = database(file)  # type: ignore[operator]
    result = run("serve", "--port", "0", "--database", named)
    assert_fails(result, 74, "The database cannot be used: ")


def test_a_newer_database_is_left_to_the_newer_program(file: Path) -> None:
    result = run("serve", "--port", "0", "--database", newer_schema(file))
    assert_fails(result, 78, "run the newer program")
