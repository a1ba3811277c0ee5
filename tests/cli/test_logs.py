"""What a command writes to stderr while it serves."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from partywire.cli import logs
from partywire.cli.logs import Structured

SECRET = "the cat's name is Mimi"


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    """The exception as somebody catches it."""
    try:
        raise error from cause
    except BaseException as caught:
        return caught


def shown(message: str, error: BaseException | None = None, **more: object) -> Any:
    """The record in JSON, read again."""
    info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.makeLogRecord(
        {
            "name": "partywire",
            "levelname": "ERROR",
            "msg": message,
            "created": 1_767_268_800.0074,
            "exc_info": info,
            **more,
        }
    )
    line = Structured().format(record)
    assert "\n" not in line
    return json.loads(line)


def test_a_record_becomes_one_line_of_json() -> None:
    assert shown('a "word"', method="GET", route="/v1/Users", request="RQ1", other=1) == {
        "time": "2026-01-01T12:00:00.007Z",
        "level": "ERROR",
        "logger": "partywire",
        "message": 'a "word"',
        "method": "GET",
        "route": "/v1/Users",
        "request": "RQ1",
    }


def test_an_exception_tells_its_type_and_place_and_not_what_it_says() -> None:
    said = shown("it failed", raised(ValueError(SECRET)))
    kind, place, *_ = said["traceback"]
    assert kind == "builtins.ValueError"
    assert re.fullmatch(rf"{re.escape(__file__)}:\d+ raised", place)
    assert SECRET not in json.dumps(said)


def test_what_led_to_an_exception_is_told_as_well() -> None:
    said = shown("it failed", raised(LookupError(SECRET), raised(KeyError(SECRET))))
    kinds = [line for line in said["traceback"] if ":" not in line]
    assert kinds == ["builtins.LookupError", "builtins.KeyError"]
    assert SECRET not in json.dumps(said)


def test_only_the_first_line_of_a_message_is_told() -> None:
    # asyncio's own go on with the task and its exception.
    said = shown(f"Task exception was never retrieved\nfuture: <Task exception={SECRET!r}>")
    assert said["message"] == "Task exception was never retrieved"


_SERVES = """
import logging, sys, click
from partywire.cli import logs
with logs.structured():
    logging.getLogger("partywire").info("begun")
    logging.getLogger("elsewhere").info("not for us")
    logging.getLogger("elsewhere").warning("heard")
    exec(sys.argv[1])
"""


def served(code: str) -> subprocess.CompletedProcess[str]:
    """A process that serves by running this code."""
    return subprocess.run(
        [sys.executable, "-c", _SERVES, code],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_everything_is_written_before_the_end() -> None:
    done = served("pass")
    said = [json.loads(line)["message"] for line in done.stderr.splitlines()]
    assert (done.returncode, done.stdout, said) == (0, "", ["begun", "heard"])


def test_a_server_that_dies_says_so_in_its_last_line_and_keeps_secrets() -> None:
    done = served(f"raise ValueError({SECRET!r})")
    last = json.loads(done.stderr.splitlines()[-1])
    assert done.returncode == 70
    assert (last["level"], last["message"]) == ("CRITICAL", "The server died")
    assert last["traceback"][0] == "builtins.ValueError"
    assert SECRET not in done.stderr


def test_what_is_the_user_s_to_know_is_passed_on(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.ClickException, match="wrong"), logs.structured():
        raise click.ClickException("wrong")
    assert capfd.readouterr().err == ""


@pytest.fixture
def quiet() -> Iterator[None]:
    """The logging of this test run, as it was."""
    root = logging.getLogger()
    before, handlers = root.level, list(root.handlers)
    yield
    root.handlers[:] = handlers
    root.setLevel(before)


def test_afterwards_logging_is_as_it_was_before(quiet: None) -> None:
    root, ours = logging.getLogger(), logging.getLogger("partywire")
    before = root.level, ours.level, list(root.handlers)
    with logs.structured():
        assert list(root.handlers) != before[2]
    assert (root.level, ours.level, list(root.handlers)) == before


def test_a_process_without_stderr_serves_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with logs.structured() as lines:
        lines.add(b"nobody hears\n")
    assert lines.waiting == []


def test_a_bench_writes_what_people_read(quiet: None, tmp_path: Path) -> None:
    code = "from partywire.cli import logs; import logging; logs.plain(); "
    code += "logging.getLogger('partywire').error('broken'); "
    code += "logging.getLogger('partywire').info('nothing')"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert re.fullmatch(r"[-\d]+ [:,\d]+ ERROR partywire: broken\n", done.stderr)
