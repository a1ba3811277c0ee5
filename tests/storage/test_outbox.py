import pytest

from partywire.storage import outbox
from partywire.storage.database import Database
from storage import rows


async def test_events_are_read_in_the_order_of_their_sids(empty: Database) -> None:
    async with empty.transaction() as transaction:
        for number in (3, 1, 2):
            await outbox.append(transaction, rows.event(number))

    assert await outbox.after(empty, "", 10) == [rows.event(1), rows.event(2), rows.event(3)]


async def test_reading_goes_on_after_the_event_that_was_read_last(empty: Database) -> None:
    async with empty.transaction() as transaction:
        for number in (1, 2, 3, 4):
            await outbox.append(transaction, rows.event(number))

    first = await outbox.after(empty, "", 3)
    assert first == [rows.event(1), rows.event(2), rows.event(3)]
    assert await outbox.after(empty, first[-1].sid, 3) == [rows.event(4)]
    assert await outbox.after(empty, rows.event(4).sid, 3) == []


async def test_an_event_of_a_change_that_was_undone_is_not_there(empty: Database) -> None:
    async def refused() -> None:
        async with empty.transaction() as transaction:
            await outbox.append(transaction, rows.event())
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await refused()

    assert await outbox.after(empty, "", 10) == []
