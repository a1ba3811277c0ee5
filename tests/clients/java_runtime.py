"""The program in Java, compiled.

The library has two families of classes, the account's and a service's, that share names and nothing
else. So the scenarios are written once, with the account's, and compiled a second time with the
service's in their place.

Maven fetches the library; ``dependencies.sha256`` says what its files must be. Whoever asks for
another version in ``pom.xml`` writes it anew: ``sha256sum *.jar`` in ``.cache/java/library``.
No package index ships a compiler, so the machine must have one.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

from clients.compiled.building import Stamp, Unavailable, run, turn

PROGRAM = Path(__file__).parent / "java"
LOCK = PROGRAM / "dependencies.sha256"
_SOURCES = PROGRAM / "src"
_OLDEST = 11
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin"
_NETWORK = r"(?i)could not transfer|failed to transfer|unknown host|offline mode|timed out"
_LIBRARY = "com.twilio.rest.conversations.v1."
_ACT = re.compile(r"\b([A-Z]\w+\.(?:creator|fetcher|updater|deleter|reader))\((\)?)")


def prepared() -> list[str]:
    """The command that runs the program.

    Raises:
        Unavailable: it cannot be compiled here.
    """
    with turn("java") as place:
        java = _of_the_machine("java")
        library, classes = place / "library", place / "classes"
        sources = sorted(_SOURCES.rglob("*.java"))
        stamp = Stamp(place / "built-from", [*sources, LOCK, PROGRAM / "pom.xml", Path(__file__)])
        if not stamp.holds:
            compiler = _of_the_machine("javac")
            _fetch(library, Stamp(place / "fetched-from", [LOCK, PROGRAM / "pom.xml"]))
            shutil.rmtree(classes, ignore_errors=True)
            options = ["--release", str(_OLDEST), "-encoding", "UTF-8"]
            written = [*sources, *_at_a_service(place / "at-a-service")]
            run([compiler, *options, "-d", classes, "-cp", f"{library}/*", *written], PROGRAM)
            stamp.press()
        return [java, "-cp", f"{classes}:{library}/*", "tour.Main"]


def locked() -> dict[str, str]:
    """The hash of each file that the library consists of."""
    lines = (line.split() for line in LOCK.read_text().splitlines())
    return {name: told for told, name in lines}


def _of_the_machine(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        raise Unavailable(f"there is no {tool} on this machine")
    # Some systems have a stand-in that only says where to get the real one.
    done = subprocess.run([found, "-version"], capture_output=True, text=True, check=False)
    said = re.search(r"(?:version \"|javac )(\d+)", done.stdout + done.stderr)
    if done.returncode != 0 or said is None or int(said[1]) < _OLDEST:
        raise Unavailable(f"there is no {tool} of {_OLDEST} or later on this machine")
    return found


def _fetch(library: Path, stamp: Stamp) -> None:
    if stamp.holds and library.exists():
        return
    maven = shutil.which("mvn")
    if maven is None:
        raise Unavailable("there is no Maven (mvn) on this machine")
    shutil.rmtree(library, ignore_errors=True)
    fetch = [maven, "--quiet", "--batch-mode", f"{_PLUGIN}:copy-dependencies"]
    wishes = ["-DincludeScope=runtime", f"-DoutputDirectory={library}"]
    run([*fetch, *wishes], PROGRAM, fetching=_NETWORK)
    there = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in library.iterdir()}
    assert there == locked(), f"{LOCK.name} names other files than Maven fetched"
    stamp.press()


def _at_a_service(folder: Path) -> list[Path]:
    """The scenarios once more, with a service's classes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for source in (_SOURCES / "tour" / "account").glob("*.java"):
        text = source.read_text(encoding="utf-8")
        text = text.replace("package tour.account;", "package tour.service;")
        text = text.replace(_LIBRARY, f"{_LIBRARY}service.")
        text = _ACT.sub(lambda act: f"{act[1]}(at.service{act[2] or ', '}", text)
        (folder / source.name).write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())
