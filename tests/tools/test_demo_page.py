"""The builder of the page, with an npm of the tests' own."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness import Client, Server
from partywire.wire.http.demo_page import WORD

ROOT = Path(__file__).parents[2]
BUILDER = ROOT / "tools" / "demo_page.py"
INSTALLS = "[ $1 = ci ] && { mkdir -p node_modules; exit; }\n"
BUILDS = f"{INSTALLS}for last; do :; done\nmkdir ${{last#--outdir=}}\n"
BUILDS += "echo page >${last#--outdir=}/index.html\n"


class Workshop:
    """A source of a page, a folder for it, and an npm."""

    def __init__(self, place: Path) -> None:
        self.source, self.folder = place / "source", place / "build" / "demo"
        self.commands, self.said = place / "commands", place / "asked"
        self.commands.mkdir()
        (self.source / "src").mkdir(parents=True)
        for name in ("package.json", "package-lock.json", "src/page.ts"):
            (self.source / name).write_text("{}")

    def npm(self, script: str) -> None:
        """Has npm do this."""
        file = self.commands / "npm"
        file.write_text(f'#!/bin/sh\necho "$1" >>{self.said}\n{script}')
        file.chmod(0o755)

    def build(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs the builder, with no other npm within reach."""
        path = f"{self.commands}{os.pathsep}/usr/bin{os.pathsep}/bin"
        if not (self.commands / "npm").exists():
            path = str(self.commands)
        return subprocess.run(
            [sys.executable, str(BUILDER), str(self.folder), str(self.source)],
            env={**os.environ, "PATH": path, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def asked(self) -> list[str]:
        """What npm was asked to do."""
        return self.said.read_text().split() if self.said.exists() else []

    @property
    def word(self) -> str:
        """What the folder says of itself."""
        return (self.folder / WORD).read_text()


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_the_page_is_built_once(workshop: Workshop) -> None:
    workshop.npm(BUILDS)
    for _ in range(2):
        done = workshop.build()
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert workshop.asked == ["ci", "run"]
    assert (workshop.folder / "index.html").read_text() == "page\n"
    assert not (workshop.folder / WORD).exists()
    assert [one.name for one in workshop.folder.parent.iterdir()] == ["demo"]


@pytest.mark.parametrize("name", ["package-lock.json", "src/page.ts", "src/other.css"])
def test_it_is_built_anew_when_its_source_has_changed(workshop: Workshop, name: str) -> None:
    workshop.npm(BUILDS)
    workshop.build()
    (workshop.source / name).write_text("other")
    assert workshop.build().returncode == 0
    # npm fetches again only what the lock file names anew.
    assert workshop.asked == ["ci", "run", *(["ci"] if "lock" in name else []), "run"]


def test_without_npm_it_says_what_to_install(workshop: Workshop) -> None:
    done = workshop.build()
    assert done.returncode == 1
    assert done.stderr == workshop.word
    assert "npm" in workshop.word
    assert "Node.js" in workshop.word
    assert "make run" in workshop.word


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'npm error code ENOTFOUND' >&2; exit 1", "`npm ci` says: ENOTFOUND"),
        ("echo 'no such thing' >&2; exit 3", "`npm ci` says: no such thing"),
        ("exit 1", "`npm ci` says: no reason given"),
        (f"{INSTALLS}echo 'x.ts: what?' >&2; exit 1", "`npm run` says: x.ts: what?"),
        ("exit 0", "the build made no page"),
    ],
)
def test_a_failure_is_said_in_a_sentence(workshop: Workshop, script: str, reason: str) -> None:
    workshop.npm(script)
    done = workshop.build()
    assert done.returncode == 1
    assert done.stderr == workshop.word
    assert reason in workshop.word
    assert "Traceback" not in done.stderr
    workshop.npm(BUILDS)
    assert workshop.build().returncode == 0
    assert (workshop.folder / "index.html").exists()


def test_an_npm_that_cannot_be_started_is_a_failure_too(workshop: Workshop) -> None:
    workshop.npm("")
    (workshop.commands / "npm").write_text("#!/nowhere\n")
    assert workshop.build().returncode == 1
    assert "npm cannot be started" in workshop.word


def test_an_npm_that_hangs_is_ended_with_all_it_started(workshop: Workshop) -> None:
    lock = workshop.source / "held"
    lock.touch()
    workshop.npm(f"flock {lock} sleep 600 & wait\n")
    done = workshop.build(PARTYWIRE_DEMO_PAGE_SECONDS="0.5")
    assert done.returncode == 1
    assert "npm took longer than 0.5 seconds" in workshop.word
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # for ever, if it were still asleep


def test_a_folder_that_cannot_be_written_is_said_to_be(workshop: Workshop) -> None:
    workshop.npm(BUILDS)
    workshop.folder.parent.touch()
    done = workshop.build()
    assert done.returncode == 1
    assert "The page could not be built: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_page_that_is_there_stays_when_a_newer_one_fails(workshop: Workshop) -> None:
    workshop.npm(BUILDS)
    workshop.build()
    (workshop.source / "src" / "page.ts").write_text("newer")
    workshop.npm("exit 1")
    assert workshop.build().returncode == 1
    assert (workshop.folder / "index.html").read_text() == "page\n"


def test_while_it_is_built_it_says_so_and_others_wait(workshop: Workshop) -> None:
    word = workshop.folder / WORD
    workshop.npm(f"cp {word} {workshop.source}/seen\n{BUILDS}")
    first, second = (
        subprocess.Popen(
            [sys.executable, str(BUILDER), str(workshop.folder), str(workshop.source)],
            env={**os.environ, "PATH": f"{workshop.commands}{os.pathsep}{os.environ['PATH']}"},
        )
        for _ in range(2)
    )
    assert (first.wait(60), second.wait(60)) == (0, 0)
    assert workshop.asked == ["ci", "run"]
    assert "being built" in (workshop.source / "seen").read_text()


@pytest.mark.parametrize(
    ("npm", "said"), [(None, "Install Node.js"), ("exec sleep 600", "is being built")]
)
def test_make_run_starts_whatever_npm_does(npm: str | None, said: str, workshop: Workshop) -> None:
    if not (ROOT / ".venv" / "ready").exists():
        pytest.skip("this is not the environment that make run would use")
    for name in ("bash", "sh", "find", "grep", "expand", "sed", "sleep", "python3"):
        (workshop.commands / name).symlink_to(shutil.which(name) or "/nowhere")
    if npm is not None:
        workshop.npm(npm)
    make = [shutil.which("make") or "make", "-s", "-C", str(ROOT)]
    environment = {"PATH": str(workshop.commands), "PARTYWIRE_DEMO_PAGE_SECONDS": "5"}
    server = Server(["run", "PORT=0", f"PAGE={workshop.folder}"], environment, make)
    try:
        with Client(server.url, None) as nobody:
            assert nobody.http.get("/healthz").status_code == 200
            deadline = time.monotonic() + 20
            while said not in (answer := nobody.http.get("/demo")).text:
                assert time.monotonic() < deadline, answer.text
                time.sleep(0.02)
            assert answer.status_code == 503
    finally:
        server.stop()
