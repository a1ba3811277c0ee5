"""A copy from its beginning to its proof, between both engines."""

import itertools

import pytest

from engines import ENGINES, Side
from partywire.storage import outbox
from partywire.storage.copying import progress, transfer
from partywire.storage.copying.progress import CannotCopy
from partywire.storage.copying.transfer import Verdict, copy
from partywire.storage.database import NewerSchema
from partywire.storage.opening import open_database
from storage import rows
from storage.copying.databases import (
    Place,
    answered,
    changed,
    columns,
    contents,
    fresh,
    table_names,
)
from storage.copying.watchers import Dying, Heard, Killed, Meddling

ON_EITHER = pytest.mark.parametrize("on", ENGINES)
BOTH_WAYS = pytest.mark.parametrize(("one", "other"), [*itertools.product(ENGINES, repeat=2)])
MORE = "INSERT INTO claims (duty, holder, beat) VALUES ('more', 'somebody', 1)"
OTHERWISE = "UPDATE messages SET body = 'otherwise' WHERE message_index = 1"


@BOTH_WAYS
async def test_every_row_of_every_table_arrives_by_way_of_either_engine(
    source: str, place: Place, side: Side, heard: Heard, small_batches: int, one: str, other: str
) -> None:
    between, end = place(one), place(other)

    assert (await copy(source, between, heard)).verdict is Verdict.EQUAL
    assert (await copy(between, end, heard)).verdict is Verdict.EQUAL

    held = contents(source, side)
    assert all(held.values()), "the test leaves no table empty"
    assert contents(between, side) == contents(end, side) == held
    assert table_names(end, side) == {*columns(), "schema_version"}


async def test_the_proof_names_every_table_that_there_is(
    source: str, place: Place, side: Side, heard: Heard
) -> None:
    target = place("sqlite")

    done = await copy(source, target, heard)

    assert {each.table for each in done.comparisons} == table_names(source, side) - {
        "schema_version"
    }
    assert {each.target.rows for each in done.comparisons} == {20}
    wanted = 20 * len(done.comparisons)
    assert heard.phases == [("copying", wanted, 0), ("proving", 2 * wanted, 0)]
    assert set(heard.rows.values()) == {20 + 20 + 20}


@ON_EITHER
async def test_a_copy_that_broke_off_goes_on_where_it_was(
    source: str, place: Place, side: Side, heard: Heard, small_batches: int, on: str
) -> None:
    target = place(on)
    for count in (1, 100, 200):
        with pytest.raises(Killed):
            await copy(source, target, Dying(count))
    with pytest.raises(Killed):
        await copy(source, target, Dying(50, "proving"))

    assert (await copy(source, target, heard)).verdict is Verdict.EQUAL

    everything = 20 * len(columns())
    assert heard.phases[0] == ("copying", everything, everything)
    assert contents(target, side) == contents(source, side)


@ON_EITHER
async def test_half_a_copy_is_no_database_that_a_server_starts_on(
    source: str, place: Place, on: str
) -> None:
    target = place(on)
    with pytest.raises(Killed):
        await copy(source, target, Dying(100))

    with pytest.raises(NewerSchema):
        await open_database(target, 2)
    with pytest.raises(CannotCopy, match="the source is itself the target of a copy"):
        await copy(target, place("sqlite"), Heard())


@ON_EITHER
async def test_a_target_that_has_the_schema_and_no_row_is_filled(
    source: str, place: Place, side: Side, heard: Heard, on: str
) -> None:
    target = await fresh(place(on))

    assert (await copy(source, target, heard)).verdict is Verdict.EQUAL

    assert contents(target, side) == contents(source, side)


