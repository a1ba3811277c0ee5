"""Followers of the feed go on where they were, and nothing that one still needs is forgotten."""

from partywire.storage import cursors, outbox
from partywire.storage.database import Database
from storage import rows

FOLLOWERS = ("webhooks", "push", "channels", "media")


async def append(database: Database, *flags: int) -> None:
    """Appends events, numbered from 1, that ask for webhooks or not; places them."""
    async with database.transaction() as transaction:
        for number, webhooks in enumerate(flags, 1):
            await outbox.append(transaction, rows.event(number, webhooks=webhooks))
    while await outbox.is_to_place(database):
        async with database.transaction() as transaction:
            await outbox.place(transaction)


async def advance(database: Database, follower: str, position: int) -> None:
    async with database.transaction() as transaction:
        await cursors.advance(transaction, follower, position)


async def prune(database: Database) -> int:
    async with database.transaction() as transaction:
        return await outbox.prune(transaction, 1_000, 100)


async def test_every_follower_begins_before_the_first_event(empty: Database) -> None:
    assert [await cursors.seen(empty, name) for name in FOLLOWERS] == [0] * len(FOLLOWERS)


async def test_a_follower_goes_on_and_never_back(empty: Database) -> None:
    await advance(empty, "push", 7)
    await advance(empty, "push", 3)
    assert [await cursors.seen(empty, name) for name in FOLLOWERS] == [0, 7, 0, 0]


async def test_nobody_unknown_has_come_anywhere(empty: Database) -> None:
    await advance(empty, "nobody", 7)
    assert await cursors.seen(empty, "nobody") == 0


async def test_only_events_that_ask_for_webhooks_are_read_for_them(empty: Database) -> None:
    await append(empty, 1, 0, 1, 1, 0, 1)
    found = await cursors.for_webhooks(empty, 1, 5, 10)
    assert [event.position for event in found] == [3, 4]
    assert [event.position for event in await cursors.for_webhooks(empty, 0, 9, 2)] == [1, 3]


async def test_what_one_follower_has_not_read_is_kept(empty: Database) -> None:
    await append(empty, 1, 1, 1, 1)
    assert await prune(empty) == 0
    for name, position in zip(FOLLOWERS, (4, 2, 3, 4), strict=True):
        await advance(empty, name, position)
    assert await prune(empty) == 2
    assert [event.position for event in await outbox.after(empty, 0, 10)] == [3, 4]
