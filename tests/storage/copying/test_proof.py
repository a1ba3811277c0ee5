import pytest

from engines import ENGINES, Side
from partywire.storage.copying.ends import opened
from partywire.storage.copying.proof import Comparison, Sum, compared, summed
from partywire.storage.copying.tables import tables
from partywire.storage.copying.transfer import copy
from storage.copying.databases import Place, changed
from storage.copying.watchers import Heard

TABLES = {table.name: table for table in tables()}
USERS = TABLES["users"]

# Each changes one value, or one row.
CHANGES = [
    "UPDATE users SET attributes = attributes || ' ' WHERE date_created = 3",
    "UPDATE users SET friendly_name = '' WHERE friendly_name IS NULL",
    "UPDATE users SET friendly_name = NULL WHERE date_created = 2",
    "UPDATE users SET date_updated = -date_updated WHERE date_created = 20",
    "UPDATE users SET identity = (SELECT max(identity) FROM users) || '!' WHERE date_created = 1",
    "DELETE FROM users WHERE date_created = 20",
]
SWAPPED = """UPDATE users SET role_sid = CASE date_created
    WHEN 1 THEN (SELECT role_sid FROM users WHERE date_created = 2)
    ELSE (SELECT role_sid FROM users WHERE date_created = 1) END WHERE date_created <= 2"""


async def sum_of_users(url: str) -> Sum:
    async with opened(url) as end:
        return await summed(end, USERS, Heard())


@pytest.mark.parametrize("change", [*CHANGES, SWAPPED])
@pytest.mark.parametrize("on", ENGINES)
async def test_no_change_of_a_value_or_a_row_escapes(
    source: str, place: Place, side: Side, on: str, change: str
) -> None:
    url = place(on)
    await copy(source, url, Heard())
    before = await sum_of_users(url)
    assert before == await sum_of_users(source)

    changed(url, side, change)

    after = await sum_of_users(url)
    assert after.checksum != before.checksum
    assert after.rows == before.rows - change.startswith("DELETE")


async def test_the_sum_does_not_depend_on_the_size_of_a_batch(
    source: str, small_batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_small_ones = await sum_of_users(source)
    monkeypatch.undo()

    assert await sum_of_users(source) == in_small_ones
    assert in_small_ones.rows == 20


async def test_every_table_is_compared_and_the_one_that_differs_is_found(
    source: str, place: Place, side: Side
) -> None:
    target, heard = place("sqlite"), Heard()
    await copy(source, target, Heard())
    changed(target, side, CHANGES[0])

    async with opened(source) as one, opened(target) as other:
        found = await compared(one, other, [*TABLES.values()], heard)

    assert [each.table for each in found] == [*TABLES]
    assert [each.table for each in found if not each.equal] == ["users"]
    assert heard.rows == dict.fromkeys(TABLES, 40)


def test_two_ends_are_equal_if_rows_and_sums_are() -> None:
    one = Sum(3, "aa")
    assert Comparison("x", one, Sum(3, "aa")).equal
    assert not Comparison("x", one, Sum(3, "ab")).equal
    assert not Comparison("x", one, Sum(4, "aa")).equal
