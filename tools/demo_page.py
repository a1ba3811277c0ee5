"""Builds the page that `make run` serves: ``demo_page.py FOLDER [SOURCE]``.

Needs npm on the PATH. Where it is missing, fails or is slow, the folder holds the reason in plain
words, for the server to tell; a page that was built before stays. Nothing is done where the page
is built from this very source. Exits with 1 if there is no page of it afterwards.
"""

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SECONDS = float(os.environ.get("PARTYWIRE_DEMO_PAGE_SECONDS", "300"))  # for each of the two steps
WORD = "not-built.txt"
STAMP = "built-from.txt"
BUILDING = "The page is being built. It will be here in a moment.\n"
NO_NPM = (
    "The page needs npm to be built, and there is none on the PATH. "
    "Install Node.js 18 or later, then start `make run` again.\n"
)
FAILED = "The page could not be built: {}. Start `make run` again to have it tried once more.\n"
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")


class Unbuilt(Exception):
    """Why there is no page; a sentence for whoever looks at it."""


def sources(source: Path) -> Iterator[Path]:
    """The files of which the page is made, in order."""
    yield source / "package.json"
    yield source / "package-lock.json"
    yield from sorted(file for file in (source / "src").rglob("*") if file.is_file())


def digest(source: Path) -> str:
    """What the page is built from, in a word."""
    made = hashlib.sha256()
    for file in sources(source):
        made.update(f"{file.relative_to(source)}\0".encode() + file.read_bytes() + b"\0")
    return made.hexdigest()


def leave_word(folder: Path, said: str) -> None:
    """Says in the folder why there is no page; a page that is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WORD).write_text(said, encoding="utf-8")


def run(npm: str, arguments: tuple[str, ...], source: Path) -> None:
    """Runs npm to its end, or to ours.

    Raises:
        Unbuilt: it failed, or took too long.
    """
    try:
        process = subprocess.Popen(
            [npm, *arguments],
            cwd=source,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise Unbuilt(FAILED.format(f"npm cannot be started ({error.strerror})")) from error
    try:
        _, said = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise Unbuilt(FAILED.format(f"npm took longer than {SECONDS:g} seconds")) from error
    if process.returncode != 0:
        code = re.search(r"^npm (?:error|ERR!) code (\w+)", said, re.MULTILINE)
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        reason = code[1] if code else (lines or ["no reason given"])[0]
        raise Unbuilt(FAILED.format(f"`npm {arguments[0]}` says: {reason[:200]}"))


def install(npm: str, source: Path) -> None:
    """Has npm fetch what the lock file names, unless it did.

    Raises:
        Unbuilt: it cannot be done.
    """
    stamp = source / "node_modules" / ".installed-from"
    wanted = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    run(npm, INSTALL, source)
    if stamp.parent.is_dir():
        stamp.write_text(wanted, encoding="utf-8")


def build(folder: Path, source: Path) -> None:
    """Builds the page beside the folder, then puts it in its place.

    Raises:
        Unbuilt: it cannot be done.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise Unbuilt(NO_NPM)
    wanted = digest(source)
    install(npm, source)
    with tempfile.TemporaryDirectory(prefix="page-", dir=folder.parent) as near:
        made = Path(near) / "made"
        run(npm, ("run", "build", "--", f"--outdir={made}"), source)
        if not (made / "index.html").is_file():
            raise Unbuilt(FAILED.format("the build made no page"))
        (made / STAMP).write_text(wanted, encoding="utf-8")
        folder.rename(Path(near) / "old")
        made.rename(folder)


def is_built(folder: Path, source: Path) -> bool:
    """Whether the page there was built from the source as it is now."""
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == digest(source)


def main(folder: Path, source: Path) -> int:
    """Builds the page where it is needed; returns the exit code."""
    # Several may start at once: one builds, the others wait.
    with (source / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_built(folder, source):
            return 0
        try:
            leave_word(folder, BUILDING)
            build(folder, source)
        except Unbuilt as error:
            leave_word(folder, str(error))
            sys.stderr.write(str(error))
            return 1
        except OSError as error:
            sys.stderr.write(FAILED.format(error))
            return 1
    return 0


if __name__ == "__main__":
    own = Path(__file__).parents[1] / "demo"
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]) if sys.argv[2:] else own))
