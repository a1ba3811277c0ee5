"""Places for databases, on either engine."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

import engines
from engines import Side
from partywire.storage.copying import ends
from storage.copying import databases
from storage.copying.databases import Place
from storage.copying.watchers import Heard

_NUMBERS = itertools.count(1)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def place(side: Side, worker: str, tmp_path: Path) -> Iterator[Place]:
    """Where a database of an engine may be, which nothing else uses."""
    made: list[str] = []

    def find(engine: str) -> str:
        engines.needed(engine)
        name = f"copying_{worker}_{next(_NUMBERS)}"
        if engine == "sqlite":
            return f"sqlite:///{tmp_path}/{name}.db"
        made.append(name)
        return side.made(name)

    yield find
    for name in made:
        side.dropped(name)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> int:
    """Makes every table take several batches."""
    monkeypatch.setattr(ends, "BATCH", 7)
    return 7


@pytest.fixture
async def source(tmp_path: Path) -> str:
    """An SQLite database with rows in every table."""
    return await databases.filled(tmp_path / "source.db", 20)
