import asyncio
import sys
from pathlib import Path

import pytest

from partywire.cli.exec.server import ServerStartError, dev_server


def python(source: str) -> list[str]:
    return [sys.executable, "-c", source]


WAITS_FOR_THE_END = """
import pathlib, signal, sys
print("a line for the log", file=sys.stderr)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
print("ready http://127.0.0.1:1/", flush=True)
number = signal.sigwait([signal.SIGTERM])
pathlib.Path(sys.argv[1]).write_text(signal.Signals(number).name)
"""


def test_the_url_comes_from_the_line_the_server_prints_and_sigterm_ends_it(tmp_path: Path) -> None:
    reports: list[str] = []

    async def scenario() -> None:
        command = [*python(WAITS_FOR_THE_END), str(tmp_path / "ended")]
        async with dev_server(tmp_path / "log", reports.append, command) as url:
            assert url == "http://127.0.0.1:1"
            assert not (tmp_path / "ended").exists()

    asyncio.run(scenario())

    assert (tmp_path / "ended").read_text() == "SIGTERM"
    assert (tmp_path / "log").read_text() == "a line for the log\n"
    assert reports == []


def test_the_server_is_stopped_when_the_block_fails(tmp_path: Path) -> None:
    async def scenario() -> None:
        command = [*python(WAITS_FOR_THE_END), str(tmp_path / "ended")]
        async with dev_server(tmp_path / "log", print, command):
            raise LookupError

    with pytest.raises(LookupError):
        asyncio.run(scenario())

    assert (tmp_path / "ended").read_text() == "SIGTERM"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("raise SystemExit('no database')", "ended with code 1:\nno database"),
        ("print('hello')", "said 'hello' instead of its URL"),
    ],
)
def test_a_server_that_does_not_come_up_is_an_error_with_its_own_words(
    source: str, message: str, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with dev_server(tmp_path / "log", print, python(source)):
            pytest.fail("there is no server")

    with pytest.raises(ServerStartError, match=message):
        asyncio.run(scenario())


def test_a_server_that_ends_too_early_is_reported(tmp_path: Path) -> None:
    reports: asyncio.Queue[str] = asyncio.Queue()
    source = "print('ready http://127.0.0.1:1', flush=True); raise SystemExit('disk full')"

    async def scenario() -> None:
        async with dev_server(tmp_path / "log", reports.put_nowait, python(source)):
            assert await reports.get() == (
                "partywire exec: the server ended with code 1 while the command ran:\ndisk full"
            )

    asyncio.run(scenario())

    assert reports.empty()
