"""Peers come as ordinary packages, fetched when the bench runs, and kept out of the repository."""

import shutil
import subprocess
import sys
from pathlib import Path

from bench.track import NotMeasured, say

CACHE = Path(__file__).parents[2] / ".cache" / "bench"
SECONDS = 600


def _run(command: list[str], folder: Path) -> None:
    """Runs an installer.

    Raises:
        NotMeasured: it failed, or took too long.
    """
    try:
        done = subprocess.run(
            command, check=False, cwd=folder, capture_output=True, text=True, timeout=SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotMeasured(f"{command[0]}: {type(error).__name__}") from error
    if done.returncode:
        # The last line only: installers tell at length what they tried where.
        last = [line for line in done.stderr.splitlines() if line.strip()][-1:]
        raise NotMeasured(f"{Path(command[0]).name} failed: {' '.join(last)}")


def _fresh(name: str, wanted: str) -> tuple[Path, Path, bool]:
    """The package's folder, its stamp, and whether it is installed already."""
    folder = CACHE / name
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return folder, stamp, True
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder, stamp, False


def from_npm(name: str, *packages: str) -> Path:
    """A folder with these packages in ``node_modules``.

    Raises:
        NotMeasured: there is no npm, or it cannot fetch them.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise NotMeasured("there is no npm here")
    folder, stamp, there = _fresh(name, " ".join(packages))
    if not there:
        say(f"fetching {' '.join(packages)}")
        (folder / "package.json").write_text('{"private": true}\n')
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"]
        _run([npm, "install", *quiet, *packages], folder)
        stamp.write_text(" ".join(packages))
    return folder


def from_pip(name: str, *packages: str) -> Path:
    """The Python of an environment of its own, with these packages.

    Raises:
        NotMeasured: pip cannot fetch them.
    """
    folder, stamp, there = _fresh(name, " ".join(packages))
    python = folder / "environment" / "bin" / "python"
    if not there:
        say(f"fetching {' '.join(packages)}")
        # Some systems ship Python without ensurepip, but with pip.
        _run([sys.executable, "-m", "venv", "--without-pip", "environment"], folder)
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
        _run([*pip, "--disable-pip-version-check", *packages], folder)
        stamp.write_text(" ".join(packages))
    return python


def version_of(python: Path, package: str) -> str:
    """Which version of a package that Python has."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    command = [str(python), "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
