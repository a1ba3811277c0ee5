import pytest

from partywire.errors import Unavailable
from partywire.storage import users
from partywire.storage.database import Database, Duplicate, StorageFailure
from partywire.storage.query import Query, Statement
from partywire.wire.http import problems
from storage import rows

RENAME = Statement("UPDATE users SET identity = $2 WHERE sid = $1")
IDENTITIES = Query("SELECT identity FROM users ORDER BY sid", str)


def test_a_storage_failure_tells_the_operator_and_not_the_client() -> None:
    failure = StorageFailure("/srv/secret/place: disk I/O error")

    assert isinstance(failure, Unavailable)
    assert str(failure) == "/srv/secret/place: disk I/O error"
    assert (failure.status, failure.code) == (503, 20503)
    assert b"secret" not in problems.body(failure)


def test_a_storage_failure_without_a_reason_still_says_something() -> None:
    assert str(StorageFailure())


async def test_many_rows_are_written_in_turn(database: Database) -> None:
    people = [rows.user(number) for number in range(1, 4)]
    async with database.transaction() as transaction:
        for each in people:
            await users.add(transaction, each)
        await transaction.run_many(RENAME, [])
        renamed = [(each.sid, f"new {each.identity}") for each in people]
        await transaction.run_many(RENAME, [*renamed, (people[0].sid, "last")])

    assert await database.all(IDENTITIES) == ["last", "new user2", "new user3"]


async def test_one_of_many_rows_that_cannot_be_written_undoes_them_all(database: Database) -> None:
    one, two = rows.user(1), rows.user(2)
    async with database.transaction() as transaction:
        await users.add(transaction, one)
        await users.add(transaction, two)

    with pytest.raises(Duplicate):
        async with database.transaction() as transaction:
            await transaction.run_many(RENAME, [(one.sid, "new"), (two.sid, "new")])

    assert await database.all(IDENTITIES) == [one.identity, two.identity]
