"""A copy that is killed at any moment, again and again, is equal in the end."""

import os
import random
import signal
import subprocess
import sys

import pytest

from engines import Side
from partywire.storage.copying.transfer import copy
from partywire.storage.opening import sqlite_file
from storage.copying.databases import Place, columns, contents, filled, table_names
from storage.copying.watchers import Heard

pytestmark = pytest.mark.crash

KILLS = int(os.environ.get("PARTYWIRE_KILLS", "10"))
ROWS = 30
STATEMENTS = 900  # after so many at most, a process dies; a copy has about as many
NEVER = 10**9

# Dies a moment after a statement was begun: before it, within it, or behind it.
MORTAL = """
import itertools, os, random, signal, sys, threading, time
from partywire.cli.main import main
from partywire.storage.copying import ends

ends.BATCH = 7
chance = random.Random(int(sys.argv.pop(1)))
last = chance.randrange(int(sys.argv.pop(1)))
begun = itertools.count()

def die():
    time.sleep(chance.uniform(0, 0.004))
    os.kill(os.getpid(), signal.SIGKILL)

def mortal(end, name):
    lively = getattr(end, name)
    async def act(*arguments):
        if next(begun) == last:
            threading.Thread(target=die).start()
        return await lively(*arguments)
    setattr(end, name, act)

for end in (ends.SqliteEnd, ends.PostgresqlEnd):
    for name in ("rows", "run", "append"):
        mortal(end, name)
main()
"""


def copied(source: str, target: str, seed: int, within: int) -> int:
    """Copies in a process that may die on the way; returns how it ended."""
    done = subprocess.run(
        [
            *(sys.executable, "-c", MORTAL, str(seed), str(within)),
            *("copy", "--from", source, "--to", target),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode


@pytest.mark.parametrize(("one", "other"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
async def test_killed_again_and_again_nothing_is_lost_or_doubled(
    place: Place, side: Side, one: str, other: str
) -> None:
    source = await filled(sqlite_file(place("sqlite")), ROWS)
    if one != "sqlite":
        between = place(one)
        await copy(source, between, Heard())
        source = between
    held, target = contents(source, side), place(other)
    chance = random.Random(f"{one} {other}")
    kills = 0
    while kills < KILLS:
        if copied(source, target, chance.randrange(1 << 30), STATEMENTS) == 0:
            assert contents(target, side) == held
            target = place(other)
        else:
            kills += 1

    assert copied(source, target, 1, NEVER) == 0

    assert contents(target, side) == held
    assert table_names(target, side) == {*columns(), "schema_version"}
