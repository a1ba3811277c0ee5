"""The program in Go, built.

Where the machine has no Go, or one too old for the program, a copy comes from the package index.
Modules come from wherever the machine's Go fetches them; go.sum says what they must be.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from clients.compiled.building import Stamp, run, turn

PROGRAM = Path(__file__).parent / "go"
_NETWORK = r"(?i)dial tcp|timeout|timed out|connection|no such host|proxyconnect|lookup .* on "
_INDEX = r"(?i)no matching distribution|could not fetch|connection|timed out|retrying"


def prepared() -> list[str]:
    """The command that runs the program.

    Raises:
        Unavailable: it cannot be built here.
    """
    with turn("go") as place:
        program, sources = place / "tour", [*PROGRAM.glob("*.go"), *PROGRAM.glob("go.*")]
        stamp = Stamp(place / "built-from", sources)
        if not (stamp.holds and program.exists()):
            go = _of_the_machine() or _of_the_package_index(place)
            run([go, "mod", "download"], PROGRAM, fetching=_NETWORK)
            # The program is nobody's release: git need not say which.
            run([go, "build", "-buildvcs=false", "-o", program], PROGRAM)
            stamp.press()
        return [str(program)]


def oldest() -> tuple[int, int]:
    """The oldest Go that the program asks for."""
    asked = re.search(r"^go (\d+)\.(\d+)", (PROGRAM / "go.mod").read_text(), re.MULTILINE)
    assert asked is not None
    return int(asked[1]), int(asked[2])


def _of_the_machine() -> str | None:
    go = shutil.which("go")
    if go is None:
        return None
    said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False)
    there = re.match(r"go(\d+)\.(\d+)", said.stdout)
    return go if there and (int(there[1]), int(there[2])) >= oldest() else None


def _of_the_package_index(place: Path) -> str:
    environment, wanted = place / "environment", PROGRAM / "requirements.txt"
    python = environment / "bin" / "python"
    stamp = Stamp(place / "installed-from", [wanted])
    if not (stamp.holds and python.exists()):
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([sys.executable, "-m", "venv", "--clear", environment], PROGRAM)
        run(
            [*pip, "--require-hashes", "--only-binary", ":all:", "-r", wanted],
            PROGRAM,
            fetching=_INDEX,
        )
        stamp.press()
    found = run([python, "-c", "import go; print(*go.__path__)"], PROGRAM)
    return str(Path(found.stdout.strip()) / "bin" / "go")
