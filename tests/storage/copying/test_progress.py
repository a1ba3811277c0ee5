import pytest

from engines import ENGINES
from partywire.storage.copying import progress
from partywire.storage.copying.ends import opened
from partywire.storage.copying.progress import NO_KEY, CannotCopy, Note
from partywire.storage.copying.tables import tables
from partywire.storage.migrate import UNFINISHED
from storage.copying.databases import Place, fresh

ON_EITHER = pytest.mark.parametrize("on", ENGINES)
TABLES = tables()
EXPECTED = {table.name: Note(table.name, 3, '["c"]') for table in TABLES}
NEWEST = 12


def test_a_note_knows_the_key_to_go_on_behind() -> None:
    assert Note("messages", 9, '["z"]').after is None
    for key in (("a", 1), ("ü\"'\n", -(2**63), 2**63 - 1), (None,)):
        note = Note("messages", 9, '["z"]', 4, progress.key_text(key))
        assert note.after == list(key)


@ON_EITHER
async def test_what_there_is_to_copy_is_counted_by_table(
    source: str, place: Place, on: str
) -> None:
    async with opened(source) as end:
        found = await progress.survey(end, TABLES)
    async with opened(await fresh(place(on))) as end:
        nothing = await progress.survey(end, TABLES)

    assert set(found) == set(nothing) == {table.name for table in TABLES}
    assert all(note.expected == 20 and note.copied == 0 for note in found.values())
    assert "accounts.id 000019" in found["accounts"].expected_last
    assert {name: note.expected for name, note in nothing.items() if note.expected} == {
        table.name: len(table.seeds) for table in TABLES if table.seeds
    }
    last = {note.expected_last for note in nothing.values() if not note.expected}
    assert last == {NO_KEY}


@ON_EITHER
async def test_notes_are_kept_moved_and_taken_away(place: Place, on: str) -> None:
    async with opened(await fresh(place(on))) as end:
        schema = await progress.version(end)
        await progress.begun(end, TABLES, EXPECTED, NEWEST)
        assert await progress.version(end) == NEWEST + UNFINISHED
        assert await progress.resumed(end, EXPECTED) == EXPECTED

        moved = await progress.move(end, EXPECTED["users"], 2, ("b",))
        assert moved == Note("users", 3, '["c"]', 2, '["b"]')
        assert await progress.resumed(end, EXPECTED) == {**EXPECTED, "users": moved}
        assert (await progress.move(end, moved, 1, ("c",))).copied == 3

        await progress.finish(end, schema)
        assert await progress.version(end) == schema
        assert "unfinished_copy" not in await end.names()


@ON_EITHER
async def test_two_that_copy_into_one_target_are_noticed(place: Place, on: str) -> None:
    async with opened(await fresh(place(on))) as end:
        await progress.begun(end, TABLES, EXPECTED, NEWEST)
        await progress.move(end, EXPECTED["users"], 1, ("a",))

        with pytest.raises(CannotCopy, match="another process"):
            await progress.move(end, EXPECTED["users"], 1, ("a",))


@pytest.mark.parametrize(
    "other",
    [
        {**EXPECTED, "users": Note("users", 4, '["c"]')},
        {**EXPECTED, "users": Note("users", 3, '["d"]')},
        {name: note for name, note in EXPECTED.items() if name != "users"},
    ],
    ids=["more rows", "another row", "a table less"],
)
async def test_a_copy_of_something_else_is_not_gone_on_with(
    place: Place, other: dict[str, Note]
) -> None:
    async with opened(await fresh(place("sqlite"))) as end:
        await progress.begun(end, TABLES, EXPECTED, NEWEST)

        with pytest.raises(CannotCopy, match="an unfinished copy of another database"):
            await progress.resumed(end, other)


@ON_EITHER
async def test_a_database_without_a_schema_has_version_0(place: Place, on: str) -> None:
    async with opened(await fresh(place(on))) as end:
        await end.run("DELETE FROM schema_version")
        assert await progress.version(end) == 0
        await end.run("DROP TABLE schema_version")
        assert await progress.version(end) == 0
