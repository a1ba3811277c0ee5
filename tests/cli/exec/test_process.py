import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from partywire.cli.exec.process import CommandStartError, Signals, run_command


def run(*command: str, environment: dict[str, str] | None = None) -> int:
    path = {"PATH": os.environ["PATH"]}
    return asyncio.run(run_command(command, {**path, **(environment or {})}, Signals()))


@pytest.mark.parametrize("code", [0, 1, 42])
def test_the_commands_exit_code_is_ours(code: int) -> None:
    assert run("sh", "-c", f"exit {code}") == code


def test_a_command_ended_by_a_signal_gives_128_and_its_number() -> None:
    assert run("sh", "-c", "kill -KILL $$") == 128 + signal.SIGKILL


def test_the_command_gets_the_environment_and_nothing_else() -> None:
    assert run("sh", "-c", '[ "$A" = 1 ] && [ -z "$HOME" ]', environment={"A": "1"}) == 0


def test_a_missing_command_gives_127(tmp_path: Path) -> None:
    with pytest.raises(CommandStartError, match="no-such-command: command not found") as caught:
        run("no-such-command")

    assert caught.value.exit_code == 127


def test_a_file_that_is_not_executable_gives_126(tmp_path: Path) -> None:
    (tmp_path / "script").write_text("#!/bin/sh\n")

    with pytest.raises(CommandStartError, match="script: Permission denied") as caught:
        run(str(tmp_path / "script"))

    assert caught.value.exit_code == 126


def test_a_file_of_no_known_format_gives_126(tmp_path: Path) -> None:
    (tmp_path / "script").write_text("neither a program nor a script")
    (tmp_path / "script").chmod(0o700)

    with pytest.raises(CommandStartError, match="script: Exec format error") as caught:
        run(str(tmp_path / "script"))

    assert caught.value.exit_code == 126


def test_a_signal_before_the_command_cancels_the_task() -> None:
    signals = Signals()

    async def scenario() -> None:
        with signals.handled():
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(10)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(scenario())

    assert signals.received is signal.SIGTERM


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.01)


def test_signals_go_to_the_command_while_it_runs(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    source = (
        "import pathlib, signal, sys\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])\n"
        "pathlib.Path(sys.argv[1]).touch()\n"
        "sys.exit(50 + signal.sigwait([signal.SIGHUP]))\n"
    )

    async def scenario() -> int:
        signals = Signals()
        with signals.handled():
            command = [sys.executable, "-c", source, str(ready)]
            running = asyncio.create_task(run_command(command, dict(os.environ), signals))
            await asyncio.to_thread(wait_for, ready)
            os.kill(os.getpid(), signal.SIGHUP)
            return await running

    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup, for one, has it ignored
    try:
        assert asyncio.run(scenario()) == 50 + signal.SIGHUP
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_signal_that_our_parent_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:

        async def scenario() -> None:
            with Signals().handled():
                assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN

        asyncio.run(scenario())
    finally:
        signal.signal(signal.SIGHUP, before)