@pytest.mark.parametrize("meddle", [MORE, OTHERWISE, "DELETE FROM claims"])
@ON_EITHER
async def test_a_source_that_goes_on_is_copied_as_it_was_and_told_of(
    source: str, place: Place, side: Side, heard: Heard, on: str, meddle: str, small_batches: int
) -> None:
    first, target = place(on), place("sqlite")
    await copy(source, first, heard)
    before = contents(first, side)

    # Its first phase begins when the source has been looked at, and nothing is copied.
    watch = Meddling("copying", lambda: changed(first, side, meddle))
    done = await copy(first, target, watch)

    assert done.verdict is Verdict.WRITTEN
    unequal = [each.table for each in done.comparisons if not each.equal]
    assert unequal == (["messages"] if meddle == OTHERWISE else ["claims"])
    held = {table: of for table, of in contents(target, side).items() if table != "schema_version"}
    assert held == {table: of for table, of in before.items() if table != "schema_version"}
    with pytest.raises(NewerSchema):  # nobody takes it for the whole
        await open_database(target, 2)


@ON_EITHER
async def test_the_proof_sees_what_changed_before_a_copy_was_resumed(
    source: str, place: Place, side: Side, heard: Heard, on: str
) -> None:
    target = place(on)
    with pytest.raises(Killed):
        await copy(source, target, Dying(1, "proving"))
    changed(source, side, OTHERWISE)

    done = await copy(source, target, heard)

    assert done.verdict is Verdict.UNEQUAL
    assert [each.table for each in done.comparisons if not each.equal] == ["messages"]


@pytest.mark.parametrize("meddle", [OTHERWISE, "DELETE FROM claims WHERE beat = 3"])
@ON_EITHER
async def test_the_proof_sees_what_somebody_else_did_to_the_target(
    source: str, place: Place, side: Side, on: str, meddle: str
) -> None:
    target = place(on)
    watch = Meddling("proving", lambda: changed(target, side, meddle))

    assert (await copy(source, target, watch)).verdict is Verdict.UNEQUAL

    [[version]] = answered(target, side, "SELECT version FROM schema_version")
    assert version > progress.UNFINISHED


async def test_the_key_that_counts_up_goes_on_behind_what_was_copied(
    source: str, place: Place, side: Side, heard: Heard
) -> None:
    target = place("postgresql")
    await copy(source, target, heard)

    changed(
        target,
        side,
        "INSERT INTO events (sid, service_sid, kind, webhooks, date, payload) "
        "VALUES ('EV', 'IS', 'user.added', 0, 1, '{}')",
    )

    assert answered(target, side, "SELECT max(arrival) FROM events") == [(21,)]


@ON_EITHER
async def test_events_go_on_behind_those_that_were_copied(
    source: str, place: Place, side: Side, heard: Heard, on: str
) -> None:
    target = place(on)
    await copy(source, target, heard)
    database = await open_database(target, 2)

    async with database.transaction() as transaction:
        await outbox.append(transaction, rows.event())
    async with database.transaction() as transaction:
        await outbox.place(transaction)  # those that had no position, too

    newest = await outbox.after(database, 20, 100)
    await database.close()
    assert rows.event().sid in {event.sid for event in newest}
    positions = answered(target, side, "SELECT count(*), count(DISTINCT position) FROM events")
    assert positions == [(21, 21)]


async def test_rows_that_the_schema_itself_brings_make_room(
    source: str, place: Place, side: Side, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = await fresh(place("sqlite"))
    changed(target, side, "INSERT INTO claims (duty, holder, beat) VALUES ('seed', '', 0)")
    known = [
        transfer.Table(name=each.name, columns=each.columns, key=each.key, seeds=(("seed", "", 0),))
        if each.name == "claims"
        else each
        for each in transfer.tables()
    ]
    monkeypatch.setattr(transfer, "tables", lambda: known)

    assert (await copy(source, target, heard)).verdict is Verdict.EQUAL

    assert contents(target, side) == contents(source, side)


async def test_a_database_without_any_row_is_copied_too(
    place: Place, side: Side, heard: Heard
) -> None:
    source, target = await fresh(place("postgresql")), place("sqlite")

    assert (await copy(source, target, heard)).verdict is Verdict.EQUAL

    assert contents(target, side) == contents(source, side)
