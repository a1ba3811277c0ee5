"""Puts the parts together: server, authority, files, proxy, and the command among them."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from partywire.cli.exec.authority import Authority
from partywire.cli.exec.environment import Credentials, command_environment
from partywire.cli.exec.process import SIGNALLED, CommandStartError, Signals, run_command
from partywire.cli.exec.proxy import Proxy
from partywire.cli.exec.server import ServerStartError, dev_server
from partywire.cli.exec.trust import write_trust_files
from partywire.cli.exec.upstream import Upstream, UserProxies

SERVER_FAILED: Final = 70  # EX_SOFTWARE of sysexits.h


def run(command: Sequence[str], url: str | None, report: Callable[[str], None]) -> int:
    """Runs a command whose Twilio client reaches Partywire, and cleans up after it.

    Args:
        command: program and arguments.
        url: a running server, scheme and authority only; none for one of its own.
        report: told, in a line or more each, what the user should know.

    Returns:
        The exit code for us.
    """
    return asyncio.run(_exit_code(command, url, report))


async def _exit_code(command: Sequence[str], url: str | None, report: Callable[[str], None]) -> int:
    signals = Signals()
    with signals.handled():
        try:
            return await _run(command, url, report, signals)
        except CommandStartError as error:
            report(f"partywire exec: {error}")
            return error.exit_code
        except ServerStartError as error:
            report(f"partywire exec: {error}")
            return SERVER_FAILED
        except asyncio.CancelledError:
            if signals.received is None:
                raise
            return SIGNALLED + signals.received


async def _run(
    command: Sequence[str], url: str | None, report: Callable[[str], None], signals: Signals
) -> int:
    user: Mapping[str, str] = dict(os.environ)
    async with contextlib.AsyncExitStack() as stack:
        enter = stack.enter_async_context
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="partywire-")))
        if url is None:
            url = await enter(dev_server(directory / "server.log", report))
        authority = Authority(directory)
        proxy = Proxy(url, authority, Upstream(UserProxies.of(user)), report)
        environment = command_environment(
            user,
            proxy_port=await enter(proxy.listen()),
            server_url=url,
            credentials=Credentials.generate(),
            files=write_trust_files(directory, user, authority.certificate),
        )
        return await run_command(command, environment, signals)
