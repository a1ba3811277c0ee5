"""A PostgreSQL that loses nothing, and whose end disturbs no other test."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines import Side, needed
from tools import postgresql

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def durable() -> Iterator[postgresql.Cluster]:
    """A server of our own, which keeps what it has committed."""
    needed("postgresql")
    with postgresql.cluster(settings={}) as running:
        yield running


@pytest.fixture
def durable_url(durable: postgresql.Cluster) -> str:
    """The URL of an empty database on it."""
    return durable.database(f"crash_{next(_NUMBERS)}")


@pytest.fixture
def database(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[str, str]:
    """URL and key file of a database that holds nothing yet."""
    url = f"sqlite:///{tmp_path}/partywire.db"
    if engine == "postgresql":
        url = request.getfixturevalue("durable_url")
    return url, f"{tmp_path}/key"


@pytest.fixture
def outside() -> Iterator[Side]:
    """Eyes that no restart has closed."""
    side = Side()
    yield side
    side.close()
