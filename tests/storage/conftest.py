"""An open database, fresh or with the rows that others hang on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engines import Side
from partywire.storage import accounts, services
from partywire.storage.database import Database
from partywire.storage.migrate import statements
from partywire.storage.opening import open_database
from storage import catalogue, rows
from storage.little import CREATE, Little
from storage.little import opened as opened_little
from storage.things import Things, opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "partywire.db"


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    """A database with its schema and nothing else."""
    database = await open_database(database_url, 4)
    yield database
    await database.close()


@pytest.fixture
async def database(empty: Database) -> Database:
    """A database with one account and two services."""
    async with empty.transaction() as transaction:
        await accounts.add(transaction, rows.account())
        await services.add(transaction, rows.service(1))
        await services.add(transaction, rows.service(2))
    return empty


@pytest.fixture(scope="session")
def with_schema(side: Side, worker: str) -> str:
    """The URL of a PostgreSQL database that has every table and no row."""
    url = side.made(f"schema_{worker}")
    side.execute(url, ";".join(each.text for each in statements(catalogue.SCHEMA)))
    side.execute(url, "CREATE TABLE schema_version (version BIGINT)")
    return url


@pytest.fixture
async def things(file: Path) -> AsyncIterator[Things]:
    """A database of one small table, to be watched and disturbed."""
    async with opened(file) as made:
        yield made


@pytest.fixture(scope="session")
def little_url(side: Side, worker: str) -> str:
    """The URL of a PostgreSQL database that has one small table."""
    url = side.made(f"little_{worker}")
    side.execute(url, CREATE.text)
    return url


@pytest.fixture
async def little(side: Side, little_url: str) -> AsyncIterator[Little]:
    """A PostgreSQL database of one small table, reached by three connections."""
    async with opened_little(side, little_url, 3) as made:
        yield made
