"""The asynchronous client of the Python library stays inside; other sitecustomizes still run."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from aiohttp import ClientSession

RunExec = Callable[..., "subprocess.CompletedProcess[str]"]

ASYNC = """
import asyncio
from twilio.http.async_http_client import AsyncTwilioHttpClient
async def main():
    async with AsyncTwilioHttpClient() as client:
        answer = await client.request("GET", "https://{host}/v1/Conversations")
        print(answer.status_code, answer.text)
asyncio.run(main())
"""


def test_the_asynchronous_client_reaches_the_server(run_exec: RunExec) -> None:
    result = run_exec(sys.executable, "-c", ASYNC.format(host="conversations.twilio.com"))

    assert result.returncode == 0, result.stderr
    status, seen = result.stdout.split(" ", 1)
    assert (status, json.loads(seen)["target"]) == ("200", "/v1/Conversations")


def test_the_asynchronous_client_is_refused_elsewhere(run_exec: RunExec) -> None:
    result = run_exec(sys.executable, "-c", ASYNC.format(host="api.twilio.com"))

    assert result.stdout.startswith("403 ")
    assert "refused this request to api.twilio.com" in result.stdout


def test_a_sitecustomize_of_the_users_own_still_runs(run_exec: RunExec, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "sitecustomize.py").write_text("import builtins; builtins.theirs = 'ran'")
    command = (sys.executable, "-c", "print(theirs)")

    result = run_exec(*command, environment={"PYTHONPATH": str(theirs)})

    assert result.stdout == "ran\n", result.stderr


def test_python_without_aiohttp_starts_as_ever(run_exec: RunExec) -> None:
    result = run_exec(sys.executable, "-S", "-c", "print('started')")

    assert result.stdout == "started\n"


def test_aiohttp_names_the_default_that_is_changed() -> None:
    assert ClientSession.__init__.__kwdefaults__["trust_env"] is False
