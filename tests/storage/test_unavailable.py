"""What clients are told when SQLite cannot do what they ask."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import apsw
import httpx
import pytest
from msgspec.structs import replace

from engines import ON_SQLITE
from harness import account, assert_unavailable
from partywire.app import application
from partywire.domain.call import Resources
from partywire.storage import sqlite
from partywire.storage.sqlite import SqliteDatabase, connect

pytestmark = ON_SQLITE

TALKS = "/v1/Conversations"


class Disturbed:
    """A server in this process, over connections that can be disturbed."""

    def __init__(self, resources: Resources) -> None:
        self.file = Path(resources.config.database.removeprefix("sqlite:///"))
        self._connections: list[apsw.Connection] = []
        self.database = SqliteDatabase(self.file, self._connect)
        app = application(replace(resources, database=self.database))
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://bench", auth=account()
        )

    def _connect(self, file: Path) -> apsw.Connection:
        connection = connect(file)
        self._connections.append(connection)
        return connection

    def pragma(self, text: str) -> None:
        for connection in self._connections:
            connection.execute(f"PRAGMA {text}")


@pytest.fixture
async def disturbed(resources: Resources) -> AsyncIterator[Disturbed]:
    made = Disturbed(resources)
    assert (await made.http.post(TALKS)).status_code == 201
    yield made
    await made.http.aclose()
    await made.database.close()


async def listed(disturbed: Disturbed) -> int:
    answer = await disturbed.http.get(TALKS)
    assert answer.status_code == 200
    return len(answer.json()["conversations"])


async def test_a_read_only_database_is_unavailable_for_writes_and_available_for_reads(
    disturbed: Disturbed,
) -> None:
    disturbed.pragma("query_only = 1")

    assert_unavailable(await disturbed.http.post(TALKS))
    assert await listed(disturbed) == 1

    disturbed.pragma("query_only = 0")
    assert (await disturbed.http.post(TALKS)).status_code == 201
    assert await listed(disturbed) == 2


async def test_a_full_disk_is_unavailable_and_nothing_half_done_stays(
    disturbed: Disturbed,
) -> None:
    disturbed.pragma("max_page_count = 1")  # no more pages than there are
    bulky = {"Attributes": '"' + "x" * 16_000 + '"'}
    answers = [await disturbed.http.post(TALKS, data=bulky) for _ in range(10)]

    refused = [answer for answer in answers if answer.status_code != 201]
    assert refused
    for answer in refused:
        assert_unavailable(answer)
    assert await listed(disturbed) == 1 + len(answers) - len(refused)
    count = "SELECT count(*) FROM events WHERE kind = 'conversation.added'"
    with apsw.Connection(str(disturbed.file)) as other:
        assert other.execute(count).get == 1 + len(answers) - len(refused)
    other.close()

    disturbed.pragma("max_page_count = 100000")
    assert (await disturbed.http.post(TALKS, data=bulky)).status_code == 201


async def test_a_lock_that_stays_is_unavailable_for_writes_and_available_for_reads(
    disturbed: Disturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_LOCK_PATIENCE", 0.0)
    other = apsw.Connection(str(disturbed.file))
    other.execute("BEGIN IMMEDIATE")

    assert_unavailable(await disturbed.http.post(TALKS))
    assert await listed(disturbed) == 1

    other.close()
    assert (await disturbed.http.post(TALKS)).status_code == 201


async def test_a_new_account_of_a_bench_cannot_be_opened_then(disturbed: Disturbed) -> None:
    disturbed.pragma("query_only = 1")

    assert_unavailable(await disturbed.http.get(TALKS, auth=account()))


async def test_readiness_tells_the_operator_why(disturbed: Disturbed) -> None:
    assert (await disturbed.http.get("/readyz")).status_code == 200
    with apsw.Connection(str(disturbed.file)) as other:
        other.execute("ALTER TABLE schema_version RENAME TO elsewhere")
    other.close()
    await asyncio.sleep(0)  # no socket between us: so far it is still the same turn

    answer = await disturbed.http.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert "schema_version" in answer.json()["why"]
    assert (await disturbed.http.get("/healthz")).status_code == 200
