"""What the tests stand on: servers in processes of their own, and small HTTP clients."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import httpx

STARTING_SECONDS = 20.0
STOPPING_SECONDS = 20.0


def partywire_command() -> list[str]:
    """The command under test: the installed wheel's where ``PARTYWIRE_COMMAND`` names one."""
    named = os.environ.get("PARTYWIRE_COMMAND")
    return [named] if named else [sys.executable, "-m", "partywire"]


class Server:
    """A server process; ``url`` is where it listens.

    Args:
        arguments: of the command.
        environment: variables besides our own.
        command: what starts it; None for the command under test.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        environment: dict[str, str] | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._said = ""
        self.process = subprocess.Popen(
            [*(command or partywire_command()), *arguments],
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={**os.environ, **(environment or {})},
        )
        self.url = self._await_ready()

    def _await_ready(self) -> str:
        assert self.process.stdout is not None
        deadline = time.monotonic() + STARTING_SECONDS
        line = b""
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, left))
            chunk = os.read(self.process.stdout.fileno(), 4096) if ready else b""
            if not chunk:
                self.kill()
                raise RuntimeError(f"the server did not start: {self.stderr()}")
            line += chunk
        match = re.fullmatch(rb"ready (http://\S+)\n", line)
        if match is None:
            self.kill()
            raise RuntimeError(f"not one ready line: {line!r}")
        return match[1].decode()

    def stderr(self) -> str:
        """What the process has written to stderr so far."""
        if not self._stderr.closed:
            self._stderr.seek(0)
            self._said = self._stderr.read().decode(errors="replace")
        return self._said

    def stop(self, wish: signal.Signals = signal.SIGTERM) -> int:
        """Asks the process to stop; returns its exit code."""
        self.process.send_signal(wish)
        return self._end()

    def kill(self) -> None:
        """Ends the process with SIGKILL, as a crash would."""
        self.process.kill()
        self._end()

    def _end(self) -> int:
        code = self.process.wait(STOPPING_SECONDS)
        self.stderr()
        self._stderr.close()
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code


@contextlib.contextmanager
def dev_server(*arguments: str) -> Iterator[Server]:
    """A ``partywire dev`` for as long as the block lasts."""
    server = Server(["dev", "--port", "0", *arguments])
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def account() -> tuple[str, str]:
    """Credentials that nobody used before: on a bench, a world of one's own."""
    return "AC" + uuid.uuid4().hex, uuid.uuid4().hex


def serve_account(database: Path | Sequence[str]) -> tuple[str, str]:
    """Makes an account in a database as an operator would; returns its credentials.

    Args:
        database: an SQLite file, or the options that name the database and its key.
    """
    if isinstance(database, Path):
        database = ("--database", f"sqlite:///{database}")
    made = subprocess.run(
        [*partywire_command(), "account", "create", *database],
        check=True,
        capture_output=True,
        text=True,
    )
    values = dict(line.split("=", 1) for line in made.stdout.splitlines())
    return values["TWILIO_ACCOUNT_SID"], values["TWILIO_AUTH_TOKEN"]


class Client:
    """A small client of one account at one door.

    Args:
        url: the server's.
        credentials: user name and password; None sends none.
        door: ``/v1``, or ``/v1/Services/IS…``.
    """

    def __init__(
        self,
        url: str,
        credentials: tuple[str, str] | None,
        door: str = "/v1",
        http: httpx.Client | None = None,
    ) -> None:
        self.url, self.credentials, self.door = url, credentials, door
        self.http = http or httpx.Client(
            base_url=url, auth=credentials, timeout=60, trust_env=False, verify=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.http.close()

    def at(self, door: str) -> Client:
        """The same account at another door, over the same connections."""
        return Client(self.url, self.credentials, door, self.http)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(self.door + path, params=query)

    def post(self, path: str, form: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        return self.http.post(self.door + path, data=form or {}, **more)

    def delete(self, path: str) -> httpx.Response:
        return self.http.delete(self.door + path)

    def made(self, path: str, form: dict[str, Any] | None = None) -> Any:
        """Posts, expects 201 or 200, returns the JSON."""
        answer = self.post(path, form)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def seen(self, path: str, **query: Any) -> Any:
        """Gets, expects 200, returns the JSON."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def items(self, path: str, key: str, **query: Any) -> list[Any]:
        """Every item of a list, walking its pages as the libraries do: by ``next_page_url``."""
        page = self.seen(path, **query)
        found = list(page[key])
        while page["meta"]["next_page_url"]:
            answer = self.http.get(page["meta"]["next_page_url"])
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page[key]
        return found


def assert_refused(answer: httpx.Response, status: int, code: int) -> None:
    """The answer is an error of the wire's shape with this status and code."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"code", "message", "more_info", "status"}
    assert (body["status"], body["code"]) == (status, code), body
    assert isinstance(body["message"], str)
    assert body["message"]
    assert body["more_info"].startswith("http")


def assert_unavailable(answer: httpx.Response) -> None:
    """The answer asks to come back, and tells nothing of what is behind it."""
    assert_refused(answer, 503, 20503)
    assert answer.headers["retry-after"] == "1"
    for secret in ("sqlite", "SQL", "database", "/", "Error"):
        assert secret not in answer.json()["message"]
