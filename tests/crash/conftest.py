"""A PostgreSQL that loses nothing, and whose end disturbs no other test."""

import itertools
from collections.abc import Iterator

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
def outside() -> Iterator[Side]:
    """Eyes that no restart has closed."""
    side = Side()
    yield side
    side.close()
