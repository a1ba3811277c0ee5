"""Deliveries wait in the order of their numbers, are settled, wait again, and go at last."""

from msgspec.structs import replace

from partywire.model.configuration_webhooks import AccountWebhooks, ServiceWebhooks
from partywire.model.deliveries import Delivery
from partywire.storage import (
    configuration_webhooks,
    conversations,
    deliveries,
    delivery_attempts,
    webhooks,
)
from partywire.storage.database import Database
from storage import rows


async def fill(database: Database, *made: Delivery) -> None:
    async with database.transaction() as transaction:
        for one in made:
            assert await deliveries.add(transaction, one)


async def settle(database: Database, number: int, state: str, now: int = 50) -> bool:
    async with database.transaction() as transaction:
        return await deliveries.settle(transaction, number, state, 1, now)  # type: ignore[arg-type]


async def first(database: Database, lane: str = "lane") -> int | None:
    found = await deliveries.first(database, lane)
    return None if found is None else found.number


async def numbers(database: Database) -> list[int]:
    return [one.number for one in await deliveries.newest(database, 1000, 100)]


async def test_a_delivery_is_made_once(database: Database) -> None:
    await fill(database, rows.delivery(1))
    async with database.transaction() as transaction:
        again = rows.delivery(1, url="https://example.com/other")
        assert not await deliveries.add(transaction, again)
    [found] = await deliveries.newest(database, 1000, 100)
    assert found == rows.delivery(
        found.number,
        sid=rows.delivery(1).sid,
        date_queued=1,
        date_created=1,
        date_updated=1,
        event_sid=found.event_sid,
    )


async def test_a_lanes_first_is_the_one_of_the_smallest_number_that_waits(
    database: Database,
) -> None:
    await fill(database, rows.delivery(1), rows.delivery(2, "other"), rows.delivery(3))
    one, two, three = sorted(await numbers(database))
    assert await first(database) == one
    assert await settle(database, one, "dead")
    assert await first(database) == three
    assert await settle(database, three, "delivered")
    assert await first(database) is None
    assert await first(database, "other") == two
    waiting = await deliveries.first(database, "other")
    assert waiting is not None
    assert (waiting.sid, waiting.token) == (rows.delivery(2).sid, "encrypted")


async def test_what_waits_goes_to_where_its_webhook_is_by_now(database: Database) -> None:
    talk, service = rows.conversation(1).sid, rows.SERVICE
    own = rows.webhook(1, url="http://new/own", method="get")
    await fill(
        database,
        rows.delivery(1, "account"),
        rows.delivery(2, "service", webhook=service, method="GET"),
        rows.delivery(3, "own", webhook=own.sid, conversation_sid=talk),
        rows.delivery(4, "gone", webhook=rows.sid("WH", 9), conversation_sid=talk, method="GET"),
    )
    was = rows.delivery().url
    lanes = ("account", "service", "own", "gone")
    before = [("POST", was), ("GET", was), ("POST", was), ("GET", was)]
    assert [await aim(database, lane) for lane in lanes] == before
    async with database.transaction() as transaction:
        made = AccountWebhooks(rows.ACCOUNT, None, "http://new/account", None, "GET", "webhook")
        await configuration_webhooks.hold_account(transaction, made)
        await configuration_webhooks.save_account(transaction, made)
        there = ServiceWebhooks(service, None, "http://new/service", None, None)
        await configuration_webhooks.hold_service(transaction, there)
        await configuration_webhooks.save_service(transaction, there)
        await conversations.add(transaction, rows.conversation(1))
        await webhooks.add(transaction, own)
    assert [await aim(database, lane) for lane in lanes] == [
        ("GET", "http://new/account"),
        ("POST", "http://new/service"),
        ("GET", "http://new/own"),
        ("GET", was),
    ]
    async with database.transaction() as transaction:
        await configuration_webhooks.save_account(transaction, replace(made, target="flex"))
        await configuration_webhooks.save_service(transaction, replace(there, post_webhook_url=""))
        await webhooks.delete(transaction, own.service_sid, own.conversation_sid, own.sid)
    assert [await aim(database, lane) for lane in lanes] == before


