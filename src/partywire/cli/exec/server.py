"""A fresh ``partywire dev`` for the lifetime of one command."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Final

DEV_COMMAND: Final = (sys.executable, "-m", "partywire", "dev", "--port", "0")

_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 10
_READY: Final = "ready "


class ServerStartError(Exception):
    """The server did not come up; the message holds what it said on stderr."""


@contextlib.asynccontextmanager
async def dev_server(
    log: Path, report: Callable[[str], None], command: Sequence[str] = DEV_COMMAND
) -> AsyncIterator[str]:
    """Runs the server during a block.

    Args:
        log: file for its stderr, which would otherwise mix with the command's.
        report: told, should the server end before the block does.
        command: starts it; prints ``ready URL`` on stdout once it accepts connections.

    Yields:
        The server's URL, without a slash at the end.

    Raises:
        ServerStartError: it ended, or said something else, or nothing for a minute.
    """
    with log.open("wb") as stderr:
        # In a group of its own, because a Ctrl-C at the terminal is for the command, and the
        # command may need the server while it ends.
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )
    try:
        url = await _url_once_ready(process, log)
        watching = asyncio.create_task(_report_end(process, log, report))
        try:
            yield url
        finally:
            watching.cancel()
    finally:
        await _stop(process)


async def _url_once_ready(process: asyncio.subprocess.Process, log: Path) -> str:
    if process.stdout is None:
        raise TypeError("the server's stdout must be a pipe")
    try:
        async with asyncio.timeout(_START_SECONDS):
            line = (await process.stdout.readline()).decode(errors="replace").strip()
    except TimeoutError:
        raise ServerStartError(
            f"the server was not ready within {_START_SECONDS} seconds:\n{_last_lines(log)}"
        ) from None
    if not line:
        code = await process.wait()
        raise ServerStartError(f"the server ended with code {code}:\n{_last_lines(log)}")
    if not line.startswith(_READY):
        raise ServerStartError(f"the server said {line!r} instead of its URL:\n{_last_lines(log)}")
    return line.removeprefix(_READY).strip().rstrip("/")


async def _report_end(
    process: asyncio.subprocess.Process, log: Path, report: Callable[[str], None]
) -> None:
    code = await process.wait()
    report(
        f"partywire exec: the server ended with code {code} while the command ran:\n"
        f"{_last_lines(log)}"
    )


async def _stop(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _last_lines(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(lines[-30:])
