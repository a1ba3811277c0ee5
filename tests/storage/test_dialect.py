"""What the two engines are told in different words."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from partywire.storage.dialect import (
    ALONE,
    TURN,
    at_once,
    definition,
    deleting,
    holding,
    holding_free,
    keeping,
)
from partywire.storage.query import Query, Statement
from storage.little import ADD, NUMBER, SET, Little

TEXT = "SELECT number FROM things AS kept WHERE name = $1"
HOLD, KEEP, DELETE = (make(TEXT, int) for make in (holding, keeping, deleting))
Act = Callable[[Little, str], Awaitable[None]]
REMOVE = Statement("DELETE FROM things WHERE name = $1")


@pytest.mark.parametrize("make", [holding, holding_free, keeping, deleting])
def test_sqlite_has_one_writer_and_is_asked_to_hold_nothing(
    make: Callable[..., Query[int]],
) -> None:
    query = make(TEXT, int)

    assert query.numbered == "SELECT number FROM things AS kept WHERE name = ?1"
    assert query.text.startswith(f"{TEXT} FOR ")


def test_what_only_postgresql_is_asked_has_no_text_for_sqlite() -> None:
    query = at_once("SELECT  1", int)

    assert (query.numbered, query.text) == ("", "SELECT 1")


def test_text_is_compared_by_its_bytes_and_names_stay_as_they_are() -> None:
    made = definition("CREATE TABLE TEXTS (text TEXT, CONTEXT TEXT NOT NULL)")

    assert made.numbered == "CREATE TABLE TEXTS (text TEXT, CONTEXT TEXT NOT NULL)"
    assert made.text == (
        'CREATE TABLE TEXTS (text TEXT COLLATE "C", CONTEXT TEXT COLLATE "C" NOT NULL)'
    )


async def test_text_is_in_the_order_of_its_bytes(little: Little) -> None:
    odd = ["a", "B", "é", "b", "~", "Z", "💥", "\ue000"]
    await little.add(*odd)

    assert await little.names() == sorted(odd, key=str.encode)


async def test_nobody_changes_what_is_held(little: Little) -> None:
    await little.add("counter")

    async def count() -> None:
        async with little.database.transaction() as transaction:
            number = await transaction.one(HOLD, "counter")
            assert number is not None
            await transaction.run(SET, "counter", number + 1)

    await asyncio.gather(*(count() for _ in range(20)))

    assert await little.database.one(NUMBER, "counter") == 20


async def test_what_somebody_holds_is_passed_over(little: Little) -> None:
    free = holding_free("SELECT number FROM things WHERE number < 9 ORDER BY name LIMIT 5", int)
    await little.add("a", "b")
    async with little.database.transaction() as transaction:
        await transaction.run(SET, "b", 1)
    held, go_on = asyncio.Event(), asyncio.Event()

    async def holds() -> None:
        async with little.database.transaction() as transaction:
            await transaction.one(HOLD, "a")
            held.set()
            await go_on.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(holds())
        await held.wait()
        async with little.database.transaction() as transaction:
            found = await transaction.all(free)
        go_on.set()

    assert found == [1]


async def changed(little: Little, name: str) -> None:
    async with little.database.transaction() as transaction:
        await transaction.run(SET, name, 7)


async def removed(little: Little, name: str) -> None:
    async with little.database.transaction() as transaction:
        await transaction.one(DELETE, name)
        await transaction.run(REMOVE, name)


@pytest.mark.parametrize(("query", "act"), [(HOLD, changed), (KEEP, removed)])
async def test_who_would_do_what_is_forbidden_waits(
    little: Little, query: Query[int], act: Act
) -> None:
    await little.add("room")
    async with little.database.transaction() as transaction:
        assert await transaction.one(query, "room") == 0
        other = asyncio.create_task(act(little, "room"))
        await little.until_waiting()
        assert not other.done()
    await other


async def test_what_is_kept_may_be_kept_by_others_and_changed(little: Little) -> None:
    await little.add("room")
    async with little.database.transaction() as one, little.database.transaction() as other:
        assert await one.one(KEEP, "room") == 0
        assert await other.one(KEEP, "room") == 0
        await other.run(SET, "room", 7)
    assert await little.database.one(NUMBER, "room") == 7


async def test_who_refers_to_what_is_held_need_not_wait(little: Little) -> None:
    await little.add("room")
    async with little.database.transaction() as one, little.database.transaction() as other:
        await one.one(HOLD, "room")
        await other.one(KEEP, "room")


async def turn(little: Little, key: str, name: str) -> None:
    async with little.database.transaction() as transaction:
        assert await transaction.one(TURN, key) == 1
        await transaction.run(ADD, name)


async def test_those_of_one_key_take_turns(little: Little) -> None:
    async with little.database.transaction() as transaction:
        assert await transaction.one(TURN, "a key") == 1
        second = asyncio.create_task(turn(little, "a key", "second"))
        await little.until_waiting()
        assert await little.names() == []
        assert not second.done()
    await second

    assert await little.names() == ["second"]


async def test_another_key_does_not_wait(little: Little) -> None:
    async with little.database.transaction() as transaction:
        await transaction.one(TURN, "a key")
        await turn(little, "another key", "second")

        assert await little.names() == ["second"]


async def migrated(little: Little, name: str) -> None:
    async with little.database.transaction() as transaction:
        await transaction.run(ALONE)
        await transaction.run(ADD, name)


async def test_migrations_take_turns(little: Little) -> None:
    async with little.database.transaction() as transaction:
        await transaction.run(ALONE)
        other = asyncio.create_task(migrated(little, "second"))
        await little.until_waiting()
        assert not other.done()
        await transaction.run(ADD, "first")
    await other

    assert await little.names() == ["first", "second"]
