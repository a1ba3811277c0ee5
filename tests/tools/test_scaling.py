"""The tool behind docs/scaling.md still fills and asks the schema that there is."""

from collections.abc import Iterator

import asyncpg
import pytest

import engines
from engines import Side
from partywire.storage.opening import open_database
from tools import scaling

USERS = 60


@pytest.fixture(scope="module")
def url(side: Side, worker: str) -> Iterator[str]:
    engines.needed("postgresql")
    name = f"scaling_{worker}"
    yield side.made(name)
    side.dropped(name)


async def counted(url: str, *tables: str) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    found = {each: await connection.fetchval(f"SELECT count(*) FROM {each}") for each in tables}
    await connection.close()
    return found


async def test_it_fills_weighs_and_posts(url: str) -> None:
    await (await open_database(url, 1)).close()

    await scaling.fill(url, USERS)
    before = await counted(url, "users", "conversations", "participants", "messages", "events")
    weighed = await scaling.sizes(url)
    raced = await scaling.race(url, 0.05)

    talks = USERS * scaling.CONVERSATIONS
    assert before == {
        "users": USERS,
        "conversations": talks,
        "participants": talks * scaling.PARTICIPANTS,
        "messages": talks * scaling.MESSAGES,
        "events": talks,
    }
    assert any(line.startswith("| messages | 1,200 |") for line in weighed)
    assert [line.split(" | ")[0] for line in raced[2:]] == [
        "| post in one statement",
        "| post in a transaction",
        "| pages of a user",
    ]
    after = await counted(url, "messages", "events")
    assert after["messages"] - before["messages"] == after["events"] - before["events"] > 0
