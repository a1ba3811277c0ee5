"""What a copy needs of an engine, and that both give it alike."""

import asyncio
import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines import ENGINES, Side
from partywire.storage.copying.ends import End, batches, opened
from partywire.storage.copying.proof import Sum, summed
from partywire.storage.copying.tables import Row, tables
from partywire.storage.database import StorageFailure
from storage.copying.databases import Place, answered, fresh
from storage.copying.watchers import Heard

ON_EITHER = pytest.mark.parametrize("on", ENGINES)
ACCOUNTS = next(table for table in tables() if table.name == "accounts")
NUMBERED = {"date_created"}
REQUIRED = {"id", "sid", "token", "default_service_sid"}
LEAST, GREATEST = -(2**63), 2**63 - 1

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
INTEGERS = st.integers(LEAST, GREATEST) | st.sampled_from([LEAST, -1, 0, GREATEST])


def account(column: str) -> st.SearchStrategy[str | int | None]:
    if column in NUMBERED:
        return INTEGERS
    return TEXTS if column in REQUIRED else st.none() | TEXTS


ROWS = st.lists(st.tuples(*map(account, ACCOUNTS.columns)), max_size=20, unique_by=ACCOUNTS.key_of)


@pytest.fixture(scope="module")
def pair(
    side: Side, worker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """A database on each engine, for one test after the other."""
    name = f"ends_{worker}"
    pair = f"sqlite:///{tmp_path_factory.mktemp('ends')}/ends.db", side.made(name)

    async def make() -> None:
        for url in pair:
            await fresh(url)

    asyncio.run(make())
    yield pair
    side.dropped(name)


async def there_and_back(end: End, rows: list[Row]) -> tuple[list[Row], Sum]:
    """What is read of the rows once they are written, and their sum."""
    async with end.transaction():
        await end.run("DELETE FROM accounts")
        await end.append(ACCOUNTS, rows)
    read = [row async for batch in batches(end, ACCOUNTS) for row in batch]
    return read, await summed(end, ACCOUNTS, Heard())


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_odd_values_are_the_same_on_both_engines_in_the_same_order(
    pair: tuple[str, str], small_batches: int, rows: list[Row]
) -> None:
    async def run() -> None:
        sqlite, postgresql = [await _written(url, rows) for url in pair]

        assert sqlite == postgresql
        assert sorted(sqlite[0], key=repr) == sorted(rows, key=repr)
        assert sqlite[1].rows == len(rows)

    asyncio.run(run())


async def _written(url: str, rows: list[Row]) -> tuple[list[Row], Sum]:
    async with opened(url) as end:
        return await there_and_back(end, rows)


def some(count: int) -> list[Row]:
    """Rows of accounts that differ in their key."""
    return [
        tuple(
            number if column in NUMBERED else f"{column} {number:03}" for column in ACCOUNTS.columns
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, 6, 7, 8, 13, 14, 15])
@ON_EITHER
async def test_batches_are_all_rows_in_the_order_of_the_key(
    place: Place, on: str, count: int, small_batches: int
) -> None:
    async with opened(await fresh(place(on))) as end:
        async with end.transaction():
            await end.append(ACCOUNTS, some(count)[::-1])

        found = [batch async for batch in batches(end, ACCOUNTS)]
        behind = [batch async for batch in batches(end, ACCOUNTS, ["id 004"])]

    assert [row for batch in found for row in batch] == some(count)
    assert all(len(batch) == small_batches for batch in found[:-1])
    assert [row for batch in behind for row in batch] == some(count)[5:]


@ON_EITHER
async def test_what_is_frozen_stays_as_it_was(place: Place, on: str) -> None:
    url = await fresh(place(on))
    async with opened(url) as frozen, opened(url) as other:
        await frozen.freeze()
        async with other.transaction():
            await other.append(ACCOUNTS, some(3))

        assert await frozen.rows(ACCOUNTS.count()) == [(0,)]
        assert await other.rows(ACCOUNTS.count()) == [(3,)]


@ON_EITHER
async def test_a_block_that_fails_leaves_nothing(place: Place, side: Side, on: str) -> None:
    url = await fresh(place(on))
    async with opened(url) as end:
        with contextlib.suppress(LookupError):
            async with end.transaction():
                await end.append(ACCOUNTS, some(3))
                raise LookupError
        async with end.transaction():
            await end.append(ACCOUNTS, some(1))

    assert answered(url, side, "SELECT count(*) FROM accounts") == [(1,)]


@ON_EITHER
async def test_a_row_that_is_there_already_is_a_failure_that_names_the_table(
    place: Place, on: str
) -> None:
    async with opened(await fresh(place(on))) as end:
        with pytest.raises(StorageFailure, match="accounts: "):
            async with end.transaction():
                await end.append(ACCOUNTS, some(2) * 2)

        assert await end.rows(ACCOUNTS.count()) == [(0,)]


@ON_EITHER
async def test_a_row_that_refers_to_nothing_is_a_failure(place: Place, on: str) -> None:
    services = next(table for table in tables() if table.name == "services")
    row = tuple(1 if name.startswith(("date", "reach")) else "x" for name in services.columns)

    async with opened(await fresh(place(on))) as end:
        with pytest.raises(StorageFailure, match="services: "):
            async with end.transaction():
                await end.append(services, [row])


@ON_EITHER
async def test_a_statement_says_how_many_rows_it_touched(place: Place, on: str) -> None:
    async with opened(await fresh(place(on))) as end:
        async with end.transaction():
            await end.append(ACCOUNTS, some(3))
        rename = "UPDATE accounts SET sid = $1 WHERE id >= $2"

        assert await end.run(rename, "AC", "id 001") == 2
        assert await end.run(rename, "AC", "id 009") == 0


@ON_EITHER
async def test_a_statement_that_cannot_run_is_a_failure(place: Place, on: str) -> None:
    async with opened(await fresh(place(on))) as end:
        with pytest.raises(StorageFailure, match="nowhere"):
            await end.rows("SELECT 1 FROM nowhere")
        with pytest.raises(StorageFailure, match="nowhere"):
            await end.run("DELETE FROM nowhere")


@ON_EITHER
async def test_the_tables_that_there_are_have_names(place: Place, on: str) -> None:
    url = place(on)
    if on == "postgresql":
        async with opened(url) as end:
            assert await end.names() == set()
    async with opened(await fresh(url)) as end:
        assert await end.names() == {table.name for table in tables()} | {"schema_version"}


@pytest.mark.parametrize("url", ["partywire.db", "mysql://x/y", "postgresql://127.0.0.1:1/x"])
async def test_what_cannot_be_opened_is_a_failure(url: str) -> None:
    with pytest.raises(StorageFailure):
        async with opened(url):
            pass
