"""``python -m partywire``."""

import subprocess
import sys

from partywire import __version__


def test_the_module_is_the_command() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "partywire", "--version"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (said.returncode, said.stdout) == (0, f"partywire, version {__version__}\n")


def test_importing_it_starts_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import partywire.__main__"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
