"""pgbench with our very statements: those that PostgreSQL logs while our server answers."""

import asyncio
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from msgspec import Struct

from bench import load
from bench.data import Made
from bench.load import Request, Target
from bench.servers import FIRST_CORE
from bench.tables import counted
from bench.track import NotMeasured, Track

QUIET_SECONDS = 0.1
PATIENCE_SECONDS = 5.0
TIMES = 6  # how often each request is sent, to tell its statements from the background's

_SENT = re.compile(r"LOG:  (?:execute [^:]*|statement): (.*)", re.DOTALL)
_GIVEN = re.compile(r"DETAIL:  [Pp]arameters: (.*)", re.DOTALL)
_VALUE = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')", re.DOTALL)
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
_NEW = re.compile(rf"(\{{?){_SID.pattern}\}}?")  # or an array of one
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_PLACEHOLDER = re.compile(r"\$(\d+)")


class Sent(Struct, frozen=True):
    """One statement as it was sent; its values as text, None for NULL."""

    text: str
    values: tuple[str | None, ...] = ()


def read(log: str) -> list[Sent]:
    """The statements in a log, in their order."""
    found: list[Sent] = []
    for entry in re.split(r"\n(?!\t)", log):
        whole = entry.replace("\n\t", "\n")
        if sent := _SENT.search(whole):
            found.append(Sent(sent[1].strip().rstrip(";")))
        elif (given := _GIVEN.search(whole)) and found:
            values = tuple(
                None if value == "NULL" else value[1:-1].replace("''", "'")
                for _, value in _VALUE.findall(given[1])
            )
            found[-1] = Sent(found[-1].text, values)
    return found


def of_one_request(sequences: Sequence[Sequence[Sent]]) -> tuple[list[Sent], list[Sent]]:
    """What equal requests sent: the last one, and the one before it.

    Args:
        sequences: all that was logged during each; what is not in every one was not theirs.

    Raises:
        NotMeasured: the two differ in more than their values.
    """
    everywhere = set.intersection(*({each.text for each in one} for one in sequences))
    before, last = ([each for each in one if each.text in everywhere] for one in sequences[-2:])
    if [each.text for each in before] != [each.text for each in last]:
        raise NotMeasured("equal requests do not send equal statements")
    return last, before


class Scripts(Struct, frozen=True):
    """What pgbench runs in place of one request; one script for each of its targets."""

    texts: tuple[str, ...]
    variables: dict[str, str]
    database: str
    statements: int

    @property
    def told(self) -> str:
        """How many statements a request takes."""
        return counted(self.statements, "statement")

    def running(
        self, track: Track, clients: int, seconds: int | None = None
    ) -> Callable[[], float]:
        """Measures transactions per second once, when it is called."""
        files = []
        for number, text in enumerate(self.texts):
            file = track.folder / f"pgbench-{time.time_ns()}-{number}.sql"
            file.write_text(text)
            files += ["-f", str(file)]
        return lambda: rate(
            track, self.database, files, clients, self.variables, seconds or track.pace.seconds
        )


def _plain(text: str) -> str:
    """The statement with no colon in its literals, which pgbench would take for a variable's."""

    def spelt(found: re.Match[str]) -> str:
        literal = found[0]
        if ":" not in literal:
            return literal
        return "U&" + literal.replace("\\", "\\\\").replace(":", "\\003A")

    return _LITERAL.sub(spelt, text)


def script(last: Sequence[Sent], before: Sequence[Sent], tag: str) -> tuple[str, dict[str, str]]:
    """A program for pgbench, and its variables, whose names begin with ``tag``.

    A SID that differs between two requests is a new one each time: a number that grows takes
    its place. A value that stands in two places becomes two parameters.
    """
    fresh: dict[str, str] = {}
    variables: dict[str, str] = {}
    statements = []
    for number, (now, then) in enumerate(zip(last, before, strict=True)):
        names = []
        for place, (value, earlier) in enumerate(zip(now.values, then.values, strict=True)):
            if value is None:
                names.append("NULL")
            elif value != earlier and (sid := _NEW.fullmatch(value)):
                name = fresh.setdefault(value, f"{tag}_new_{len(fresh)}")
                names.append(f"ARRAY[:{name}]" if sid[1] else f":{name}")
            else:
                variables[f"{tag}_{number}_{place}"] = value
                names.append(f":{tag}_{number}_{place}")
        taken = tuple(names)
        text = _PLACEHOLDER.sub(lambda found, by=taken: by[int(found[1]) - 1], _plain(now.text))
        statements.append(f"{text};")
    new = [
        rf"\set {name} (:count * 1000 + :client_id) * 10 + {number}"
        for number, name in enumerate(fresh.values())
    ]
    return "\n".join([r"\set count :count + 1", *new, *statements, ""]), variables


