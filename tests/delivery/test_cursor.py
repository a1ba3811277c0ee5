"""How far a follower has come: with what follows from events, or past what concerns nobody."""

from collections.abc import AsyncIterator, Callable

import pytest

from partywire.delivery import cursor as module
from partywire.delivery.cursor import Cursor
from partywire.delivery.duties import Duty, NotOurs, Worker
from partywire.storage import claims, cursors
from partywire.storage.database import Database
from partywire.storage.opening import open_database

FOLLOWER = "push"
Wait = Callable[[float], None]


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    """A database in which nothing has happened yet."""
    database = await open_database(database_url, 4)
    yield database
    await database.close()


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Lets so many seconds pass."""
    passed = [1_000.0]

    def wait(seconds: float) -> None:
        passed[0] += seconds

    monkeypatch.setattr(module, "monotonic", lambda: passed[0])
    return wait


async def on_duty(database: Database, name: str = "ada") -> Worker:
    async with database.transaction() as transaction:
        await claims.beat(transaction, await claims.look(transaction, FOLLOWER), name)

    async def act(_worker: Worker) -> float:
        raise NotImplementedError

    return Worker(database, Duty(FOLLOWER, act), name)


async def begun(database: Database) -> Cursor:
    """One that knows where it stands."""
    cursor = Cursor(database, FOLLOWER)
    await cursor.position()
    return cursor


async def written(database: Database) -> int:
    return await cursors.seen(database, FOLLOWER)


async def test_it_moves_with_what_follows_from_events(empty: Database) -> None:
    worker, cursor = await on_duty(empty), await begun(empty)
    async with cursor.moving(worker, 3) as transaction:
        assert await cursors.seen(transaction, FOLLOWER) == 0
    assert await written(empty) == await cursor.position() == 3
    async with cursor.moving(worker, 5):
        pass
    assert await written(empty) == 5


async def test_it_stays_where_that_fails(empty: Database) -> None:
    worker, cursor = await on_duty(empty), await begun(empty)
    with pytest.raises(KeyError):
        async with cursor.moving(worker, 3):
            raise KeyError("dead")
    assert await written(empty) == await cursor.position() == 0


async def test_what_concerns_nobody_is_written_down_once_a_second(
    empty: Database, wait: Wait
) -> None:
    worker, cursor = await on_duty(empty), await begun(empty)
    await cursor.pass_over(worker, 2)
    assert await written(empty) == 2
    wait(0.9)
    await cursor.pass_over(worker, 4)
    assert await written(empty) == 2
    assert await cursor.position() == 4
    wait(0.2)
    await cursor.pass_over(worker, 4)
    assert await written(empty) == 4


async def test_nothing_is_written_where_nothing_happened(
    empty: Database, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, cursor = await on_duty(empty), await begun(empty)
    await cursor.pass_over(worker, 2)
    wait(60)
    monkeypatch.setattr(type(empty), "transaction", None)  # whoever asks for one fails
    await cursor.pass_over(worker, 2)


async def test_where_it_stands_is_read_once(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, cursor = await on_duty(empty), await begun(empty)
    async with cursor.moving(worker, 3):
        pass
    monkeypatch.setattr(cursors, "seen", None)  # whoever calls it fails
    assert await cursor.position() == 3


async def test_it_never_goes_back(empty: Database, wait: Wait) -> None:
    worker, cursor = await on_duty(empty), await begun(empty)
    await cursor.pass_over(worker, 5)
    await cursor.pass_over(worker, 1)
    wait(60)
    async with cursor.moving(worker, 4):
        pass
    assert await cursor.position() == 5


async def test_who_has_lost_the_duty_moves_nothing(empty: Database) -> None:
    worker, cursor = await on_duty(empty), await begun(empty)
    await on_duty(empty, "ben")
    with pytest.raises(NotOurs):
        async with cursor.moving(worker, 3):
            raise AssertionError
    with pytest.raises(NotOurs):
        await cursor.pass_over(worker, 3)
    assert await written(empty) == 0


async def test_what_another_node_has_done_meanwhile_is_not_done_again(empty: Database) -> None:
    worker, cursor = await on_duty(empty), await begun(empty)
    other = await on_duty(empty, "ben")
    async with (await begun(empty)).moving(other, 3):
        pass
    assert worker is not await on_duty(empty)
    with pytest.raises(NotOurs):
        async with cursor.moving(worker, 3):
            raise AssertionError
    assert await cursor.position() == 3
    async with cursor.moving(worker, 4):
        pass
    assert await written(empty) == 4
