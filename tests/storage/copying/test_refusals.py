"""What a copy refuses, before it has touched anything."""

from pathlib import Path

import pytest

from engines import ENGINES, Side
from partywire.storage.copying.progress import CannotCopy
from partywire.storage.copying.transfer import copy
from partywire.storage.database import NewerSchema, StorageFailure
from storage.copying.databases import (
    Place,
    changed,
    columns,
    contents,
    filled,
    fresh,
    table_names,
)
from storage.copying.watchers import Dying, Heard, Killed

ON_EITHER = pytest.mark.parametrize("on", ENGINES)
MORE = "INSERT INTO claims (duty, holder, beat) VALUES ('more', 'somebody', 1)"


@ON_EITHER
async def test_a_target_that_holds_something_is_refused_and_stays_as_it_is(
    source: str, place: Place, side: Side, heard: Heard, on: str
) -> None:
    target = await fresh(place(on))
    changed(target, side, MORE)
    before = contents(target, side)

    with pytest.raises(CannotCopy, match="the target is not empty: there are rows in claims"):
        await copy(source, target, heard)

    assert contents(target, side) == before
    assert table_names(target, side) == {*columns(), "schema_version"}


@ON_EITHER
async def test_a_copy_that_was_finished_is_not_begun_again(
    source: str, place: Place, heard: Heard, on: str
) -> None:
    target = place(on)
    await copy(source, target, heard)

    with pytest.raises(CannotCopy, match="the target is not empty"):
        await copy(source, target, heard)


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("version - 1", "start partywire serve on it once, which brings it up"),
        ("version + 1", "run the newer program"),
        ("NULL WHERE 1 = 0; DELETE FROM schema_version", "is not a database of this program"),
    ],
)
@ON_EITHER
async def test_a_source_of_another_schema_is_refused(
    place: Place, side: Side, heard: Heard, on: str, version: str, sentence: str
) -> None:
    source, target = await fresh(place(on)), place("sqlite")
    changed(source, side, f"UPDATE schema_version SET version = {version}")

    with pytest.raises(CannotCopy, match=sentence):
        await copy(source, target, heard)

    assert heard.phases == []


@ON_EITHER
async def test_an_empty_place_is_no_source(place: Place, heard: Heard, on: str) -> None:
    error, sentence = (
        (StorageFailure, "is not there")
        if on == "sqlite"
        else (CannotCopy, "is not a database of this program")
    )
    with pytest.raises(error, match=sentence):
        await copy(place(on), place("sqlite"), heard)


@ON_EITHER
async def test_a_target_of_a_newer_program_is_refused(
    source: str, place: Place, side: Side, heard: Heard, on: str
) -> None:
    target = await fresh(place(on))
    changed(target, side, "UPDATE schema_version SET version = version + 1")

    with pytest.raises(NewerSchema, match="run the newer program"):
        await copy(source, target, heard)


@ON_EITHER
async def test_what_another_version_left_unfinished_is_refused(
    source: str, place: Place, side: Side, heard: Heard, on: str
) -> None:
    target = place(on)
    with pytest.raises(Killed):
        await copy(source, target, Dying(100))
    changed(target, side, "UPDATE schema_version SET version = version - 1")

    with pytest.raises(CannotCopy, match="another version of this program has not finished"):
        await copy(source, target, heard)


@ON_EITHER
async def test_a_copy_is_not_resumed_when_the_source_has_grown(
    source: str, place: Place, side: Side, heard: Heard, on: str
) -> None:
    target = place(on)
    with pytest.raises(Killed):
        await copy(source, target, Dying(100))
    changed(source, side, MORE)

    with pytest.raises(CannotCopy, match="as it was before it was written to"):
        await copy(source, target, heard)

    assert heard.phases == []


async def test_a_copy_of_another_database_is_not_resumed(
    source: str, place: Place, heard: Heard
) -> None:
    target, other = place("sqlite"), place("sqlite")
    with pytest.raises(Killed):
        await copy(source, target, Dying(100))
    await fresh(other)

    with pytest.raises(CannotCopy, match="an unfinished copy of another database"):
        await copy(other, target, heard)


async def test_text_that_postgresql_cannot_hold_is_named(
    place: Place, side: Side, heard: Heard, tmp_path: Path
) -> None:
    source = await filled(tmp_path / "odd.db", 3)
    changed(source, side, "UPDATE messages SET body = 'a' || char(0) WHERE message_index = 2")

    with pytest.raises(StorageFailure, match=r"(?s)messages .*: body holds a NUL character"):
        await copy(source, place("postgresql"), heard)
