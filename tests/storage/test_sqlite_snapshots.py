"""One snapshot for all reads of a turn, and none that is too old."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from partywire.storage.query import Query, Statement
from partywire.storage.sqlite import SqliteDatabase
from partywire.storage.sqlite_snapshots import Snapshots

COUNT = "SELECT count(*) FROM things"
COUNT_QUERY = Query(COUNT, int)
ADD = "INSERT INTO things VALUES (1)"


@pytest.fixture
def other(file: Path) -> Iterator[apsw.Connection]:
    """Another process, as it were, that has the file open."""
    connection = apsw.Connection(str(file))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE things (thing)")
    yield connection
    connection.close()


@pytest.fixture
def snapshots(file: Path, other: apsw.Connection) -> Iterator[Snapshots]:
    made = Snapshots(apsw.Connection(str(file)))
    yield made
    made.close()


def count(snapshots: Snapshots) -> int:
    found: int = snapshots.execute(COUNT).fetchall()[0][0]
    return found


async def test_all_reads_of_a_turn_see_the_same_and_the_next_turn_sees_the_news(
    snapshots: Snapshots, other: apsw.Connection
) -> None:
    assert count(snapshots) == 0
    other.execute(ADD)
    assert count(snapshots) == 0
    await asyncio.sleep(0)
    assert count(snapshots) == 1


async def test_a_snapshot_begins_with_the_first_read_and_not_before(
    snapshots: Snapshots, other: apsw.Connection
) -> None:
    count(snapshots)
    await asyncio.sleep(0)
    other.execute(ADD)
    assert count(snapshots) == 1


async def test_what_became_ready_after_the_snapshot_began_reads_anew(
    snapshots: Snapshots, other: apsw.Connection
) -> None:
    seen: list[int] = []
    count(snapshots)
    other.execute(ADD)
    asyncio.get_running_loop().call_soon(lambda: seen.append(count(snapshots)))
    await asyncio.sleep(0)
    assert seen == [1]


async def test_a_query_that_fails_spoils_nothing(
    snapshots: Snapshots, other: apsw.Connection
) -> None:
    with pytest.raises(apsw.SQLError):
        snapshots.execute("SELECT * FROM nowhere")
    assert count(snapshots) == 0
    await asyncio.sleep(0)
    other.execute(ADD)
    assert count(snapshots) == 1


async def test_the_file_is_not_held_between_turns(
    snapshots: Snapshots, other: apsw.Connection
) -> None:
    count(snapshots)
    await asyncio.sleep(0)
    other.execute(ADD)
    # Nobody reads an older state any more: the whole log can be started over.
    busy, _, _ = other.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()[0]
    assert busy == 0


async def test_a_turn_that_ends_after_closing_does_no_harm(
    file: Path, other: apsw.Connection
) -> None:
    snapshots = Snapshots(apsw.Connection(str(file)))
    count(snapshots)
    snapshots.close()
    await asyncio.sleep(0)


async def test_whoever_wrote_reads_what_they_wrote(file: Path, other: apsw.Connection) -> None:
    database = SqliteDatabase(file)

    async def add_and_count() -> tuple[int, int]:
        async with database.transaction() as transaction:
            await transaction.run(Statement(ADD))
            inside = await transaction.one(COUNT_QUERY)
        return inside or 0, await database.one(COUNT_QUERY) or 0

    async def look() -> None:
        for _ in range(200):
            await database.one(COUNT_QUERY)
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    for inside, after in await asyncio.gather(*(add_and_count() for _ in range(50))):
        assert after >= inside
    await looking
    assert await database.one(COUNT_QUERY) == 50
    await database.close()
