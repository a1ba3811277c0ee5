"""Client programs as processes: by base URL, and with only ``partywire exec`` before them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from harness import partywire_command

Route = Literal["by base URL", "through exec"]
ROUTES: tuple[Route, ...] = ("by base URL", "through exec")

PYTHON_PROGRAMS = Path(__file__).parent / "python"
_SECONDS = 300
_PROXIES = {"http_proxy", "https_proxy", "no_proxy", "all_proxy"}
_OTHERS = ("TWILIO_", "PARTYWIRE_", "CLIENT_")

# Python's library logs "GET Request: URL", Node's "get URL".
_REQUEST = re.compile(r"(?im)^(get|post|delete)(?: request:)? (https?://\S+)$")


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without proxies, credentials and settings of whoever runs the tests."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.lower() not in _PROXIES and not name.startswith(_OTHERS)
    }
    return {**kept, **(more or {})}


def run(
    command: Sequence[str],
    route: Route,
    url: str | None,
    more: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs a client program to its end.

    Args:
        command: program and arguments.
        route: how it finds the server.
        url: the server's; None lets ``exec`` start one.
        more: variables for it.
    """
    variables = environment(more)
    if route == "by base URL":
        assert url is not None
        variables["CLIENT_BASE_URL"] = url
    else:
        server = [] if url is None else ["--url", url]
        command = [*partywire_command(), "exec", *server, "--", *command]
    return subprocess.run(
        command, env=variables, capture_output=True, text=True, timeout=_SECONDS, check=False
    )


def base_of(route: Route, url: str) -> str:
    """What every URL in an answer begins with: the server as the client knows it."""
    return url if route == "by base URL" else "https://conversations.twilio.com"


def python_program(name: str, warnings: str = "error") -> list[str]:
    """The command for one of the Python programs, and what is to become of its warnings."""
    return [sys.executable, "-W", warnings, str(PYTHON_PROGRAMS / name)]


class Tour:
    """What a library showed while it played every scenario.

    Attributes:
        library: ``python`` or ``node``.
        base: what every URL begins with.
        requests: method and path of all that the library says it sent.
    """

    def __init__(self, library: str, base: str, done: subprocess.CompletedProcess[str]) -> None:
        assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr}"
        self.library, self.base = library, base
        self.requests = {
            (method.upper(), urlsplit(url).path) for method, url in _REQUEST.findall(done.stdout)
        }
        lines = [line for line in done.stdout.splitlines() if line.startswith('{"scenario"')]
        self._lines = {(line["scenario"], line["door"]): line for line in map(json.loads, lines)}

    def saw(self, scenario: str, door: str) -> Any:
        """What a scenario showed at a door; fails with the program's own error if it had one."""
        line = self._lines[scenario, door]
        assert "error" not in line, line["error"]
        return line["saw"]


class Stage:
    """A tour, as one door's tests look at it."""

    def __init__(self, tour: Tour, door: str) -> None:
        self.library, self.base, self.door, self._tour = tour.library, tour.base, door, tour

    def saw(self, scenario: str) -> Any:
        """What this scenario showed here."""
        return self._tour.saw(scenario, self.door)

    def root(self, service_sid: str) -> str:
        """What the URLs of this service's resources begin with here."""
        return f"{self.base}/v1" + (f"/Services/{service_sid}" if self.door == "service" else "")


def date(text: str) -> dict[str, str]:
    """How a program shows a date that its library made one of."""
    return {"$date": text}


def is_date(shown: Any) -> bool:
    """Whether the library made a date of it, to the whole second."""
    return isinstance(shown, dict) and bool(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", shown.get("$date", ""))
    )


def refusal(status: int, code: int) -> dict[str, int]:
    """The part of a refusal that programs decide by."""
    return {"status": status, "code": code}


def why(shown: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The same part of what a library's exception showed; None if there was none."""
    return None if shown is None else {"status": shown["status"], "code": shown["code"]}
