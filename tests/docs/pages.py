"""Documents as they are followed: every block of code, in order, by somebody at a shell.

A bench as ``make run`` starts it is there from the beginning. ``console`` starts a server in its
place; ``bash`` runs in one folder and one
environment that last over the page; ``python`` whose first line is ``# NAME.py`` is saved under
that name; ``text`` is what the ``bash`` before it must have printed. Other blocks are not for
running.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from harness import Server, partywire_command

ROOT = Path(__file__).parents[2]
SECONDS = 120
ADDRESS = "http://127.0.0.1:4242"

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """One block of code and its language."""

    language: str
    code: str


def blocks(document: Path) -> list[Block]:
    """The blocks of a document."""
    return [Block(*found) for found in _BLOCK.findall(document.read_text(encoding="utf-8"))]


def server_arguments(command: str) -> list[str]:
    """What a line that starts a server hands to Partywire; ``make run`` is looked up."""
    words = shlex.split(command)
    if words[0] == "make":
        words = _recipe(words[1])
    assert words[0] == "partywire", command
    arguments = words[1:]
    if "--port" in arguments:
        at = arguments.index("--port")
        del arguments[at : at + 2]
    return arguments


def _recipe(verb: str) -> list[str]:
    """The line of the Makefile by which a verb starts a server."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    values = dict(re.findall(r"^(\w+) [?:]?= (.*)$", makefile, re.MULTILINE))
    [lines] = re.findall(rf"^{verb}:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    [line] = re.findall(r"^\t@\$\(BIN\)/(partywire .*)$", lines, re.MULTILINE)
    return shlex.split(re.sub(r"\$\((\w+)\)", lambda named: values[named[1]], line))


class Walk:
    """Somebody who follows a document in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server: Server | None = None
        commands = folder / "commands"
        commands.mkdir()
        for name, command in (("partywire", partywire_command()), ("python", [sys.executable])):
            (commands / name).write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
            (commands / name).chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{commands}:{os.environ['PATH']}"}

    def start(self, command: str) -> None:
        """Starts a server, and stops the one before."""
        self.stop()
        # A server of the harness stands in the folder of the tests.
        beside = [
            one.replace("sqlite:///", f"sqlite:///{self.folder}/")
            for one in server_arguments(command)
        ]
        self.server = Server([*beside, "--port", "0"])

    def stop(self) -> None:
        """Stops the server, if there is one."""
        if self.server is not None:
            self.server.stop(signal.SIGTERM)
            self.server = None

    def here(self, code: str) -> str:
        """The code, led to our server."""
        return code.replace(ADDRESS, self.server.url) if self.server else code

    def run(self, code: str) -> str:
        """Runs commands; returns what they print."""
        kept = self.folder / "environment"
        script = (
            f"[ ! -e {kept} ] || . {kept}\nset -eo pipefail\n"
            f"{self.here(code).replace('curl -s', 'curl -sf')}\nexport -p > {kept}\n"
        )
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def save(self, program: str) -> None:
        """Saves a program under the name that its first line gives."""
        named = re.match(r"# (\w+\.py)\n", program)
        assert named is not None, f"a program without a name:\n{program}"
        (self.folder / named[1]).write_text(self.here(program), encoding="utf-8")


def follow(document: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Follows the document; yields what each block should have printed, and what it did."""
    walk = Walk(folder)
    found = blocks(document)
    try:
        walk.start("make run")
        said = ""
        for block in found:
            if block.language == "console":
                walk.start(block.code)
            elif block.language == "python":
                walk.save(block.code)
            elif block.language == "bash":
                said = walk.run(block.code)
            elif block.language == "text":
                yield block.code, said
    finally:
        walk.stop()
