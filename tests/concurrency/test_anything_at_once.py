"""Whatever many do at once through two servers, what is left could have been done in turn."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from concurrency.crowd import at_once, crowd
from concurrency.wanderer import TALKS, Wanderer
from crash import evidence
from engines import Side
from harness import Server, account

WANDERERS, STEPS = 24, 40


@contextmanager
def looking(url: str, side: Side) -> Iterator[evidence.Rows]:
    """The database that is at the URL."""
    if url.startswith("postgresql:"):
        yield evidence.PostgresqlRows(side, url)
        return
    with evidence.reading(Path(url.removeprefix("sqlite:///"))) as rows:
        yield rows


def assert_nothing_contradicts_itself(rows: evidence.Rows) -> None:
    happened = evidence.events(rows)
    evidence.assert_sound(rows)
    evidence.assert_indexes_have_no_gap(rows, happened)
    evidence.assert_tables_are_what_the_outbox_tells(rows, happened)
    evidence.assert_every_role_that_is_held_is_there(rows)
    evidence.assert_addresses_are_held_by_who_has_them(rows)
    evidence.assert_files_are_their_messages(rows)
    most = "SELECT COALESCE(max(n), 0) FROM (SELECT count(*) AS n FROM conversation_webhooks "
    ((webhooks,),) = rows.execute(f"{most} GROUP BY conversation_sid) AS counted")
    assert webhooks <= 5


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_that_is_left_contradicts_itself(
    servers: list[Server], database_url: str, side: Side, seed: int
) -> None:
    credentials = account()
    async with crowd(servers[0].url, credentials) as one, crowd(servers[1].url, credentials) as two:
        service = (await one.make("/Conversations", {"UniqueName": TALKS[0]}))["chat_service_sid"]
        files: list[str] = []
        wanderers = [
            Wanderer((one, two)[number % 2], random.Random(f"{seed} {number}"), service, files)
            for number in range(WANDERERS)
        ]

        await at_once(lambda number: wanderers[number].wander(STEPS), WANDERERS)

    # What was never granted has not been put to the test; chance may do so to one kind or two.
    tried = {kind for each in wanderers for kind in each.tried}
    assert len(tried - {kind for each in wanderers for kind in each.granted}) <= 2
    with looking(database_url, side) as rows:
        assert_nothing_contradicts_itself(rows)
