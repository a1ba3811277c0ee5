"""Runs the command: signals go to it, and its end becomes our exit code."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

NOT_EXECUTABLE: Final = 126
NOT_FOUND: Final = 127
SIGNALLED: Final = 128

_FORWARDED: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_FROM_TERMINAL: Final = {signal.SIGINT, signal.SIGQUIT}


class CommandStartError(Exception):
    """The command cannot be run.

    Args:
        message: why.
        exit_code: 127 where it was not found, else 126, as shells have it.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Signals:
    """What to do with the signals that would end us.

    Before the command runs the first cancels the current task, while it runs they go to the
    command, and afterwards they are ignored: what is left is a short clean-up.

    Attributes:
        received: the signal that cancelled the task.
    """

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self.received: signal.Signals | None = None

    @contextlib.contextmanager
    def handled(self) -> Iterator[None]:
        """Takes the signals during a block, but for those that our parent had us ignore."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        taken = [number for number in _FORWARDED if signal.getsignal(number) != signal.SIG_IGN]
        for number in taken:
            loop.add_signal_handler(number, self._receive, number, task)
        try:
            yield
        finally:
            for number in taken:
                loop.remove_signal_handler(number)

    def send_to(self, process: asyncio.subprocess.Process) -> None:
        """From now on, hands signals to this process."""
        self._process = process

    def _receive(self, number: signal.Signals, task: "asyncio.Task[object] | None") -> None:
        if self._process is None:
            if self.received is None and task is not None:
                self.received = number
                task.cancel()
        elif not (number in _FROM_TERMINAL and _in_foreground()):
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)


def _in_foreground() -> bool:
    """Whether a Ctrl-C at our terminal reaches the command by itself, as one of our group."""
    try:
        terminal = os.open(os.ctermid(), os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


async def run_command(
    command: Sequence[str], environment: Mapping[str, str], signals: Signals
) -> int:
    """Runs a command to its end, with our stdin, stdout and stderr.

    Args:
        command: program, looked up along ``PATH`` where it has no slash, and its arguments.
        environment: the command's whole environment.
        signals: will be handed to it.

    Returns:
        Its exit code; 128 and the number of the signal where one ended it.

    Raises:
        CommandStartError: there is no such program, or it cannot be run.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdin=None, stdout=None, stderr=None
        )
    except FileNotFoundError:
        raise CommandStartError(f"{command[0]}: command not found", NOT_FOUND) from None
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandStartError(f"{command[0]}: {reason}", NOT_EXECUTABLE) from None
    signals.send_to(process)
    code = await process.wait()
    return code if code >= 0 else SIGNALLED - code