def rate(
    track: Track,
    database: str,
    files: Sequence[str],
    clients: int,
    variables: dict[str, str],
    seconds: int,
) -> float:
    """pgbench's transactions per second, from the core that our server has in its turn.

    Raises:
        NotMeasured: it met an error.
    """
    cluster = track.cluster()
    place = urlsplit(cluster.url(database))
    command = ["taskset", "-c", str(FIRST_CORE), cluster.program("pgbench"), "-n"]
    command += ["-M", "prepared", "-j", "1", "-c", str(clients), "-T", str(seconds)]
    command += ["-h", str(place.hostname), "-p", str(place.port), "-U", str(place.username)]
    for name, value in {**variables, "count": str(time.time_ns() // 10_000)}.items():
        command += ["-D", f"{name}={value}"]
    done = subprocess.run([*command, *files, database], check=False, capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or found is None:
        raise NotMeasured(f"pgbench: {done.stderr[-500:]}")
    return float(found[1])


def asked(url: str, query: str) -> Any:
    """The first column of the first row."""

    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(run())


def connections_of(made: Made) -> int:
    """How many connections to the database are open."""
    return asked(
        made.url,
        """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type = 'client backend'""",
    )


def captured(track: Track, made: Made, requests: Sequence[Request]) -> list[Scripts]:
    """What our server sends for each of the requests, as programs for pgbench.

    Raises:
        NotMeasured: a request's statements cannot be told.
        NotToBeHad: there is no PostgreSQL.
    """
    cluster = track.cluster()
    database = urlsplit(made.url).path.removeprefix("/")
    log = Path(asked(made.url, "SHOW data_directory")).parent / "log"
    cluster.sql(f"ALTER DATABASE \"{database}\" SET log_statement = 'all'")
    try:
        with track.serving(made) as server:
            place = _Place(
                server.url,
                log,
                load.get(load.basic(made.username, made.password), f"/v1/Users/{made.user}"),
            )
            return [_captured(place, request, database) for request in requests]
    finally:
        cluster.sql(f'ALTER DATABASE "{database}" RESET log_statement')


class _Place(Struct, frozen=True):
    """Where statements are captured.

    Attributes:
        url: our server's.
        log: PostgreSQL's.
        aside: a read, after which the server knows for a moment whose requests these are, as it
            does under load.
    """

    url: str
    log: Path
    aside: Request


def _captured(place: _Place, request: Request, database: str) -> Scripts:
    first = request.targets[0]
    last, before = of_one_request(_logged(place, request, first))
    texts, variables = [], {}
    for number, target in enumerate(request.targets):
        pair = (aimed(sent, first, target) for sent in (last, before))
        text, more = script(*pair, f"t{number}")
        texts.append(text)
        variables |= more
    return Scripts(tuple(texts), variables, database, len(last))


def aimed(sent: Sequence[Sent], first: Target, target: Target) -> list[Sent]:
    """The statements for another target, whose path names another thing in the same place."""
    named = list(zip(_SID.findall(first.path), _SID.findall(target.path), strict=True))

    def renamed(value: str | None) -> str | None:
        for old, new in named:
            value = value and value.replace(old, new)
        return value

    return [Sent(each.text, tuple(map(renamed, each.values))) for each in sent]


def _logged(place: _Place, request: Request, target: Target) -> list[list[Sent]]:
    """What PostgreSQL logged during each of a few requests, the first ones left out."""
    found = []
    for _ in range(TIMES):
        _quiet(place.log)
        load.send(place.url, place.aside, place.aside.targets[0])
        seen = place.log.stat().st_size
        load.send(place.url, request, target)
        with place.log.open("rb") as file:
            file.seek(seen)
            found.append(read(file.read().decode(errors="replace")))
    return found[2:]


def _quiet(log: Path) -> None:
    """Returns once what a request leaves to the background has been done."""
    length, since = log.stat().st_size, time.monotonic()
    deadline = since + PATIENCE_SECONDS
    while since + QUIET_SECONDS > time.monotonic() and time.monotonic() < deadline:
        time.sleep(QUIET_SECONDS / 10)
        if log.stat().st_size != length:
            length, since = log.stat().st_size, time.monotonic()
