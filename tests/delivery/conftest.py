"""Nodes of one database, on each engine."""

from collections.abc import AsyncIterator

import pytest

from delivery import nodes as opening
from delivery.nodes import Nodes
from partywire.delivery import feed
from partywire.storage import postgresql_listener


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tested by waiting."""
    monkeypatch.setattr(feed, "_LOOKING_SECONDS", 0.05)
    monkeypatch.setattr(feed, "_TROUBLE_SECONDS", 0.02)
    monkeypatch.setattr(postgresql_listener, "_PAUSE_SECONDS", 0.02)


@pytest.fixture
async def nodes(database_url: str) -> AsyncIterator[Nodes]:
    """Opens nodes of a database that holds nothing yet."""
    async with opening.of(database_url) as made:
        yield made