async def aim(database: Database, lane: str) -> tuple[str, str]:
    found = await deliveries.first(database, lane)
    assert found is not None
    return found.method, found.url


async def test_what_is_settled_cannot_be_settled_again_until_it_waits_again(
    database: Database,
) -> None:
    await fill(database, rows.delivery(1))
    [number] = await numbers(database)
    sid = rows.delivery(1).sid
    async with database.transaction() as transaction:
        assert await deliveries.wait_again(transaction, sid, 60) is None
    assert await settle(database, number, "dead")
    assert not await settle(database, number, "delivered")
    async with database.transaction() as transaction:
        found = await deliveries.wait_again(transaction, sid, 60)
    assert found is not None
    assert (found.state, found.attempts, found.date_queued) == ("waiting", 1, 60)
    assert found == await deliveries.by_sid(database, sid)
    assert await settle(database, number, "delivered")


async def test_what_waits_for_too_long_is_given_up_in_its_lane_only(database: Database) -> None:
    await fill(
        database,
        *(rows.delivery(number, "a", date_queued=100 + number % 2) for number in range(6)),
        rows.delivery(6, "b", date_queued=1),
    )
    async with database.transaction() as transaction:
        assert await deliveries.give_up(transaction, "a", 100, 500, 4) == 2
        assert await deliveries.give_up(transaction, "c", 100, 500, 4) == 0
    found = (await deliveries.newest(database, 1000, 100))[::-1]
    assert [one.state for one in found] == ["dead", "waiting", "dead", *["waiting"] * 4]
    assert {one.date_updated for one in found if one.state == "dead"} == {500}


async def test_they_are_listed_from_the_newest_on(database: Database) -> None:
    await fill(database, *(rows.delivery(number) for number in range(1, 6)))
    ordered = sorted(await numbers(database))
    await settle(database, ordered[1], "dead")
    await settle(database, ordered[3], "dead")
    assert await numbers(database) == ordered[::-1]
    page = await deliveries.newest(database, ordered[4], 2)
    assert [one.number for one in page] == [ordered[3], ordered[2]]
    dead = await deliveries.newest(database, 1000, 10, "dead")
    assert [one.number for one in dead] == [ordered[3], ordered[1]]
    for after, found in ((0, [ordered[1]]), (ordered[1], [ordered[3]]), (ordered[3], [])):
        oldest = await deliveries.oldest(database, "dead", after, 1)
        assert [one.number for one in oldest] == found
    assert await deliveries.count(database, "dead", 10) == 2
    assert await deliveries.count(database, "waiting", 2) == 2


async def test_the_old_and_those_that_are_too_many_go_with_their_attempts(
    database: Database,
) -> None:
    await fill(database, *(rows.delivery(number) for number in range(1, 8)))
    ordered = sorted(await numbers(database))
    for place, number in enumerate(ordered[:6]):
        await settle(database, number, "delivered", now=place)
        async with database.transaction() as transaction:
            await delivery_attempts.add(transaction, rows.delivery_attempt(number))

    async def prune(state: str, before: int, most: int, limit: int) -> int:
        async with database.transaction() as transaction:
            return await deliveries.prune(transaction, state, before, most, limit)  # type: ignore[arg-type]

    assert await prune("dead", 100, 0, 100) == 0
    assert await prune("delivered", 2, 100, 1) == 1
    assert await prune("delivered", 2, 100, 100) == 1
    assert await numbers(database) == ordered[:1:-1]
    assert await prune("delivered", 0, 3, 100) == 1
    assert await numbers(database) == ordered[:2:-1]
    assert await delivery_attempts.of(database, ordered[0]) == []
    assert len(await delivery_attempts.of(database, ordered[5])) == 1
    assert await prune("delivered", 1000, 100, 100) == 3
    assert await numbers(database) == [ordered[6]]


async def test_what_waits_has_what_sending_needs(database: Database) -> None:
    made = rows.delivery(1, parameters='[["a","b"]]', method="GET", attempts=3, date_queued=9)
    await fill(database, made)
    found = await deliveries.first(database, "lane")
    assert found is not None
    assert replace(found, number=0).method == "GET"
    assert (found.parameters, found.attempts, found.date_queued) == ('[["a","b"]]', 3, 9)
