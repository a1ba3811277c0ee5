"""An open database, fresh or with the rows that others hang on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from partywire.storage import accounts, services
from partywire.storage.database import Database
from partywire.storage.opening import open_database
from storage import rows
from storage.things import Things, opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "partywire.db"


@pytest.fixture
async def empty(file: Path) -> AsyncIterator[Database]:
    """A database with its schema and nothing else."""
    database = await open_database(f"sqlite:///{file}")
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


@pytest.fixture
async def things(file: Path) -> AsyncIterator[Things]:
    """A database of one small table, to be watched and disturbed."""
    async with opened(file) as made:
        yield made
