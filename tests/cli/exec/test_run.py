import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import EXEC, RunExec, tool

URL = "https://conversations.twilio.com/v1/Conversations"


# --- what the command is given --------------------------------------------------------------


def test_stdin_and_stdout_are_the_commands_own(
    echo_server: str, user_environment: dict[str, str]
) -> None:
    result = subprocess.run(
        [*EXEC, "--url", echo_server, "cat", "-"],
        env=user_environment,
        input=b"\x00bytes",
        capture_output=True,
        check=True,
    )

    assert result.stdout == b"\x00bytes"
    assert result.stderr == b""


def test_options_after_the_commands_name_are_the_commands(
    run_exec: RunExec, echo_server: str
) -> None:
    result = run_exec(options=["--url", echo_server, "echo", "--url", "--help"])

    assert result.stdout == "--url --help --\n"


def test_one_pair_of_credentials_and_the_servers_url_reach_the_command(
    run_exec: RunExec, echo_server: str
) -> None:
    result = run_exec("sh", "-c", "echo $TWILIO_ACCOUNT_SID $TWILIO_AUTH_TOKEN $PARTYWIRE_URL")

    sid, token, url = result.stdout.split()
    assert re.fullmatch("AC[0-9a-f]{32}", sid)
    assert re.fullmatch("[0-9a-zA-Z]{32}", token)
    assert url == echo_server


def test_the_files_are_private_and_gone_afterwards(run_exec: RunExec) -> None:
    # That they are gone is checked for every run, by the fixture.
    result = run_exec("sh", "-c", 'stat -c %a "$(dirname "$SSL_CERT_FILE")"')

    assert result.stdout == "700\n"


# --- how it ends ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "code"),
    [("exit 3", 3), ("kill -TERM $$", 143), ("exec no-such-command", 127)],
)
def test_the_commands_end_is_ours(run_exec: RunExec, command: str, code: int) -> None:
    assert run_exec("sh", "-c", command).returncode == code


def test_a_command_that_cannot_be_run_is_explained(run_exec: RunExec, tmp_path: Path) -> None:
    missing, directory = run_exec("no-such-command"), run_exec(str(tmp_path))

    assert (missing.returncode, directory.returncode) == (127, 126)
    assert missing.stderr == "partywire exec: no-such-command: command not found\n"
    assert directory.stderr == f"partywire exec: {tmp_path}: Permission denied\n"


TRAP = 'trap "echo stopped; exit 7" TERM INT; echo started; while :; do sleep 0.05; done'


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_us_ends_the_command_its_own_way(
    number: signal.Signals, echo_server: str, user_environment: dict[str, str]
) -> None:
    command = [*EXEC, "--url", echo_server, "sh", "-c", TRAP]
    with subprocess.Popen(
        command, env=user_environment, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        process.send_signal(number)

        assert process.stdout.read() == b"stopped\n"
        assert process.wait() == 7
    assert list(Path(user_environment["TMPDIR"]).iterdir()) == []


# Runs its arguments on a terminal of their own, types Ctrl-C once they have said "started", and
# prints all they said.
TERMINAL = """
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
said, typed = b"", False
while True:
    try:
        data = os.read(terminal, 1024)
    except OSError:
        break
    said += data
    if b"started" in said and not typed:
        os.write(terminal, b"\\x03")
        typed = True
print(said.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""

COUNTS_INTERRUPTS = """
import signal, time
seen = []
signal.signal(signal.SIGINT, lambda *_: seen.append(1))
print("started", flush=True)
while not seen:
    time.sleep(0.01)
time.sleep(0.3)
print("interrupts:", len(seen))
"""


def test_a_ctrl_c_at_the_terminal_reaches_the_command_once(
    echo_server: str, user_environment: dict[str, str]
) -> None:
    command = [*EXEC, "--url", echo_server, sys.executable, "-c", COUNTS_INTERRUPTS]

    result = subprocess.run(
        [sys.executable, "-c", TERMINAL, *command],
        env=user_environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "interrupts: 1" in result.stdout
    assert result.returncode == 0


# --- the server of its own ------------------------------------------------------------------

DEV_SERVER = """
import http.server, pathlib, signal, sys
sys.path.insert(0, {tests!r})
from conftest import EchoHandler
signal.signal(signal.SIGTERM, lambda *_: sys.exit(pathlib.Path("server-stopped").touch()))
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), EchoHandler)
print(f"ready http://127.0.0.1:{{server.server_port}}", flush=True)
server.serve_forever()
"""


def with_server(source: str, *command: str) -> list[str]:
    """``partywire exec`` with another program in the place of ``partywire dev``."""
    program = (
        "import sys\n"
        "from partywire.cli.exec import run\n"
        f"server = [sys.executable, '-c', {source!r}]\n"
        "real = run.dev_server\n"
        "run.dev_server = lambda log, report: real(log, report, server)\n"
        "from partywire.cli.exec.command import exec_command\n"
        "exec_command()\n"
    )
    return [sys.executable, "-X", "dev", "-c", program, "--", *command]


def test_without_a_url_a_server_runs_for_as_long_as_the_command(
    user_environment: dict[str, str], tmp_path: Path
) -> None:
    source = DEV_SERVER.format(tests=str(Path(__file__).parent))

    result = subprocess.run(
        with_server(source, tool("curl"), "-sS", URL),
        env=user_environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert result.stderr == ""
    assert json.loads(result.stdout)["headers"]["host"] == "conversations.twilio.com"
    assert (tmp_path / "server-stopped").exists()


def test_a_server_that_does_not_start_is_explained(
    user_environment: dict[str, str], tmp_path: Path
) -> None:
    result = subprocess.run(
        with_server("raise SystemExit('no space')", "touch", str(tmp_path / "ran")),
        env=user_environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert result.returncode == 70
    assert result.stderr == "partywire exec: the server ended with code 1:\nno space\n"
    assert not (tmp_path / "ran").exists()
    assert list(Path(user_environment["TMPDIR"]).iterdir()) == []
