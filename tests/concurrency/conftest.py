"""Two nodes on one database: servers of their own on either engine, or both in this process."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from concurrency.stepping import Nodes
from conftest import call_of
from crash import evidence
from engines import Side
from harness import Server, dev_server
from partywire.app import opened
from partywire.config import Config


@pytest.fixture
def servers(database_url: str, tmp_path: Path) -> Iterator[list[Server]]:
    options = ("--database", database_url, "--key-file", str(tmp_path / "key"))
    with dev_server(*options) as one, dev_server(*options) as other:
        yield [one, other]
        assert [server.stderr() for server in (one, other)] == ["", ""]


@pytest.fixture
def node_config(side: Side, used_again: str, tmp_path: Path) -> Config:
    """Of each of the nodes."""
    side.emptied(used_again)
    return Config(database=used_again, key_file=str(tmp_path / "key"), open_accounts=True)


@pytest.fixture
async def nodes(node_config: Config, side: Side) -> AsyncIterator[Nodes]:
    """Two nodes with the same caller; whatever they do, the database is sound afterwards."""
    url = node_config.database
    async with opened(node_config) as one, opened(node_config) as two:
        yield Nodes(await call_of(one), await call_of(two), side, url)
    rows = evidence.PostgresqlRows(side, url)
    happened = evidence.events(rows)
    evidence.assert_sound(rows)
    evidence.assert_indexes_have_no_gap(rows, happened)
    evidence.assert_tables_are_what_the_outbox_tells(rows, happened)
    evidence.assert_every_role_that_is_held_is_there(rows)
    evidence.assert_addresses_are_held_by_who_has_them(rows)
    evidence.assert_files_are_their_messages(rows)
