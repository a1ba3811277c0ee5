"""Signing in to ``partywire serve``: with the auth token, with API keys, and in vain."""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from clients.conftest import Program
from clients.runs import Route, refusal, run, why
from harness import Server, partywire_command, serve_account

NOBODY = refusal(401, 20003)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serve") / "partywire.db"


@pytest.fixture(scope="module")
def serve(database: Path) -> Iterator[Server]:
    running = Server(["serve", "--port", "0", "--database", f"sqlite:///{database}"])
    yield running
    running.stop()


@pytest.fixture
def token(database: Path) -> dict[str, str]:
    sid, token = serve_account(database)
    return {"TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": token}


def key_command(database: Path, *arguments: str) -> dict[str, str]:
    """What ``partywire key`` printed."""
    done = subprocess.run(
        [*partywire_command(), "key", *arguments, "--database", f"sqlite:///{database}"],
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


def with_key(token: Mapping[str, str], key: Mapping[str, str]) -> dict[str, str]:
    return {"TWILIO_ACCOUNT_SID": token["TWILIO_ACCOUNT_SID"], **key}


SignIn = Callable[[str, Mapping[str, str]], Any]


@pytest.fixture
def sign_in(program: Program, route: Route, serve: Server) -> SignIn:
    """Makes a conversation of this name, with these credentials; returns what the client saw."""

    def attempt(name: str, credentials: Mapping[str, str]) -> Any:
        done = run([*program("sign_in"), name], route, serve.url, credentials)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return attempt


def test_an_api_key_stands_for_its_account(
    sign_in: SignIn, token: dict[str, str], database: Path
) -> None:
    sid = token["TWILIO_ACCOUNT_SID"]
    key = key_command(database, "create", sid)
    assert sign_in("by token", token)["names"] == ["by token"]
    saw = sign_in("by key", with_key(token, key))
    assert saw == {"refused": None, "account_sid": sid, "names": ["by key", "by token"]}


def test_wrong_secrets_are_refused(sign_in: SignIn, token: dict[str, str], database: Path) -> None:
    key = key_command(database, "create", token["TWILIO_ACCOUNT_SID"])
    saw = sign_in("x", {**token, "TWILIO_AUTH_TOKEN": "wrong"})
    assert why(saw["refused"]) == NOBODY
    assert "Authenticate" in saw["refused"]["message"]
    saw = sign_in("x", with_key(token, {**key, "TWILIO_API_SECRET": "wrong"}))
    assert why(saw["refused"]) == NOBODY


def test_a_deleted_key_is_refused(sign_in: SignIn, token: dict[str, str], database: Path) -> None:
    sid = token["TWILIO_ACCOUNT_SID"]
    key = key_command(database, "create", sid)
    key_command(database, "delete", sid, key["TWILIO_API_KEY"])
    assert why(sign_in("x", with_key(token, key))["refused"]) == NOBODY
