"""What clients are told when PostgreSQL cannot do what they ask."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from msgspec.structs import replace

from engines import Side, needed
from harness import account, assert_unavailable
from partywire.app import application, opened
from partywire.config import Config
from partywire.storage import postgresql_pool
from tools import postgresql

TALKS = "/v1/Conversations"
BACK_SECONDS = 20.0


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgresql.Cluster]:
    """A server of PostgreSQL that no other test needs."""
    needed("postgresql")
    # What was committed must outlive its crash; the machine's is not looked at.
    with postgresql.cluster(settings={"fsync": "off"}) as running:
        yield running


@pytest.fixture
def database_url(cluster: postgresql.Cluster) -> Iterator[str]:
    """A database of its own."""
    yield cluster.database("disturbed")
    cluster.sql("DROP DATABASE disturbed WITH (FORCE)")


class Served:
    """A server in this process, and its database from outside."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self._side, self._url, self.http = Side(), url, http

    def run(self, statements: str) -> None:
        """Runs statements beside the server."""
        self._side.execute(self._url, statements)

    def connect_anew(self) -> None:
        """Ends the server's connections."""
        self.run(
            """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
            WHERE application_name = 'partywire' AND pid <> pg_backend_pid()"""
        )

    async def listed(self) -> int:
        answer = await self.http.get(TALKS)
        assert answer.status_code == 200, answer.text
        return len(answer.json()["conversations"])

    async def back(self) -> None:
        """Waits until the database is reached again."""
        deadline = time.monotonic() + BACK_SECONDS
        while (await self.http.get(TALKS)).status_code != 200:
            assert time.monotonic() < deadline, "the database was not found again"
            await asyncio.sleep(0.05)

    def close(self) -> None:
        self._side.close()


@pytest.fixture
async def served(config: Config) -> AsyncIterator[Served]:
    async with opened(replace(config, database_connections=4)) as resources:
        transport = httpx.ASGITransport(application(resources))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://bench", auth=account()
        ) as http:
            made = Served(config.database, http)
            assert (await http.post(TALKS)).status_code == 201
            yield made
            made.close()


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
async def test_a_server_that_goes_away_is_waited_for_and_found_again(
    cluster: postgresql.Cluster, served: Served, wish: signal.Signals
) -> None:
    await asyncio.to_thread(cluster.stop, wish)

    for _ in range(3):
        assert_unavailable(await served.http.get(TALKS))
        assert_unavailable(await served.http.post(TALKS))
    assert (await served.http.get("/readyz")).status_code == 503
    assert (await served.http.get("/healthz")).status_code == 200

    await asyncio.to_thread(cluster.start)
    await served.back()
    assert (await served.http.post(TALKS)).status_code == 201
    assert await served.listed() == 2
    assert (await served.http.get("/readyz")).status_code == 200


async def test_connections_that_were_cut_while_idle_are_replaced_unnoticed(served: Served) -> None:
    await asyncio.gather(*(served.listed() for _ in range(8)))
    served.connect_anew()

    assert await served.listed() == 1
    served.connect_anew()
    assert (await served.http.post(TALKS)).status_code == 201


async def test_a_read_only_database_is_unavailable_for_writes_and_available_for_reads(
    served: Served,
) -> None:
    served.run("ALTER DATABASE disturbed SET default_transaction_read_only = on")
    served.connect_anew()

    assert_unavailable(await served.http.post(TALKS))
    assert_unavailable(await served.http.get(TALKS, auth=account()))  # which would be a new one
    assert await served.listed() == 1

    served.run("SET default_transaction_read_only = off; ALTER DATABASE disturbed RESET ALL")
    served.connect_anew()
    assert (await served.http.post(TALKS)).status_code == 201
    assert await served.listed() == 2


@pytest.mark.parametrize("setting", ["lock_timeout", "statement_timeout"])
async def test_a_lock_that_stays_is_unavailable_for_writes_and_available_for_reads(
    config: Config, monkeypatch: pytest.MonkeyPatch, served: Served, setting: str
) -> None:
    talk = f"{TALKS}/{(await served.http.get(TALKS)).json()['conversations'][0]['sid']}"
    monkeypatch.setitem(postgresql_pool.SETTINGS, setting, "100ms")  # type: ignore[arg-type]
    served.connect_anew()
    served.run("BEGIN; SELECT 1 FROM conversations FOR UPDATE")

    assert_unavailable(await served.http.post(f"{talk}/Messages", data={"Body": "hello"}))
    assert_unavailable(await served.http.post(talk, data={"FriendlyName": "other"}))
    assert_unavailable(await served.http.delete(talk))
    assert await served.listed() == 1

    served.run("ROLLBACK")
    posted = await served.http.post(f"{talk}/Messages", data={"Body": "hello"})
    assert (posted.status_code, posted.json()["index"]) == (201, 0)


async def test_readiness_tells_the_operator_why(served: Served) -> None:
    assert (await served.http.get("/readyz")).status_code == 200
    served.run("ALTER TABLE schema_version RENAME TO elsewhere")

    answer = await served.http.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert "schema_version" in answer.json()["why"]
    assert (await served.http.get("/healthz")).status_code == 200
